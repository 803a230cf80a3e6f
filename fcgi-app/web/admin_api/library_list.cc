#include <string>

#include "core/json_text.h"
#include "core/text/folding.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/document_view.h"
#include "web/admin_api/library_order.h"
#include "web/admin_api/session.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

constexpr std::size_t kStep = 100;  // documents looked at in one go
constexpr int kSteps = 10;          // and no more of them for one answer: the next page goes on from there

enum class Filter { kAll, kReading, kFinished, kLinked, kUnlinked, kTrouble, kUnknown };

Filter parse_filter(const std::string& text) {
    if (text.empty() || text == "all") return Filter::kAll;
    if (text == "reading") return Filter::kReading;
    if (text == "finished") return Filter::kFinished;
    if (text == "linked") return Filter::kLinked;
    if (text == "unlinked") return Filter::kUnlinked;
    if (text == "trouble") return Filter::kTrouble;
    return Filter::kUnknown;
}

bool passes(const DocumentView& view, Filter filter) {
    // It has been forgotten since the order was made, or deleted past this server.
    if (view.record.position.empty() && !view.record.link) return false;
    switch (filter) {
        case Filter::kReading: return !view.finished();
        case Filter::kFinished: return view.finished();
        case Filter::kLinked: return view.item.has_value();
        case Filter::kUnlinked: return !view.item;
        case Filter::kTrouble: return view.in_trouble();
        case Filter::kAll:
        case Filter::kUnknown: break;
    }
    return true;
}

// `wanted` is folded.
bool matches(const DocumentView& view, const std::u32string& wanted) {
    if (wanted.empty()) return true;
    for (const std::string& text :
         {view.title(), view.authors(), view.record.metadata.filename.value_or(""), view.document.str(),
          view.known ? view.known->title : std::string(), view.record.metadata.title.value_or("")}) {
        if (core::text::folded(text).find(wanted) != std::string::npos) return true;
    }
    return false;
}

}  // namespace

Response list_documents(Services& services, const Call& call) {
    const auto session = open_session(services, call.request);
    if (!session) return session.error();
    const auto username = subject_account(services, *session, call.request);
    if (!username) return username.error();
    const Filter filter = parse_filter(parameter(call.request, "filter"));
    if (filter == Filter::kUnknown)
        return field_error("filter", "filter is all, reading, finished, linked, unlinked or trouble.");
    const auto sort = parse_sort(parameter(call.request, "sort"));
    if (!sort) return field_error("sort", "sort is recent, oldest, title or progress.");
    const std::u32string wanted = core::text::folded(parameter(call.request, "q"));
    const std::size_t limit = limit_of(call.request);
    const abs::Settings settings = services.settings.current();

    LibraryOrder order(services, settings, *username, *sort);
    core::JsonArray documents;
    std::size_t found = 0;
    std::string cursor = parameter(call.request, "cursor");
    for (int step = 0; step < kSteps; ++step) {
        const auto page = order.step(cursor, kStep);
        if (!page) return store_failed(services, page.error());
        const auto views =
            view_all(services.desk.records, services.desk.cache, settings, *username, page->documents);
        if (!views) return store_failed(services, views.error());
        for (std::size_t i = 0; i < views->size(); ++i) {
            const DocumentView& view = (*views)[i];
            if (!passes(view, filter) || !matches(view, wanted)) continue;
            documents.add_json(to_json(view));
            const bool last = i + 1 == views->size() && page->next.empty();
            if (++found == limit)
                return page_response("documents", documents.finish(), last ? "" : page->cursors[i]);
        }
        cursor = page->next;
        if (cursor.empty()) break;
    }
    return page_response("documents", documents.finish(), cursor);
}

}  // namespace koshelf::web
