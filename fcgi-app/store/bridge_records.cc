#include "store/bridge_records.h"

#include <algorithm>
#include <charconv>
#include <set>

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

HistoryEntry read_entry(RedisValue fields) {
    HistoryEntry entry;
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

void append_fields(std::vector<std::string>& arguments, const BridgeFields& fields) {
    for (const auto& [name, value] : fields) arguments.insert(arguments.end(), {name, value});
}

}  // namespace

StoreResult<DocumentRecord> BridgeRecords::load(const core::Username& username,
                                                const core::DocumentId& document) {
    const std::vector<RedisCommand> questions = {
        {"HGET", keys::pushes(username, document), "sequence"},
        {"HMGET", keys::document(username, document), "percentage", "progress", "device", "device_id",
         "timestamp"},
        {"HGETALL", keys::bridge_record(username, document)},
        {"HGET", keys::links(username), document.str()},
        {"HMGET", keys::meta(username, document), "title", "authors", "filename"},
        {"HEXISTS", keys::dead(username), document.str()}};
    const auto answers = database_.exchange(questions);
    if (!answers) return tl::unexpected(answers.error());
    const auto answer = [&answers](std::size_t i) { return (*answers)[i].value(); };
    DocumentRecord record{.position = read_position(answer(1), 0),
                          .sequence = read_number(answer(0).text()),
                          .bridge = {},
                          .link = parse_link(answer(3).text()),
                          .metadata = {.title = text_of(answer(4)[0]),
                                       .authors = text_of(answer(4)[1]),
                                       .filename = text_of(answer(4)[2])},
                          .dead = answer(5).integer() == 1};
    const RedisValue fields = answer(2);
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2)
        record.bridge.emplace(fields[i].text(), fields[i + 1].text());
    return record;
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
    for (std::size_t i = found.size(); i > 0; --i) entries.push_back(read_entry(found[i - 1][1]));
    return entries;
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
