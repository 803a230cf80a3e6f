#include "bridge/directory.h"

#include <algorithm>

namespace koshelf::bridge {

using relay::Subject;

store::StoreResult<bool> Directory::load(const core::Username& username, const abs::Settings& settings) {
    std::optional<Account> account;
    if (const abs::Account* there = settings.credential_of(username)) {
        auto subjects = subjects_of(username, settings);
        if (!subjects) return tl::unexpected(subjects.error());
        if (!subjects->empty()) {
            account = Account{.credential = there->credential,
                              .digest = there->credential.digest(),
                              .subjects = std::move(*subjects)};
        }
    }
    const auto known = accounts_.find(username);
    const bool same = known == accounts_.end() ? !account : account == known->second;
    if (same) return false;
    forget(username);
    if (account) {
        by_digest_[account->digest].push_back(username);
        accounts_.emplace(username, std::move(*account));
    }
    return true;
}

store::StoreResult<std::map<core::DocumentId, Subject>> Directory::subjects_of(
    const core::Username& username, const abs::Settings& settings) {
    std::map<core::DocumentId, Subject> subjects;
    const auto add = [&](const core::DocumentId& document, const core::LibraryItemId& item,
                         const core::LibraryItemId& text_item) {
        subjects.emplace(document, Subject{username, document, item, text_item});
    };
    const auto links = links_.all(username);
    if (!links) return tl::unexpected(links.error());
    for (const auto& [document, link] : *links) {
        if (link.item) add(document, *link.item, link.text_item.value_or(*link.item));
    }
    if (settings.documents.empty()) return subjects;
    // The map counts for documents that the account has and has said nothing else about.
    const auto documents = records_.documents(username);
    if (!documents) return tl::unexpected(documents.error());
    for (const core::DocumentId& document : *documents) {
        const auto mapped = settings.documents.find(document.str());
        if (mapped != settings.documents.end() && !links->contains(document))
            add(document, mapped->second, mapped->second);
    }
    return subjects;
}

void Directory::forget(const core::Username& username) {
    const auto known = accounts_.find(username);
    if (known == accounts_.end()) return;
    auto& names = by_digest_[known->second.digest];
    std::erase(names, username);
    if (names.empty()) by_digest_.erase(known->second.digest);
    accounts_.erase(known);
}

void Directory::clear() {
    accounts_.clear();
    by_digest_.clear();
}

std::vector<Subject> Directory::linked_to(const std::string& credential_digest,
                                          const std::string& item) const {
    std::vector<Subject> subjects = linked_by(credential_digest);
    std::erase_if(subjects, [&](const Subject& subject) { return subject.item.str() != item; });
    return subjects;
}

std::vector<core::Username> Directory::accounts_of(const std::string& credential_digest) const {
    const auto names = by_digest_.find(credential_digest);
    return names == by_digest_.end() ? std::vector<core::Username>() : names->second;
}

std::vector<Subject> Directory::linked_by(const std::string& credential_digest) const {
    std::vector<Subject> subjects;
    const auto names = by_digest_.find(credential_digest);
    if (names == by_digest_.end()) return subjects;
    for (const core::Username& name : names->second) {
        for (const auto& [document, subject] : accounts_.at(name).subjects) subjects.push_back(subject);
    }
    return subjects;
}

std::optional<Subject> Directory::find(const core::Username& username,
                                       const core::DocumentId& document) const {
    const auto account = accounts_.find(username);
    if (account == accounts_.end()) return std::nullopt;
    const auto subject = account->second.subjects.find(document);
    if (subject == account->second.subjects.end()) return std::nullopt;
    return subject->second;
}

std::map<std::string, abs::Credential> Directory::credentials() const {
    std::map<std::string, abs::Credential> all;
    for (const auto& [name, account] : accounts_) all.emplace(account.digest, account.credential);
    return all;
}

}  // namespace koshelf::bridge
