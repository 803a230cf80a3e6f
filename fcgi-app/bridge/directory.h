// Directory: which documents of which accounts belong to a credential and an item.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "abs/settings.h"
#include "relay/subject.h"
#include "store/bridge_records.h"
#include "store/links.h"

namespace koshelf::bridge {

// In memory, read from Redis account by account, and read again whenever an account's links change.
class Directory {
  public:
    Directory(store::Links& links, store::BridgeRecords& records) : links_(links), records_(records) {}

    // Reads an account's links; what was known of it is replaced. True if something is different now.
    [[nodiscard]] store::StoreResult<bool> load(const core::Username& username,
                                                const abs::Settings& settings);

    // Forgets all accounts.
    void clear();

    // Links of documents to `item`, of the accounts that have this credential.
    [[nodiscard]] std::vector<relay::Subject> linked_to(const std::string& credential_digest,
                                                        const std::string& item) const;

    // The accounts that have this credential, and links.
    [[nodiscard]] std::vector<core::Username> accounts_of(const std::string& credential_digest) const;

    // All links of theirs.
    [[nodiscard]] std::vector<relay::Subject> linked_by(const std::string& credential_digest) const;

    // The link of one document; nothing if it has none.
    [[nodiscard]] std::optional<relay::Subject> find(const core::Username& username,
                                                     const core::DocumentId& document) const;

    // The credentials of the accounts that have links, by digest.
    [[nodiscard]] std::map<std::string, abs::Credential> credentials() const;

    [[nodiscard]] std::size_t accounts() const { return accounts_.size(); }

  private:
    struct Account {
        abs::Credential credential;
        std::string digest;
        std::map<core::DocumentId, relay::Subject> subjects;

        bool operator==(const Account&) const = default;
    };

    void forget(const core::Username& username);
    [[nodiscard]] store::StoreResult<std::map<core::DocumentId, relay::Subject>> subjects_of(
        const core::Username& username, const abs::Settings& settings);

    store::Links& links_;
    store::BridgeRecords& records_;
    std::map<core::Username, Account> accounts_;
    std::map<std::string, std::vector<core::Username>> by_digest_;
};

}  // namespace koshelf::bridge
