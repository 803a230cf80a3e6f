#include "library/listing.h"

#include <algorithm>
#include <utility>

namespace koshelf::library {
namespace {

constexpr int kMostAttempts = 3;
// A server that counts wrong is not listened to for ever: a million items of a library.
constexpr std::uint32_t kMostPages = 10'000;

}  // namespace

Listing::Listing(Context& context) : Listing(context, distinct_credentials(context.settings)) {}

Listing::Listing(Context& context, std::vector<abs::Credential> credentials)
    : context_(context), credentials_(std::move(credentials)) {}

Step Listing::step() {
    if (credential_ >= credentials_.size()) return Step::kDone;
    if (!libraries_) return read_libraries();
    if (library_ >= libraries_->size()) {
        next_credential();
        return Step::kWorked;
    }
    return read_page();
}

Step Listing::read_libraries() {
    auto libraries =
        context_.make_gently(abs::list_libraries(context_.settings.server, credentials_[credential_]));
    if (!libraries) return failed(libraries.error());
    attempts_ = 0;
    libraries_ = std::move(libraries->value);
    std::erase_if(*libraries_, [](const abs::Library& library) { return library.podcasts; });
    library_ = 0;
    page_ = {};
    return Step::kWorked;
}

Step Listing::read_page() {
    const std::string& library = (*libraries_)[library_].id;
    const auto page = context_.make_gently(
        abs::list_items(context_.settings.server, credentials_[credential_], library, page_));
    if (!page) return failed(page.error());
    attempts_ = 0;
    std::set<std::string>& known = library_items_[library];
    const bool news = take(page->value, known);
    // Another user sees the same library most often: its first page tells.
    const bool same_as_known = page_.number == 0 && !news && page->value.total == known.size();
    const bool last = page->value.received < page_.size || page_.number + 1 >= kMostPages;
    if (same_as_known || last) {
        next_library();
    } else {
        ++page_.number;
    }
    return Step::kWorked;
}

bool Listing::take(const abs::ItemPage& page, std::set<std::string>& known) {
    bool news = false;
    for (const abs::ItemSummary& summary : page.items) {
        if (summary.podcast || !known.insert(summary.id).second) continue;
        news = true;
        const auto id = core::LibraryItemId::parse(summary.id);
        if (id) items_.try_emplace(*id, Seen{summary, credential_});
    }
    return news;
}

Step Listing::failed(const abs::AbsError& error) {
    const bool refused = error.permanent();
    if (!refused && ++attempts_ < kMostAttempts) return Step::kLater;
    context_.log.warn("scan.listing_failed")
        .with("credential", credentials_[credential_].digest())
        .with("error", to_string(error.kind))
        .with("why", error.detail);
    attempts_ = 0;
    complete_ = false;
    if (libraries_) {
        next_library();
    } else {
        next_credential();
    }
    return refused ? Step::kWorked : Step::kLater;
}

void Listing::next_library() {
    ++library_;
    page_ = {};
}

void Listing::next_credential() {
    ++credential_;
    libraries_.reset();
}

}  // namespace koshelf::library
