// AccountReader: takes an account out of Redis, piece by piece, while devices push.
//
// Each document is read at one moment: what belongs together is of the same push. Names come in the order of
// their bytes, so a walk that was interrupted goes on behind a name, however the account has changed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/account_image.h"
#include "store/database.h"

namespace koshelf::store {

// Names of accounts as they are in Redis, a few hundred a call and in no order: pass "0", then `next`, until
// that is "0" again. Those that are there throughout come at least once.
struct AccountNames {
    std::vector<std::string> names;
    std::string next;
};
[[nodiscard]] StoreResult<AccountNames> account_names(Database& database, const std::string& cursor);

class AccountReader {
  public:
    AccountReader(Database& database, std::string username)
        : database_(database), username_(std::move(username)) {}

    // Asks which documents and aliases there are; the rest needs that. False if there is no such account.
    [[nodiscard]] StoreResult<bool> open();

    [[nodiscard]] const std::string& username() const { return username_; }
    // In the order of their bytes.
    [[nodiscard]] const std::vector<std::string>& documents() const { return documents_; }
    [[nodiscard]] const std::vector<std::string>& aliases() const { return aliases_; }

    // Without a credential if the account was deleted meanwhile.
    [[nodiscard]] StoreResult<AccountImage> account();

    // Those of these documents that are still there, in one round trip.
    [[nodiscard]] StoreResult<std::vector<DocumentImage>> read_documents(std::span<const std::string> names);

    // Where to go on in a document's history: behind the entry of that id; "": from the beginning.
    struct HistoryPlace {
        std::string document;
        std::string after;
    };
    // The oldest `count` entries behind each of these places, in their order, in one round trip.
    [[nodiscard]] StoreResult<std::vector<HistoryImage>> read_histories(std::span<const HistoryPlace> places,
                                                                        int count);

    // Those of these aliases that are still there, in one round trip.
    [[nodiscard]] StoreResult<std::vector<AliasImage>> read_aliases(std::span<const std::string> values);

    // Keys so far that hold something else than they should, and were left out: somebody else has put them
    // there.
    [[nodiscard]] std::int64_t misshapen() const { return misshapen_; }

  private:
    [[nodiscard]] std::string key(const AccountKey& kind, std::string_view document = {}) const;
    void take(std::vector<Section>& sections, const AccountKey& kind, platform::RedisValue answer);

    Database& database_;
    std::string username_;
    std::vector<std::string> documents_;
    std::vector<std::string> aliases_;
    std::int64_t misshapen_ = 0;
};

}  // namespace koshelf::store
