#include "web/admin_api/library_order.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <map>
#include <utility>

#include "core/bridge/title_order.h"
#include "platform/clock.h"
#include "web/admin_api/desk.h"

namespace koshelf::web {
namespace {

using store::StoreResult;

// Long enough for somebody who scrolls; what is written meanwhile is seen on the pages all the same.
constexpr core::EpochMillis kOrderLife = 60'000;

// Texts that sort as falling numbers do; what is no number comes last. Exact to a billionth.
std::string falling_key(std::optional<double> share) {
    constexpr double kScale = 1e9;
    constexpr double kMost = 1e15;
    if (!share) return "~";
    const double rank = kMost - std::clamp(std::round(*share * kScale), -kMost, kMost);
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "%016lld", static_cast<long long>(rank));
    return text.data();
}

// The items of documents that have no title of their own, so that they can be sorted by that.
StoreResult<std::map<core::DocumentId, core::LibraryItemId>> items_of_nameless(
    Services& services, const abs::Settings& settings, const core::Username& username,
    const std::vector<store::Shelf::Called>& called) {
    std::map<core::DocumentId, core::LibraryItemId> items;
    const auto nameless = [](const store::Shelf::Called& each) { return each.title.empty(); };
    if (std::ranges::none_of(called, nameless)) return items;
    const auto links = services.desk.links.all(username);
    if (!links) return tl::unexpected(links.error());
    for (const auto& each : called) {
        if (!nameless(each)) continue;
        const auto link = links->find(each.document);
        const auto item = link != links->end() ? link->second.item : settings.item_of(each.document);
        if (item) items.emplace(each.document, *item);
    }
    return items;
}

}  // namespace

std::optional<LibrarySort> parse_sort(std::string_view text) {
    if (text.empty() || text == "recent") return LibrarySort::kRecent;
    if (text == "oldest") return LibrarySort::kOldest;
    if (text == "title") return LibrarySort::kTitle;
    if (text == "progress") return LibrarySort::kProgress;
    return std::nullopt;
}

StoreResult<LibraryOrder::Step> LibraryOrder::step(const std::string& cursor, std::size_t most) {
    if (sort_ == LibrarySort::kRecent || sort_ == LibrarySort::kOldest) return indexed_step(cursor, most);
    const std::size_t colon = cursor.rfind(':');
    const auto all = places(colon != std::string::npos);
    if (!all) return tl::unexpected(all.error());
    auto from = (*all)->begin();
    if (colon != std::string::npos) {
        const Place mark{.key = cursor.substr(0, colon), .document = cursor.substr(colon + 1)};
        from = std::ranges::upper_bound(**all, mark);
    }
    const auto left = static_cast<std::size_t>((*all)->end() - from);
    const auto until = from + static_cast<std::ptrdiff_t>(std::min(most, left));
    Step step;
    for (auto place = from; place != until; ++place) {
        auto document = core::DocumentId::parse(place->document);
        if (!document) continue;
        step.documents.push_back(std::move(*document));
        step.cursors.push_back(place->key + ":" + place->document);
    }
    if (until != (*all)->end() && !step.cursors.empty()) step.next = step.cursors.back();
    return step;
}

// Whoever goes on soon after goes on in the order that was made for the first page.
StoreResult<const LibraryOrder::Places*> LibraryOrder::places(bool goes_on) {
    auto& made = services_.desk.order;
    const auto account = services_.desk.roster.account(username_);
    if (!account) return tl::unexpected(account.error());
    const core::EpochSeconds created = *account ? (*account)->created : 0;
    const core::EpochMillis now = platform::now_millis();
    const bool fits = made && made->username == username_ && made->created == created && made->sort == sort_;
    if (goes_on && fits && now >= made->at && now - made->at < kOrderLife) return &made->places;
    auto sorted = sort_ == LibrarySort::kTitle ? by_title() : by_progress();
    if (!sorted) return tl::unexpected(sorted.error());
    std::ranges::sort(*sorted);
    made.emplace(Made{
        .username = username_, .created = created, .sort = sort_, .at = now, .places = std::move(*sorted)});
    return &made->places;
}

StoreResult<LibraryOrder::Step> LibraryOrder::indexed_step(const std::string& cursor, std::size_t most) {
    const auto order =
        sort_ == LibrarySort::kOldest ? store::RankedOrder::kLowestFirst : store::RankedOrder::kHighestFirst;
    auto page = services_.desk.roster.documents(username_, cursor, most, order);
    if (!page) return tl::unexpected(page.error());
    return Step{.documents = std::move(page->documents),
                .cursors = std::move(page->cursors),
                .next = std::move(page->next)};
}

StoreResult<LibraryOrder::Places> LibraryOrder::by_title() {
    const auto called = services_.desk.shelf.names(username_);
    if (!called) return tl::unexpected(called.error());
    const auto items = items_of_nameless(services_, settings_, username_, *called);
    if (!items) return tl::unexpected(items.error());
    std::vector<core::LibraryItemId> ids;
    for (const auto& [document, item] : *items) ids.push_back(item);
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    const auto known = services_.desk.cache.items(ids);
    if (!known) return tl::unexpected(known.error());

    Places places;
    places.reserve(called->size());
    for (const auto& [document, title, filename] : *called) {
        std::string key = core::bridge::sort_key(title);
        if (const auto item = items->find(document); key.empty() && item != items->end()) {
            if (const auto found = known->find(item->second); found != known->end())
                key = core::bridge::sort_key(found->second.title);
        }
        // What has no title is known by its file.
        if (key.empty()) key = core::bridge::sort_key(filename);
        if (key.empty()) key = core::bridge::sort_key(document.str());
        places.push_back({.key = std::move(key), .document = document.str()});
    }
    return places;
}

StoreResult<LibraryOrder::Places> LibraryOrder::by_progress() {
    const auto read = services_.desk.shelf.percentages(username_);
    if (!read) return tl::unexpected(read.error());
    Places places;
    places.reserve(read->size());
    for (const auto& [document, share] : *read)
        places.push_back({.key = falling_key(share), .document = document.str()});
    return places;
}

}  // namespace koshelf::web
