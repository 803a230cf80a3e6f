#include "store/positions.h"

#include "core/number.h"
#include "store/accounts.h"
#include "store/feed_marks.h"
#include "store/keys.h"
#include "store/merging.h"
#include "store/outbox.h"
#include "store/position_fields.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;
using platform::RedisValue;

void append_identifiers(std::vector<std::string>& arguments, const core::IdentifierList& identifiers) {
    for (const core::Identifier& entry : identifiers.entries()) {
        arguments.insert(arguments.end(), {entry.type, entry.value, entry.weak ? "weak" : ""});
    }
}

std::optional<PushOutcome> parse_outcome(std::string_view text) {
    if (text == "stored") return PushOutcome::kStored;
    if (text == "refreshed") return PushOutcome::kRefreshed;
    if (text == "stale") return PushOutcome::kStale;
    if (text == "full") return PushOutcome::kFull;
    return std::nullopt;
}

std::string_view method_letter(core::MatchingMethod method) {
    switch (method) {
        case core::MatchingMethod::kContent: return "c";
        case core::MatchingMethod::kFileName: return "f";
        case core::MatchingMethod::kUnknown: break;
    }
    return "";
}

tl::unexpected<StoreError> unexpected_answer(std::string_view script) {
    return tl::unexpected(
        StoreError{StoreError::Kind::kUnexpected, "unexpected answer of the script " + std::string(script)});
}

std::vector<RedisCommand> plain_questions(const core::Username& username, const core::DocumentId& document) {
    return {{"GET", keys::credential(username)},
            {"HMGET", keys::document(username, document), "percentage", "progress", "device", "device_id",
             "timestamp"}};
}

Pulled plain_answer(const core::DocumentId& document, RedisValue fields) {
    Pulled pulled;
    pulled.position = read_position(fields, 0);
    pulled.document = document.str();
    return pulled;
}

}  // namespace

StoreResult<std::optional<PushReceipt>> Positions::push(const core::Username& username,
                                                        const core::Credential& credential, const Push& push,
                                                        core::EpochSeconds now, Delivery delivery) {
    const auto& identifiers = push.identifiers;
    const core::EpochMillis due_at = now * 1000;
    const std::string due = std::to_string(due_at);
    std::vector<std::string> arguments = {credential.reveal(),
                                          keys::account(username),
                                          push.document.str(),
                                          core::format_number(push.position.percentage),
                                          push.position.progress,
                                          push.position.device,
                                          marked(push.position.device_id),
                                          std::to_string(now),
                                          "koreader",
                                          rules_.stale_guard ? "guard" : "",
                                          std::to_string(rules_.history_limit),
                                          marked(push.metadata.title),
                                          marked(push.metadata.authors),
                                          marked(push.metadata.filename),
                                          std::to_string(identifiers ? identifiers->own_index() + 1 : 0),
                                          identifiers ? identifiers->to_text() : std::string(),
                                          delivery == Delivery::kOutbox ? due : std::string(),
                                          std::to_string(rules_.documents_limit),
                                          std::string(method_letter(push.method)),
                                          push.device_time ? std::to_string(*push.device_time - now) : "",
                                          push.address_digest};
    if (identifiers) append_identifiers(arguments, *identifiers);
    const auto reply = database_.run(
        {.script = push_script(), .keys = {keys::credential(username)}, .arguments = std::move(arguments)});
    if (!reply) return tl::unexpected(reply.error());

    const RedisValue answer = reply->value();
    if (answer[0].text() == "denied") return std::nullopt;
    const auto outcome = parse_outcome(answer[0].text());
    const std::int64_t place = answer[2].integer();
    if (!outcome || place < 0 ||
        (identifiers && static_cast<std::size_t>(place) > identifiers->entries().size())) {
        return unexpected_answer("push");
    }
    PushReceipt receipt{.outcome = *outcome,
                        .document = std::string(answer[1].text()),
                        .record = std::string(answer[3].text()),
                        .match = {},
                        .first_refusal = answer[4].integer() == 1};
    if (identifiers && place > 0)
        receipt.match = identifiers->entries()[static_cast<std::size_t>(place) - 1].type;
    // Not before the credential is known to be right, and not waited for: whoever may lack it is found by the
    // bridge's sweep.
    if (delivery == Delivery::kOutbox && receipt.outcome == PushOutcome::kStored)
        database_.post(outbox_hint(username, due_at));
    return receipt;
}

StoreResult<std::optional<Pulled>> Positions::pull(const core::Username& username,
                                                   const core::Credential& credential,
                                                   const core::DocumentId& document) {
    const auto answers = database_.exchange(plain_questions(username, document));
    if (!answers) return tl::unexpected(answers.error());
    if (!grants((*answers)[0].value(), credential)) return std::nullopt;
    return plain_answer(document, (*answers)[1].value());
}

StoreResult<std::optional<Pulled>> Positions::pull_linked(const core::Username& username,
                                                          const core::Credential& credential,
                                                          const core::DocumentId& document,
                                                          const std::string& credential_digest) {
    std::vector<RedisCommand> questions = plain_questions(username, document);
    questions.push_back({"HGET", keys::links(username), document.str()});
    questions.push_back({"HGET", keys::merged(username), document.str()});
    FeedMarks::add_questions(questions, credential_digest);
    const auto answers = database_.exchange(questions);
    if (!answers) return tl::unexpected(answers.error());
    if (!grants((*answers)[0].value(), credential)) return std::nullopt;
    Pulled pulled = plain_answer(document, (*answers)[1].value());
    pulled.link = parse_link((*answers)[2].value().text());
    pulled.record = main_document(document, (*answers)[3].value());
    pulled.feed_is_live = FeedMarks::is_live((*answers)[4].value(), (*answers)[5].value());
    if (pulled.feed_is_live || pulled.record == document) return pulled;
    const auto link = database_.ask({"HGET", keys::links(username), pulled.record->str()});
    if (!link) return tl::unexpected(link.error());
    pulled.link = parse_link(link->value().text());
    return pulled;
}

StoreResult<std::optional<Pulled>> Positions::pull(const core::Username& username,
                                                   const core::Credential& credential,
                                                   const core::IdentifierList& identifiers) {
    std::vector<std::string> arguments = {keys::account(username)};
    append_identifiers(arguments, identifiers);
    const auto answers = database_.run_after(
        {{"GET", keys::credential(username)}},
        {.script = pull_script(), .keys = {keys::credential(username)}, .arguments = std::move(arguments)});
    if (!answers) return tl::unexpected(answers.error());
    if (!grants(answers->front().value(), credential)) return std::nullopt;

    const RedisValue found = answers->back().value();
    if (found.size() == 0) return Pulled{};
    const auto place = static_cast<std::size_t>(found[0].integer());
    if (place < 1 || place > identifiers.entries().size()) return unexpected_answer("pull");
    Pulled pulled;
    pulled.position = read_position(found, 2);
    pulled.document = found[1].text();
    pulled.match = identifiers.entries()[place - 1].type;
    const std::string_view beside = found[7].text();
    pulled.progress_match = beside.empty() ? pulled.match : core::strongest_shared_type(identifiers, beside);
    return pulled;
}

}  // namespace koshelf::store
