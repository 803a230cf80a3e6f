#include "store/outbox.h"

#include <charconv>

#include "platform/clock.h"
#include "store/keys.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;
using platform::RedisValue;

// How long an account stays noted while its outbox is being changed. Should this process die before it has
// corrected the note, somebody looks again after that.
constexpr core::EpochMillis kChangeMillis = 30'000;
constexpr std::string_view kSweepStep = "200";
constexpr int kAccountsCounted = 500;

// A score of a sorted set; nothing for text that is none.
std::optional<core::EpochMillis> read_score(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !(value > -1e15 && value < 1e15)) {
        return std::nullopt;
    }
    return static_cast<core::EpochMillis>(value);
}

template <typename Name>
std::vector<Name> read_names(RedisValue answer) {
    std::vector<Name> names;
    for (std::size_t i = 0; i < answer.size(); ++i) {
        if (auto name = Name::parse(answer[i].text())) names.push_back(std::move(*name));
    }
    return names;
}

template <typename Name>
std::vector<std::pair<Name, core::EpochMillis>> read_scored(RedisValue answer) {
    std::vector<std::pair<Name, core::EpochMillis>> found;
    for (std::size_t i = 0; i + 1 < answer.size(); i += 2) {
        auto name = Name::parse(answer[i].text());
        const auto score = read_score(answer[i + 1].text());
        if (name && score) found.emplace_back(std::move(*name), *score);
    }
    return found;
}

std::map<core::DocumentId, std::string> read_letters(RedisValue fields) {
    std::map<core::DocumentId, std::string> letters;
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        if (auto document = core::DocumentId::parse(fields[i].text()))
            letters.emplace(std::move(*document), fields[i + 1].text());
    }
    return letters;
}

ScriptCall on_account(const Script& script, const core::Username& username,
                      std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), keys::account(username));
    return {.script = script, .keys = {keys::credential(username)}, .arguments = std::move(arguments)};
}

}  // namespace

RedisCommand outbox_hint(const core::Username& username, core::EpochMillis due) {
    return {"ZADD", keys::kOutbox, "LT", std::to_string(due), username.str()};
}

// Runs a script that answers {…, next due} and corrects the account's note: it is moved away first, changed
// back after, and only if nobody has noted something else meanwhile. Whoever adds a document does so before
// noting it, so either the script sees the document or the note is theirs.
StoreResult<platform::Redis::Replies> Outbox::change(const core::Username& username, const ScriptCall& call) {
    const std::string noted = std::to_string(platform::now_millis() + kChangeMillis);
    auto replies = database_.run_after({{"ZADD", keys::kOutbox, "XX", noted, username.str()}}, call);
    if (!replies) return tl::unexpected(replies.error());
    const RedisValue answer = replies->back().value();
    if (answer.size() == 2) {
        database_.post(ScriptCall{.script = outbox_hint_script(),
                                  .keys = {std::string(keys::kOutbox)},
                                  .arguments = {username.str(), noted, std::string(answer[1].text())}});
    }
    return replies;
}

StoreResult<std::vector<core::Username>> Outbox::due_accounts(core::EpochMillis now, int limit) {
    const auto reply = database_.ask(
        {"ZRANGEBYSCORE", keys::kOutbox, "-inf", std::to_string(now), "LIMIT", "0", std::to_string(limit)});
    if (!reply) return tl::unexpected(reply.error());
    return read_names<core::Username>(reply->value());
}

StoreResult<std::vector<core::DocumentId>> Outbox::due(const core::Username& username, core::EpochMillis now,
                                                       int limit) {
    const auto reply = database_.ask({"ZRANGEBYSCORE", keys::outbox(username), "-inf", std::to_string(now),
                                      "LIMIT", "0", std::to_string(limit)});
    if (!reply) return tl::unexpected(reply.error());
    return read_names<core::DocumentId>(reply->value());
}

StoreResult<std::optional<core::EpochMillis>> Outbox::next_due(const core::Username& username) {
    const auto replies = change(username, on_account(outbox_next_script(), username, {}));
    if (!replies) return tl::unexpected(replies.error());
    return read_score(replies->back().value()[1].text());
}

StoreResult<bool> Outbox::done(const core::Username& username, const core::DocumentId& document,
                               std::int64_t sequence, const std::string& link_text) {
    const auto replies = change(username, on_account(outbox_done_script(), username,
                                                     {document.str(), std::to_string(sequence), link_text}));
    if (!replies) return tl::unexpected(replies.error());
    return replies->back().value()[0].integer() == 1;
}

StoreResult<int> Outbox::postpone(const core::Username& username, const core::DocumentId& document,
                                  core::EpochMillis due, const std::string& reason,
                                  std::string_view attempts) {
    const auto replies =
        change(username, on_account(outbox_postpone_script(), username,
                                    {document.str(), std::to_string(due), reason, std::string(attempts)}));
    if (!replies) return tl::unexpected(replies.error());
    return static_cast<int>(replies->back().value()[0].integer());
}

StoreResult<int> Outbox::postpone(const core::Username& username, const core::DocumentId& document,
                                  core::EpochMillis due, const std::string& reason) {
    return postpone(username, document, due, reason, "1");
}

StoreResult<int> Outbox::defer(const core::Username& username, const core::DocumentId& document,
                               core::EpochMillis due, const std::string& reason) {
    return postpone(username, document, due, reason, "0");
}

StoreResult<bool> Outbox::bury(const core::Username& username, const core::DocumentId& document,
                               const std::string& reason) {
    const auto replies =
        change(username, on_account(outbox_bury_script(), username, {document.str(), reason}));
    if (!replies) return tl::unexpected(replies.error());
    return replies->back().value()[0].integer() == 1;
}

StoreResult<std::map<core::DocumentId, std::string>> Outbox::dead(const core::Username& username) {
    const auto reply = database_.ask({"HGETALL", keys::dead(username)});
    if (!reply) return tl::unexpected(reply.error());
    return read_letters(reply->value());
}

StoreResult<std::map<core::DocumentId, std::string>> Outbox::dead(const core::Username& username, int most) {
    const auto reply = database_.ask({"HSCAN", keys::dead(username), "0", "COUNT", std::to_string(most)});
    if (!reply) return tl::unexpected(reply.error());
    return read_letters(reply->value()[1]);
}

StoreResult<int> Outbox::revive(const core::Username& username, const core::DocumentId& document,
                                core::EpochMillis now) {
    const auto replies =
        change(username, on_account(outbox_revive_script(), username, {std::to_string(now), document.str()}));
    if (!replies) return tl::unexpected(replies.error());
    return static_cast<int>(replies->back().value()[0].integer());
}

StoreResult<int> Outbox::revive_all(const core::Username& username, core::EpochMillis now) {
    const auto replies =
        change(username, on_account(outbox_revive_script(), username, {std::to_string(now)}));
    if (!replies) return tl::unexpected(replies.error());
    return static_cast<int>(replies->back().value()[0].integer());
}

StoreResult<bool> Outbox::add(const core::Username& username, const core::DocumentId& document,
                              core::EpochMillis due, std::string_view which) {
    const auto replies = change(
        username,
        on_account(outbox_add_script(), username, {document.str(), std::to_string(due), std::string(which)}));
    if (!replies) return tl::unexpected(replies.error());
    return replies->back().value()[0].integer() == 1;
}

StoreResult<bool> Outbox::add(const core::Username& username, const core::DocumentId& document,
                              core::EpochMillis due) {
    return add(username, document, due, "");
}

StoreResult<bool> Outbox::add_missing(const core::Username& username, const core::DocumentId& document,
                                      core::EpochMillis due) {
    return add(username, document, due, "missing");
}

StoreResult<std::vector<std::pair<core::DocumentId, core::EpochMillis>>> Outbox::all(
    const core::Username& username) {
    const auto reply = database_.ask({"ZRANGE", keys::outbox(username), "0", "-1", "WITHSCORES"});
    if (!reply) return tl::unexpected(reply.error());
    return read_scored<core::DocumentId>(reply->value());
}

StoreResult<std::vector<std::pair<core::Username, core::EpochMillis>>> Outbox::accounts(int limit) {
    const auto reply = database_.ask({"ZRANGE", keys::kOutbox, "0", std::to_string(limit - 1), "WITHSCORES"});
    if (!reply) return tl::unexpected(reply.error());
    return read_scored<core::Username>(reply->value());
}

StoreResult<Outbox::Depth> Outbox::depth(core::EpochMillis now) {
    const std::vector<RedisCommand> questions = {{"ZCARD", keys::kOutbox},
                                                 {"ZCOUNT", keys::kOutbox, "-inf", std::to_string(now)}};
    const auto replies = database_.exchange(questions);
    if (!replies) return tl::unexpected(replies.error());
    Depth depth{.accounts = (*replies)[0].value().integer(),
                .due = (*replies)[1].value().integer(),
                .oldest_due = std::nullopt};
    const auto noted = accounts(kAccountsCounted);
    if (!noted) return tl::unexpected(noted.error());
    if (noted->empty()) return depth;
    // A note is a hint: what counts is what stands in the outbox itself.
    std::vector<RedisCommand> commands;
    for (const auto& [username, due] : *noted) {
        commands.push_back({"ZCARD", keys::outbox(username)});
        commands.push_back({"ZRANGE", keys::outbox(username), "0", "0", "WITHSCORES"});
    }
    const auto outboxes = database_.exchange(commands);
    if (!outboxes) return tl::unexpected(outboxes.error());
    for (std::size_t i = 0; i < outboxes->size(); i += 2) {
        depth.documents += (*outboxes)[i].value().integer();
        const auto due = read_score((*outboxes)[i + 1].value()[1].text());
        if (due && (!depth.oldest_due || *due < *depth.oldest_due)) depth.oldest_due = due;
    }
    return depth;
}

StoreResult<Outbox::Totals> Outbox::totals() {
    Totals totals;
    std::string cursor = "0";
    do {
        const auto page = database_.ask({"ZSCAN", keys::kUsers, cursor, "COUNT", kSweepStep});
        if (!page) return tl::unexpected(page.error());
        const RedisValue found = page->value()[1];
        std::vector<RedisCommand> questions;
        for (std::size_t i = 0; i < found.size(); i += 2) {
            ++totals.accounts;
            if (const auto username = core::Username::parse(found[i].text()))
                questions.push_back({"HLEN", keys::dead(*username)});
        }
        cursor = page->value()[0].text();
        const auto lengths = database_.exchange(questions);
        if (!lengths) return tl::unexpected(lengths.error());
        for (const auto& length : *lengths) totals.dead += length.value().integer();
    } while (cursor != "0");
    return totals;
}

StoreResult<std::string> Outbox::sweep(const std::string& cursor) {
    const auto step = database_.ask({"ZSCAN", keys::kUsers, cursor, "COUNT", kSweepStep});
    if (!step) return tl::unexpected(step.error());
    const auto accounts = read_scored<core::Username>(step->value()[1]);
    std::vector<RedisCommand> questions;
    questions.reserve(accounts.size());
    for (const auto& [username, seen] : accounts)
        questions.push_back({"ZRANGE", keys::outbox(username), "0", "0", "WITHSCORES"});
    const std::string next(step->value()[0].text());
    if (questions.empty()) return next;
    const auto outboxes = database_.exchange(questions);
    if (!outboxes) return tl::unexpected(outboxes.error());
    std::vector<RedisCommand> notes;
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        if (const auto due = read_score((*outboxes)[i].value()[1].text()))
            notes.push_back(outbox_hint(accounts[i].first, *due));
    }
    if (notes.empty()) return next;
    const auto noted = database_.exchange(notes);
    if (!noted) return tl::unexpected(noted.error());
    return next;
}

}  // namespace koshelf::store
