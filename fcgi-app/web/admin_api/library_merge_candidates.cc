#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/bridge/merge_candidate.h"
#include "core/json_text.h"
#include "core/text/digests.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/loaded_document.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

using core::bridge::BookFacts;

constexpr std::size_t kAtATime = 100;
constexpr int kTimes = 10;

BookFacts facts_of(const DocumentView& view) {
    BookFacts facts{.ids = {view.document.str()},
                    .title = view.title(),
                    .authors = view.authors(),
                    .filename = view.record.metadata.filename.value_or(""),
                    .filename_digest = {},
                    .item = view.item ? view.item->str() : std::string()};
    for (const core::DocumentId& member : view.record.members) facts.ids.push_back(member.str());
    if (!facts.filename.empty()) facts.filename_digest = core::text::filename_md5(facts.filename);
    facts.filename.erase(0, facts.filename.rfind('/') + 1);
    return facts;
}

struct Candidate {
    BookFacts facts;
    core::bridge::MergeReason why;
};

std::string candidate_json(const Candidate& candidate) {
    return core::JsonObject()
        .add("document", candidate.facts.ids.front())
        .add("title", candidate.facts.title)
        .add("authors", candidate.facts.authors)
        .add("filename", candidate.facts.filename)
        .add("kind", candidate.why.reason)
        .add("reason", candidate.why.words)
        .add("sure", candidate.why.sure)
        .finish();
}

}  // namespace

Response list_merge_candidates(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const core::Username& username = loaded->subject.username;
    const BookFacts own = facts_of(loaded->view);
    const abs::Settings settings = services.settings.current();
    const std::size_t limit = limit_of(call.request);

    std::vector<Candidate> candidates;
    std::string cursor = parameter(call.request, "cursor");
    for (int time = 0; time < kTimes && candidates.size() < limit; ++time) {
        const auto page = services.desk.roster.documents(username, cursor, kAtATime);
        if (!page) return store_failed(services, page.error());
        const auto views =
            view_all(services.desk.records, services.desk.cache, settings, username, page->documents);
        if (!views) return store_failed(services, views.error());
        cursor = page->next;
        for (std::size_t i = 0; i < views->size() && candidates.size() < limit; ++i) {
            if ((*views)[i].document == loaded->subject.document) continue;
            BookFacts facts = facts_of((*views)[i]);
            auto why = same_book(own, facts);
            if (!why) continue;
            candidates.push_back({.facts = std::move(facts), .why = std::move(*why)});
            if (candidates.size() == limit && i + 1 < views->size()) cursor = page->cursors[i];
        }
        if (cursor.empty()) break;
    }
    std::ranges::stable_sort(candidates, std::greater(),
                             [](const Candidate& candidate) { return candidate.why.sure; });
    core::JsonArray json;
    for (const Candidate& candidate : candidates) json.add_json(candidate_json(candidate));
    return page_response("candidates", json.finish(), cursor);
}

}  // namespace koshelf::web
