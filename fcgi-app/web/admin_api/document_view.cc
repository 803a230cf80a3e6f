#include "web/admin_api/document_view.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/number.h"

namespace koshelf::web {
namespace {

// What a KOReader calls finished is the last page, which is rarely exactly 1.
constexpr double kLastPage = 0.995;

const std::string& field(const store::DocumentRecord& record, const char* name) {
    static const std::string kNone;
    const auto found = record.bridge.find(name);
    return found == record.bridge.end() ? kNone : found->second;
}

// What the bridge noted is about the item that the document was linked to then.
bool noted_for(const DocumentView& view) {
    return view.item && field(view.record, "item") == view.item->str();
}

std::optional<double> number(const std::string& text) {
    return text.empty() ? std::nullopt : core::parse_stored_number(text);
}

}  // namespace

std::string DocumentView::title() const {
    if (const auto called = record.called().title; called && !called->empty()) return *called;
    return known ? known->title : std::string();
}

std::string DocumentView::authors() const {
    if (const auto called = record.called().authors; called && !called->empty()) return *called;
    return known ? known->authors : std::string();
}

bool DocumentView::unlinked() const {
    return record.link && !record.link->item;
}

bool DocumentView::finished() const {
    const bool read = record.position.percentage.value_or(0) >= kLastPage;
    return read || (noted_for(*this) && field(record, "seen_finished") == "1");
}

bool DocumentView::in_trouble() const {
    return record.dead || number(field(record, "outbox_attempts")).value_or(0) > 0;
}

std::optional<double> DocumentView::heard_seconds() const {
    if (!noted_for(*this) || field(record, "seen") != "1") return std::nullopt;
    const auto seconds = number(field(record, "seen_seconds"));
    return seconds && *seconds > 0 ? seconds : std::nullopt;
}

std::optional<double> DocumentView::heard_fraction() const {
    const auto seconds = heard_seconds();
    if (!seconds) return std::nullopt;
    const auto agreed = number(field(record, "percentage"));
    if (agreed && !field(record, "progress").empty()) return std::clamp(*agreed, 0.0, 1.0);
    if (!known || known->duration <= 0) return std::nullopt;
    return std::clamp(*seconds / known->duration, 0.0, 1.0);
}

DocumentView make_view(core::DocumentId document, store::DocumentRecord record,
                       const abs::Settings& settings) {
    DocumentView view{.document = std::move(document),
                      .record = std::move(record),
                      .item = std::nullopt,
                      .by_map = false,
                      .known = std::nullopt};
    if (view.record.link) {
        view.item = view.record.link->item;
    } else {
        view.item = settings.item_of(view.document);
        view.by_map = view.item.has_value();
    }
    return view;
}

store::StoreResult<std::vector<DocumentView>> view_all(store::BridgeRecords& records,
                                                       store::LibraryCache& cache,
                                                       const abs::Settings& settings,
                                                       const core::Username& username,
                                                       const std::vector<core::DocumentId>& documents) {
    auto loaded = records.load_all(username, documents);
    if (!loaded) return tl::unexpected(loaded.error());
    std::vector<DocumentView> views;
    std::vector<core::LibraryItemId> items;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        views.push_back(make_view(documents[i], std::move((*loaded)[i]), settings));
        if (views.back().item) items.push_back(*views.back().item);
    }
    auto known = cache.items(items);
    if (!known) return tl::unexpected(known.error());
    for (DocumentView& view : views) {
        if (!view.item) continue;
        if (const auto found = known->find(*view.item); found != known->end()) view.known = found->second;
    }
    return views;
}

}  // namespace koshelf::web
