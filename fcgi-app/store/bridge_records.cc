#include "store/bridge_records.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <span>

#include "core/number.h"
#include "store/keys.h"
#include "store/outbox.h"
#include "store/position_fields.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;
using platform::RedisValue;

std::int64_t read_number(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

HistoryEntry read_history(RedisValue found) {
    HistoryEntry entry{
        .id = std::string(found[0].text()), .percentage = {}, .progress = {}, .device = {}, .source = {}};
    const RedisValue fields = found[1];
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        const std::string_view name = fields[i].text();
        const RedisValue value = fields[i + 1];
        if (name == "percentage") entry.percentage = core::parse_stored_number(value.text());
        if (name == "progress") entry.progress = value.text();
        if (name == "device") entry.device = value.text();
        if (name == "timestamp") entry.timestamp = read_timestamp(value).value_or(0);
        if (name == "source") entry.source = value.text();
        if (name == "state") entry.current = value.text() == "current";
    }
    return entry;
}

constexpr std::size_t kRecordQuestions = 7;

// The sequence first, so that it is never newer than the position.
void add_questions(std::vector<RedisCommand>& questions, const core::Username& username,
                   const core::DocumentId& document) {
    questions.push_back({"HGET", keys::pushes(username, document), "sequence"});
    questions.push_back({"HMGET", keys::document(username, document), "percentage", "progress", "device",
                         "device_id", "timestamp"});
    questions.push_back({"HGETALL", keys::bridge_record(username, document)});
    questions.push_back({"HGET", keys::links(username), document.str()});
    questions.push_back({"HMGET", keys::meta(username, document), "title", "authors", "filename"});
    questions.push_back({"HGET", keys::dead(username), document.str()});
    questions.push_back({"ZSCORE", keys::outbox(username), document.str()});
}

DocumentRecord read_record(std::span<const platform::RedisReply> answers) {
    const auto answer = [&answers](std::size_t i) { return answers[i].value(); };
    DocumentRecord record{.position = read_position(answer(1), 0),
                          .sequence = read_number(answer(0).text()),
                          .bridge = {},
                          .link = parse_link(answer(3).text()),
                          .metadata = {.title = text_of(answer(4)[0]),
                                       .authors = text_of(answer(4)[1]),
                                       .filename = text_of(answer(4)[2])},
                          .dead = answer(5).is_string(),
                          .dead_reason = std::string(answer(5).text())};
    if (answer(6).is_string()) record.due = read_number(answer(6).text());
    const RedisValue fields = answer(2);
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2)
        record.bridge.emplace(fields[i].text(), fields[i + 1].text());
    return record;
}

void append_fields(std::vector<std::string>& arguments, const BridgeFields& fields) {
    for (const auto& [name, value] : fields) arguments.insert(arguments.end(), {name, value});
}

}  // namespace

StoreResult<DocumentRecord> BridgeRecords::load(const core::Username& username,
                                                const core::DocumentId& document) {
    auto records = load_all(username, {document});
    if (!records) return tl::unexpected(records.error());
    return std::move(records->front());
}

StoreResult<std::vector<DocumentRecord>> BridgeRecords::load_all(
    const core::Username& username, const std::vector<core::DocumentId>& documents) {
    std::vector<DocumentRecord> records;
    if (documents.empty()) return records;
    std::vector<RedisCommand> questions;
    questions.reserve(documents.size() * kRecordQuestions);
    for (const core::DocumentId& document : documents) add_questions(questions, username, document);
    const auto answers = database_.exchange(questions);
    if (!answers) return tl::unexpected(answers.error());
    records.reserve(documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i)
        records.push_back(read_record(std::span(*answers).subspan(i * kRecordQuestions, kRecordQuestions)));
    return records;
}

StoreResult<bool> BridgeRecords::save(const core::Username& username, const core::DocumentId& document,
                                      const BridgeFields& fields) {
    std::vector<std::string> arguments = {keys::account(username), document.str()};
    append_fields(arguments, fields);
    const auto reply = database_.run({.script = save_bridge_record_script(),
                                      .keys = {keys::credential(username)},
                                      .arguments = std::move(arguments)});
    if (!reply) return tl::unexpected(reply.error());
    return reply->value().integer() == 1;
}

StoreResult<std::vector<HistoryEntry>> BridgeRecords::history(const core::Username& username,
                                                              const core::DocumentId& document, int count) {
    const auto reply = database_.ask(
        {"XREVRANGE", keys::history(username, document), "+", "-", "COUNT", std::to_string(count)});
    if (!reply) return tl::unexpected(reply.error());
    std::vector<HistoryEntry> entries;
    const RedisValue found = reply->value();
    for (std::size_t i = found.size(); i > 0; --i) entries.push_back(read_history(found[i - 1]));
    return entries;
}

StoreResult<std::optional<HistoryEntry>> BridgeRecords::history_entry(const core::Username& username,
                                                                      const core::DocumentId& document,
                                                                      const std::string& id) {
    // Anything else would be an error of the command, or a range.
    const std::size_t hyphen = std::min(id.find('-'), id.size());
    const bool plausible = hyphen > 0 && hyphen < 19 && id.size() > hyphen + 1 && id.size() - hyphen < 20 &&
                           id.find_first_not_of("0123456789", hyphen + 1) == std::string::npos &&
                           id.find_first_not_of("0123456789") == hyphen;
    if (!plausible) return std::nullopt;
    const auto reply = database_.ask({"XRANGE", keys::history(username, document), id, id});
    if (!reply) return tl::unexpected(reply.error());
    if (reply->value().size() == 0) return std::nullopt;
    return read_history(reply->value()[0]);
}

StoreResult<bool> BridgeRecords::restore(const core::Username& username, const Restoration& restoration) {
    const std::string due = restoration.deliver ? std::to_string(restoration.now) : std::string();
    const auto reply = database_.run(
        {.script = restore_script(),
         .keys = {keys::credential(username)},
         .arguments = {keys::account(username), restoration.document.str(),
                       core::format_number(restoration.percentage), restoration.progress,
                       std::string(kConsoleDevice), std::string(kConsoleDeviceId),
                       std::to_string(restoration.now / 1000), std::to_string(history_limit_), due}});
    if (!reply) return tl::unexpected(reply.error());
    if (reply->value()[0].integer() == 0) return false;
    if (restoration.deliver) database_.post(outbox_hint(username, restoration.now));
    return true;
}

StoreResult<ImportOutcome> BridgeRecords::import(const core::Username& username, const Import& import) {
    const core::StoredPosition& expected = import.expected;
    std::vector<std::string> arguments = {keys::account(username),
                                          import.document.str(),
                                          std::to_string(import.expected_sequence),
                                          marked(expected.progress),
                                          expected.timestamp ? std::to_string(*expected.timestamp) : "",
                                          core::format_number(import.position.percentage),
                                          import.position.progress,
                                          import.position.device,
                                          std::string(kImportDeviceId),
                                          std::to_string(import.timestamp),
                                          std::to_string(history_limit_)};
    append_fields(arguments, import.fields);
    const auto reply = database_.run(
        {.script = import_script(), .keys = {keys::credential(username)}, .arguments = std::move(arguments)});
    if (!reply) return tl::unexpected(reply.error());
    const std::string_view outcome = reply->value()[0].text();
    if (outcome == "imported") return ImportOutcome::kImported;
    if (outcome == "changed") return ImportOutcome::kChanged;
    if (outcome == "gone") return ImportOutcome::kGone;
    return tl::unexpected(
        StoreError{StoreError::Kind::kUnexpected, "unexpected answer of the script import"});
}

StoreResult<std::vector<core::DocumentId>> BridgeRecords::documents(const core::Username& username) {
    const std::vector<RedisCommand> questions = {{"ZRANGE", keys::documents(username), "0", "-1"},
                                                 {"HKEYS", keys::links(username)}};
    const auto replies = database_.exchange(questions);
    if (!replies) return tl::unexpected(replies.error());
    std::set<core::DocumentId> documents;
    for (const auto& reply : *replies) {
        const RedisValue names = reply.value();
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (auto document = core::DocumentId::parse(names[i].text()))
                documents.insert(std::move(*document));
        }
    }
    return std::vector<core::DocumentId>(documents.begin(), documents.end());
}

}  // namespace koshelf::store
