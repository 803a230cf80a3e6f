// Accounts: names and their credentials.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/ids.h"
#include "core/position.h"
#include "store/database.h"

namespace koshelf::store {

class Accounts {
  public:
    explicit Accounts(Database& database) : database_(database) {}

    // True if the account was created, false if the name is taken. Atomic.
    [[nodiscard]] StoreResult<bool> create(const core::Username& username, const core::Credential& credential,
                                           core::EpochSeconds now);

    // Whether that is the account's credential; false for unknown accounts. Compared in constant time.
    [[nodiscard]] StoreResult<bool> authorize(const core::Username& username,
                                              const core::Credential& credential);

    // True if the credential was replaced; false if the old one is not right (any more).
    [[nodiscard]] StoreResult<bool> change_credential(const core::Username& username,
                                                      const core::Credential& old_credential,
                                                      const core::Credential& new_credential);

    enum class Deletion {
        kDeleted,       // with everything that belonged to it
        kGone,          // there was such an account with that credential, but it is deleted already
        kUnauthorized,  // not the account's credential, or no such account
        kInUse,         // it was used lately; only of remove_idle()
    };
    [[nodiscard]] StoreResult<Deletion> remove(const core::Username& username,
                                               const core::Credential& credential);

    // The same for whoever may decide about other people's accounts; kUnauthorized does not happen.
    [[nodiscard]] StoreResult<Deletion> remove(const core::Username& username);

    // The same, unless the account was used at `since` or later: somebody was seen, or a position was
    // written.
    [[nodiscard]] StoreResult<Deletion> remove_idle(const core::Username& username, core::EpochSeconds since);

    // When it was used last; 0 if nobody knows.
    [[nodiscard]] StoreResult<core::EpochSeconds> last_used(const core::Username& username);

    // The same for a forgotten password: whatever it was, it is this one now. False if there is no such
    // account.
    [[nodiscard]] StoreResult<bool> reset_credential(const core::Username& username,
                                                     const core::Credential& credential);

    // How many documents the account may have; 0: no limit; nothing: as many as any. False if there is no
    // such account.
    [[nodiscard]] StoreResult<bool> set_documents_limit(const core::Username& username,
                                                        std::optional<std::int64_t> limit);

    // Accounts, a few hundred a call and in no order: pass "0", then `next`, until that is "0" again. Those
    // that come or go meanwhile may be missed or listed twice.
    struct Page {
        std::vector<core::Username> usernames;
        std::string next;
    };
    [[nodiscard]] StoreResult<Page> list(const std::string& cursor);

    // Notes that the account was active. A hint: not waited for, and written at most once a minute for each
    // account by each worker.
    void touch(const core::Username& username, core::EpochSeconds now);

  private:
    [[nodiscard]] StoreResult<Deletion> remove_if_idle(const core::Username& username,
                                                       std::optional<core::EpochSeconds> since);
    [[nodiscard]] StoreResult<Deletion> remove(const core::Username& username,
                                               const core::Credential& credential,
                                               std::optional<core::EpochSeconds> since);

    Database& database_;
    std::unordered_map<std::string, core::EpochSeconds> last_touched_;
};

// Whether the answer to a GET of an account's credential is this credential, compared in constant time.
[[nodiscard]] bool grants(platform::RedisValue stored, const core::Credential& credential);

}  // namespace koshelf::store
