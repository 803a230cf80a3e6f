#include "library/link_index.h"

#include <algorithm>
#include <iterator>

namespace koshelf::library {
namespace {

constexpr core::EpochMillis kFresh = 2'000;
// Asking a thousand accounts' credentials for one item would be no help.
constexpr std::size_t kMostCredentials = 8;

void add_once(std::vector<abs::Credential>& list, const abs::Credential& credential) {
    if (std::ranges::find(list, credential) == list.end()) list.push_back(credential);
}

}  // namespace

std::vector<abs::Credential> distinct_credentials(const abs::Settings& settings) {
    std::map<std::string, abs::Credential> distinct;
    const auto add = [&distinct](const abs::Account& account) {
        distinct.emplace(account.credential.digest(), account.credential);
    };
    if (settings.fallback) add(*settings.fallback);
    for (const auto& [name, account] : settings.users) add(account);
    std::vector<abs::Credential> list;
    list.reserve(distinct.size());
    for (auto& [digest, credential] : distinct) list.push_back(std::move(credential));
    return list;
}

store::StoreResult<void> LinkIndex::refresh(const abs::Settings& settings, core::EpochMillis now) {
    if (read_at_ != 0 && now >= read_at_ && now - read_at_ < kFresh) return {};
    const auto accounts = census_.accounts();
    if (!accounts) return tl::unexpected(accounts.error());
    pairs_.clear();
    credentials_.clear();
    for (const core::Username& username : *accounts) {
        const auto links = links_.all(username);
        if (!links) return tl::unexpected(links.error());
        if (links->empty()) continue;
        const abs::Account* account = settings.credential_of(username);
        for (const auto& [document, link] : *links) {
            if (link.item) add({*link.item, link.text_item.value_or(*link.item)}, account);
        }
    }
    for (const auto& [document, item] : settings.documents)
        add({item, item}, settings.fallback ? &*settings.fallback : nullptr);
    read_at_ = now;
    return {};
}

void LinkIndex::add(const Pair& pair, const abs::Account* account) {
    pairs_.insert(pair);
    for (const core::LibraryItemId& item : {pair.first, pair.second}) {
        auto& list = credentials_[item];
        if (account != nullptr) add_once(list, account->credential);
    }
}

std::vector<LinkIndex::Pair> LinkIndex::pairs_with(const core::LibraryItemId& item) const {
    std::vector<Pair> found;
    std::ranges::copy_if(pairs_, std::back_inserter(found),
                         [&item](const Pair& pair) { return pair.first == item || pair.second == item; });
    if (found.empty()) found.emplace_back(item, item);
    return found;
}

std::vector<abs::Credential> LinkIndex::credentials_for(const core::LibraryItemId& item,
                                                        const abs::Settings& settings) const {
    std::vector<abs::Credential> list;
    if (const auto known = credentials_.find(item); known != credentials_.end()) list = known->second;
    for (const abs::Credential& each : distinct_credentials(settings)) {
        if (list.size() >= kMostCredentials) break;
        add_once(list, each);
    }
    if (list.size() > kMostCredentials) list.resize(kMostCredentials);
    return list;
}

}  // namespace koshelf::library
