// AccountWriter: brings what an export has into a Redis that devices push to meanwhile. Everything is decided
// by scripts, for one account, document or alias at a time; writing the same once more changes nothing.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "store/account_image.h"
#include "store/database.h"

namespace koshelf::store {

// What counts where both sides have something.
enum class ImportMode {
    kNewest,     // the newer position, as whole documents; passwords and links stay
    kSkip,       // what is there: documents that have a position, and accounts, are left alone
    kOverwrite,  // what is imported, the password included
};

enum class AccountOutcome {
    kCreated,
    kSame,      // it is there, with this password
    kDiffers,   // it is there, and keeps another password
    kReplaced,  // it has the imported password now
};

enum class DocumentOutcome {
    kGone,      // there is no such account
    kAdded,     // there was no position
    kReplaced,  // the imported position is the current one now; the one before is in the history
    kSame,      // it was the current one already
    kKept,      // another one stays: it is newer, or was to be left alone
};

// For each of many what became of it, or the error with which Redis refused it.
template <typename T>
using Each = std::vector<tl::expected<T, std::string>>;

class AccountWriter {
  public:
    // `history_limit`: how many positions are kept for each document.
    AccountWriter(Database& database, ImportMode mode, int history_limit)
        : database_(database), mode_(mode), history_limit_(history_limit) {}

    // The images must have a credential. One that administers becomes the administrator that the console made
    // first, if it was created now and there is none.
    [[nodiscard]] StoreResult<Each<AccountOutcome>> write(std::span<const AccountImage> images);

    [[nodiscard]] StoreResult<Each<DocumentOutcome>> write(std::span<const DocumentImage> images);

    // How many entries were added to each; none where there is no such account or document.
    [[nodiscard]] StoreResult<Each<int>> write(std::span<const HistoryImage> images);

    // The same, but an entry that says the same as one that is there is left out, whatever its id.
    [[nodiscard]] StoreResult<Each<int>> add_missing(std::span<const HistoryImage> images);

    // Whether it is there now; false if another one stays, or there is no such account.
    [[nodiscard]] StoreResult<Each<bool>> write(std::span<const AliasImage> images);

  private:
    [[nodiscard]] StoreResult<Each<int>> write_history(std::span<const HistoryImage> images,
                                                       std::string_view which);
    [[nodiscard]] StoreResult<void> list_accounts(std::span<const AccountImage> images,
                                                  const Each<AccountOutcome>& outcomes);

    Database& database_;
    ImportMode mode_;
    int history_limit_;
};

}  // namespace koshelf::store
