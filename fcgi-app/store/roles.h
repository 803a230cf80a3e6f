// Roles: who administers.
#pragma once

#include <string>

#include "core/ids.h"
#include "core/position.h"
#include "store/database.h"

namespace koshelf::store {

class Roles {
  public:
    explicit Roles(Database& database) : database_(database) {}

    // Whether the credential is the account's, whether the account is the one that the console made first,
    // and whether an administrator made it one. One round trip.
    struct Standing {
        bool authorized = false;
        bool first = false;
        bool appointed = false;
    };
    [[nodiscard]] StoreResult<Standing> standing(const core::Username& username,
                                                 const core::Credential& credential);

    // The name of the account that the console made first; "" if it made none, or that one was deleted.
    [[nodiscard]] StoreResult<std::string> first_administrator();

    enum class Appointment {
        kDone,
        kNoAccount,
        kNoRight,  // who decides does not administer (any more)
    };
    // Makes an account an administrator, or a reader again, also the one that the console made first. Of two
    // administrators who take the role from each other at once, one keeps it. `by_environment`: who decides
    // is named in KOSHELF_ADMIN_USERS.
    [[nodiscard]] StoreResult<Appointment> appoint(const core::Username& username, bool admin,
                                                   const core::Username& by, bool by_environment);

    enum class Start {
        kFresh,       // no account at all
        kStarted,     // there are accounts
        kNotIndexed,  // not known yet: the indexes are being built
    };
    [[nodiscard]] StoreResult<Start> start();

    // Creates the first account and makes it the administrator's. Atomic: of two at once, one gets kFresh,
    // which stands for success here.
    [[nodiscard]] StoreResult<Start> create_first(const core::Username& username,
                                                  const core::Credential& credential, core::EpochSeconds now);

  private:
    Database& database_;
};

}  // namespace koshelf::store
