#include "web/admin_api/suggestion_walk.h"

#include <chrono>
#include <utility>

#include "web/admin_api/desk.h"
#include "web/admin_api/library_order.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kAtOnce = 100;  // documents looked at
constexpr int kMostSteps = 10;
constexpr int kSearches = 30;
constexpr std::chrono::seconds kPatience{5};
constexpr std::size_t kCompared = 6;  // items that may be it

bool wants_one(const DocumentView& view) {
    return !view.item && !view.unlinked() && can_be_looked_for(view.record.called());
}

// What one walk has to spend.
class Budget {
  public:
    [[nodiscard]] bool spent() const { return searches_ >= kSearches || Clock::now() >= until_; }
    void search() { ++searches_; }

  private:
    int searches_ = 0;
    Clock::time_point until_ = Clock::now() + kPatience;
};

std::optional<Proposal> best_of(const DocumentView& view, std::vector<Suggested>& suggested) {
    if (suggested.empty()) return std::nullopt;
    const auto sure = certain_one(suggested);
    return Proposal{.view = view, .best = std::move(suggested[sure.value_or(0)]), .sure = sure.has_value()};
}

}  // namespace

OrResponse<Proposals> propose(Services& services, const core::Username& username, const std::string& cursor,
                              std::size_t most) {
    const auto account = connection_of(services, username);
    if (!account) return tl::unexpected(account.error());
    const abs::Settings settings = services.settings.current();
    SuggestionSearch search(services, account->credential);
    LibraryOrder order(services, settings, username, LibrarySort::kRecent);
    Budget budget;
    Proposals proposals{.found = {}, .next = cursor};
    for (int step = 0; step < kMostSteps; ++step) {
        const auto page = order.step(proposals.next, kAtOnce);
        if (!page) return tl::unexpected(store_failed(services, page.error()));
        const auto views =
            view_all(services.desk.records, services.desk.cache, settings, username, page->documents);
        if (!views) return tl::unexpected(store_failed(services, views.error()));
        for (std::size_t i = 0; i < views->size(); ++i) {
            const DocumentView& view = (*views)[i];
            if (!wants_one(view)) continue;
            if (budget.spent() || proposals.found.size() == most) {
                if (i > 0) proposals.next = page->cursors[i - 1];
                return proposals;
            }
            budget.search();
            auto suggested = search.find(view.record.called(), kCompared);
            if (!suggested) return tl::unexpected(audiobookshelf_failed(suggested.error()));
            if (auto proposal = best_of(view, *suggested)) proposals.found.push_back(std::move(*proposal));
        }
        proposals.next = page->next;
        if (proposals.next.empty()) break;
    }
    return proposals;
}

}  // namespace koshelf::web
