#include "store/merging.h"

#include <algorithm>
#include <array>
#include <utility>

#include "store/bridge_records.h"
#include "store/keys.h"
#include "store/outbox.h"

namespace koshelf::store {
namespace {

using platform::RedisValue;

constexpr std::array<std::pair<std::string_view, Merging::Outcome>, 9> kOutcomes = {{
    {"merged", Merging::Outcome::kDone},
    {"unmerged", Merging::Outcome::kDone},
    {"same", Merging::Outcome::kSame},
    {"member", Merging::Outcome::kElsewhere},
    {"large", Merging::Outcome::kTooMany},
    {"missing", Merging::Outcome::kMissing},
    {"main", Merging::Outcome::kNotMerged},
    {"late", Merging::Outcome::kTooLate},
    {"gone", Merging::Outcome::kNoAccount},
}};

std::string text_of_due(std::optional<core::EpochMillis> due) {
    return due ? std::to_string(*due) : std::string();
}

}  // namespace

core::DocumentId main_document(const core::DocumentId& document, RedisValue entry) {
    if (!entry.is_string() || entry.text().starts_with(':')) return document;
    return core::DocumentId::parse(entry.text()).value_or(document);
}

std::vector<core::DocumentId> merged_members(RedisValue entry) {
    std::vector<core::DocumentId> members;
    std::string_view list = entry.text();
    if (!list.starts_with(':')) return members;
    while (!list.empty()) {
        list.remove_prefix(1);
        const std::size_t end = std::min(list.find(':'), list.size());
        if (auto member = core::DocumentId::parse(list.substr(0, end))) members.push_back(std::move(*member));
        list.remove_prefix(end);
    }
    return members;
}

StoreResult<Merging::Book> Merging::finish(const core::Username& username,
                                           std::optional<core::EpochMillis> due,
                                           const StoreResult<platform::RedisReply>& reply) {
    if (!reply) return tl::unexpected(reply.error());
    const RedisValue answer = reply->value();
    const auto known = std::ranges::find_if(
        kOutcomes, [&answer](const auto& outcome) { return outcome.first == answer[0].text(); });
    if (known == kOutcomes.end()) {
        return tl::unexpected(
            StoreError{StoreError::Kind::kUnexpected, "unexpected answer of a script that merges"});
    }
    Book book{.outcome = known->second, .main = {}, .members = {}};
    if (book.outcome != Outcome::kDone) return book;
    book.main = answer[2].text();
    for (std::size_t i = 3; i < answer.size(); ++i) book.members.emplace_back(answer[i].text());
    if (due) database_.post(outbox_hint(username, *due));
    return book;
}

StoreResult<Merging::Book> Merging::merge(const core::Username& username, const MergeWish& wish) {
    return finish(username, wish.due,
                  database_.run({.script = merge_script(),
                                 .keys = {keys::credential(username)},
                                 .arguments = {keys::account(username), wish.document.str(), wish.into.str(),
                                               std::to_string(history_limit_), text_of_due(wish.due),
                                               wish.implied_link ? to_json(*wish.implied_link) : "",
                                               wish.into_is_linked ? "linked" : ""}}));
}

StoreResult<Merging::Book> Merging::unmerge(const core::Username& username, const core::DocumentId& member,
                                            std::optional<core::EpochMillis> due) {
    return finish(username, due,
                  database_.run({.script = unmerge_script(),
                                 .keys = {keys::credential(username)},
                                 .arguments = {keys::account(username), member.str(),
                                               std::to_string(history_limit_), text_of_due(due)}}));
}

StoreResult<Merging::Book> Merging::undo(const core::Username& username, const core::DocumentId& document,
                                         std::optional<core::EpochMillis> due, bool linked,
                                         core::EpochSeconds now) {
    return finish(
        username, due,
        database_.run({.script = undo_merge_script(),
                       .keys = {keys::credential(username)},
                       .arguments = {keys::account(username), document.str(), std::to_string(history_limit_),
                                     text_of_due(due), linked ? "linked" : "", std::to_string(now),
                                     std::string(kConsoleDevice), std::string(kConsoleDeviceId)}}));
}

StoreResult<core::DocumentId> Merging::main_of(const core::Username& username,
                                               const core::DocumentId& document) {
    const auto reply = database_.ask({"HGET", keys::merged(username), document.str()});
    if (!reply) return tl::unexpected(reply.error());
    return main_document(document, reply->value());
}

}  // namespace koshelf::store
