// Invitations: codes with which somebody makes an account although registration is closed. What is stored of
// a code is its digest; the code itself is known to who made it and to whom it was given.
#pragma once

#include <string>
#include <vector>

#include "core/ids.h"
#include "core/position.h"
#include "store/database.h"

namespace koshelf::store {

struct Invitation {
    std::string id;    // for lists and for revoking it; the code cannot be told from it
    std::string note;  // for people: whom it is for
    core::EpochSeconds created = 0;
    core::EpochSeconds expires = 0;
    std::int64_t uses_left = 0;
    std::string by;  // who made it
    std::vector<std::string>
        used_by;  // the accounts that it made and that are still there; the newest hundred
};

class Invitations {
  public:
    explicit Invitations(Database& database) : database_(database) {}

    // Stores an invitation; `code` is a canonical one (core/invitation_code.h), `invitation` has everything
    // but id and accounts. Returns its id.
    [[nodiscard]] StoreResult<std::string> create(const std::string& code, const Invitation& invitation);

    // The newest first; one that is used up or over is listed for thirty days more. Cursors as in
    // ranked_page.h.
    struct Page {
        std::vector<Invitation> invitations;
        std::string next;
    };
    [[nodiscard]] StoreResult<Page> list(const std::string& cursor, std::size_t limit);

    // False if there is none of that id. Accounts that it made stay.
    [[nodiscard]] StoreResult<bool> revoke(const std::string& id);

    enum class Naming { kFree, kReserved };
    enum class Acceptance { kCreated, kNameTaken, kNotGood };
    // Creates an account with a canonical code. Atomic: a code that is good for one account makes one, and a
    // name that is taken uses nothing up. A reserved name counts as taken.
    [[nodiscard]] StoreResult<Acceptance> accept(const std::string& code, const core::Username& username,
                                                 const core::Credential& credential, core::EpochSeconds now,
                                                 Naming naming);

  private:
    Database& database_;
};

}  // namespace koshelf::store
