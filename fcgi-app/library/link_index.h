// LinkIndex: which items are linked, seen from the library's side.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "abs/settings.h"
#include "core/ids.h"
#include "store/census.h"
#include "store/links.h"

namespace koshelf::library {

class LinkIndex {
  public:
    // The item that is heard, and the one that is read: often the same.
    using Pair = std::pair<core::LibraryItemId, core::LibraryItemId>;

    LinkIndex(store::Census& census, store::Links& links) : census_(census), links_(links) {}

    // Reads all links, unless that was done less than two seconds before `now`.
    [[nodiscard]] store::StoreResult<void> refresh(const abs::Settings& settings, core::EpochMillis now);
    void invalidate() { read_at_ = 0; }

    // Every pair of which `item` is a part; itself twice if there is none.
    [[nodiscard]] std::vector<Pair> pairs_with(const core::LibraryItemId& item) const;

    [[nodiscard]] bool mentions(const core::LibraryItemId& item) const { return credentials_.contains(item); }

    // Credentials that may be able to read the item, each once: those of the accounts that linked it come
    // first.
    [[nodiscard]] std::vector<abs::Credential> credentials_for(const core::LibraryItemId& item,
                                                               const abs::Settings& settings) const;

  private:
    void add(const Pair& pair, const abs::Account* account);

    store::Census& census_;
    store::Links& links_;
    std::set<Pair> pairs_;
    std::map<core::LibraryItemId, std::vector<abs::Credential>> credentials_;  // of what is linked
    core::EpochMillis read_at_ = 0;
};

// Every credential in the settings, each once.
[[nodiscard]] std::vector<abs::Credential> distinct_credentials(const abs::Settings& settings);

}  // namespace koshelf::library
