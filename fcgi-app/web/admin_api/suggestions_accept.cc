#include <string>

#include "core/json_text.h"
#include "platform/clock.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/item_json.h"
#include "web/admin_api/loaded_document.h"
#include "web/admin_api/suggestion_walk.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

constexpr std::size_t kMostAccepted = 200;

// Links it; false if somebody has said something else about the document meanwhile.
OrResponse<bool> accept(Services& services, const DocumentSubject& subject, const Proposal& proposal) {
    const auto item = core::LibraryItemId::parse(proposal.best.item.id);
    if (!item) return false;
    const core::EpochMillis now = platform::now_millis();
    const store::Link link{
        .item = *item, .text_item = std::nullopt, .how = store::LinkOrigin::kSuggestion, .since = now / 1000};
    const auto change = services.desk.links.set_if_absent(subject.username, subject.document, link, now);
    if (!change) return tl::unexpected(store_failed(services, change.error()));
    if (*change != store::Links::Change::kDone) return false;
    if (const auto asked = services.desk.cache.want(*item, now); !asked)
        return tl::unexpected(store_failed(services, asked.error()));
    note_deed(services, subject, "console.linked",
              name_of(proposal.view) + " linked to " + proposal.best.item.title + ", as suggested");
    return true;
}

std::string outcome_of(int linked, bool more) {
    if (linked == 0) return more ? "Nothing certain among these." : "Nothing certain is left.";
    return linked == 1 ? "One document linked." : std::to_string(linked) + " documents linked.";
}

}  // namespace

// What is certain is linked, because somebody asks for it.
Response accept_suggestions(Services& services, const Call& call) {
    const auto session = open_session(services, call.request);
    if (!session) return session.error();
    const auto username = subject_account(services, *session, call.request);
    if (!username) return username.error();
    const auto proposals = propose(services, *username, parameter(call.request, "cursor"), kMostAccepted);
    if (!proposals) return proposals.error();
    core::JsonArray linked;
    int count = 0;
    for (const Proposal& each : proposals->found) {
        if (!each.sure) continue;
        const DocumentSubject subject{.username = *username,
                                      .document = each.view.document,
                                      .asked = each.view.document,
                                      .admin = session->admin,
                                      .caller = session->username};
        const auto done = accept(services, subject, each);
        if (!done) return done.error();
        if (!*done) continue;
        ++count;
        linked.add_json(core::JsonObject()
                            .add("document", each.view.document.str())
                            .add("title", name_of(each.view))
                            .add_json("item", item_json(each.best.item))
                            .finish());
    }
    core::JsonObject json;
    json.add_json("linked", linked.finish()).add("message", outcome_of(count, !proposals->next.empty()));
    if (proposals->next.empty()) {
        json.add_json("next", "null");
    } else {
        json.add("next", proposals->next);
    }
    return json_response(200, json.finish());
}

}  // namespace koshelf::web
