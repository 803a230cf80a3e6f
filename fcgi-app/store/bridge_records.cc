#include "store/bridge_records.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <span>
#include <tuple>

#include "core/number.h"
#include "store/keys.h"
#include "store/merging.h"
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

// Of other ids of a book than the main one the entries are told apart by it.
HistoryEntry read_history(RedisValue found, const std::string& document, const std::string& main) {
    HistoryEntry entry{.id = std::string(found[0].text()),
                       .document = document,
                       .percentage = {},
                       .progress = {},
                       .device = {},
                       .source = {}};
    if (document != main) entry.id += ":" + document;
    const RedisValue fields = found[1];
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        const std::string_view name = fields[i].text();
        const RedisValue value = fields[i + 1];
        if (name == "percentage") entry.percentage = core::parse_stored_number(value.text());
        if (name == "progress") entry.progress = value.text();
        if (name == "device") entry.device = value.text();
        if (name == "device_id") entry.device_id = text_of(value);
        if (name == "timestamp") entry.timestamp = read_timestamp(value).value_or(0);
        if (name == "source") entry.source = value.text();
        if (name == "document") entry.document = value.text();
        if (name == "state") entry.current = value.text() == "current";
    }
    return entry;
}

// The two numbers of "1764000000000-0"; nothing for other text, which would be an error of a command, or a
// range.
std::optional<std::pair<std::int64_t, std::int64_t>> read_entry_time(std::string_view id) {
    const std::size_t hyphen = std::min(id.find('-'), id.size());
    const auto is_number = [](std::string_view text) {
        return !text.empty() && text.size() < 19 &&
               text.find_first_not_of("0123456789") == std::string_view::npos;
    };
    const std::string_view rest = id.substr(std::min(hyphen + 1, id.size()));
    if (!is_number(id.substr(0, hyphen)) || !is_number(rest)) return std::nullopt;
    return std::pair(read_number(id.substr(0, hyphen)), read_number(rest));
}

void append_history(std::vector<HistoryEntry>& entries, RedisValue found, const core::DocumentId& document,
                    const core::DocumentId& main) {
    for (std::size_t i = 0; i < found.size(); ++i)
        entries.push_back(read_history(found[i], document.str(), main.str()));
}

std::string_view owner_of(const HistoryEntry& entry) {
    return std::string_view(entry.id).substr(std::min(entry.id.find(':'), entry.id.size()));
}

// The newest first, and no more than `count`. What was entered into the histories of two ids, when they
// parted, is one move: the older entry stays.
void put_in_order(std::vector<HistoryEntry>& entries, std::size_t count) {
    std::ranges::stable_sort(entries, {}, [](const HistoryEntry& entry) {
        return read_entry_time(std::string_view(entry.id).substr(0, entry.id.find(':')));
    });
    using Move = std::tuple<core::EpochSeconds, std::optional<double>, std::string, std::string, bool>;
    std::map<Move, std::string> owners;
    std::erase_if(entries, [&owners](const HistoryEntry& entry) {
        const Move move(entry.timestamp, entry.percentage, entry.progress, entry.device, entry.current);
        return owners.try_emplace(move, owner_of(entry)).first->second != owner_of(entry);
    });
    std::ranges::reverse(entries);
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(std::min(count, entries.size())),
                  entries.end());
}

constexpr std::size_t kRecordQuestions = 8;

// The sequence first, so that it is never newer than the position.
void add_questions(std::vector<RedisCommand>& questions, const core::Username& username,
                   const core::DocumentId& document) {
    questions.push_back({"HGET", keys::pushes(username, document), "sequence"});
    questions.push_back({"HMGET", keys::document(username, document), "percentage", "progress", "device",
                         "device_id", "timestamp"});
    questions.push_back({"HGETALL", keys::bridge_record(username, document)});
    questions.push_back({"HGET", keys::links(username), document.str()});
    questions.push_back({"HMGET", keys::meta(username, document), "title", "authors", "filename", "own_title",
                         "own_authors"});
    questions.push_back({"HGET", keys::dead(username), document.str()});
    questions.push_back({"ZSCORE", keys::outbox(username), document.str()});
    questions.push_back({"HGET", keys::merged(username), document.str()});
}

DocumentRecord read_record(std::span<const platform::RedisReply> answers) {
    const auto answer = [&answers](std::size_t i) { return answers[i].value(); };
    DocumentRecord record{.position = read_position(answer(1), 0),
                          .sequence = read_number(answer(0).text()),
                          .bridge = {},
                          .link = parse_link(answer(3).text()),
                          .link_text = std::string(answer(3).text()),
                          .metadata = {.title = text_of(answer(4)[0]),
                                       .authors = text_of(answer(4)[1]),
                                       .filename = text_of(answer(4)[2])},
                          .own_title = text_of(answer(4)[3]),
                          .own_authors = text_of(answer(4)[4]),
                          .dead = answer(5).is_string(),
                          .dead_reason = std::string(answer(5).text())};
    if (answer(6).is_string()) record.due = read_number(answer(6).text());
    record.members = merged_members(answer(7));
    const RedisValue fields = answer(2);
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2)
        record.bridge.emplace(fields[i].text(), fields[i + 1].text());
    return record;
}

void append_fields(std::vector<std::string>& arguments, const BridgeFields& fields) {
    for (const auto& [name, value] : fields) arguments.insert(arguments.end(), {name, value});
}

}  // namespace

core::Metadata DocumentRecord::called() const {
    core::Metadata names = metadata;
    if (own_title) names.title = own_title;
    if (own_authors) names.authors = own_authors;
    return names;
}

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
    const auto question = [&](const core::DocumentId& id) {
        return RedisCommand{"XREVRANGE", keys::history(username, id), "+", "-",
                            "COUNT",     std::to_string(count)};
    };
    const auto replies = database_.exchange(
        std::vector<RedisCommand>{question(document), {"HGET", keys::merged(username), document.str()}});
    if (!replies) return tl::unexpected(replies.error());
    std::vector<HistoryEntry> entries;
    append_history(entries, replies->front().value(), document, document);
    const std::vector<core::DocumentId> members = merged_members(replies->back().value());
    if (!members.empty()) {
        std::vector<RedisCommand> questions;
        questions.reserve(members.size());
        for (const core::DocumentId& member : members) questions.push_back(question(member));
        const auto others = database_.exchange(questions);
        if (!others) return tl::unexpected(others.error());
        for (std::size_t i = 0; i < members.size(); ++i)
            append_history(entries, (*others)[i].value(), members[i], document);
        put_in_order(entries, static_cast<std::size_t>(std::max(count, 0)));
    }
    std::ranges::reverse(entries);
    return entries;
}

StoreResult<std::optional<HistoryEntry>> BridgeRecords::history_entry(const core::Username& username,
                                                                      const core::DocumentId& document,
                                                                      const std::string& id) {
    const std::size_t colon = std::min(id.find(':'), id.size());
    const std::string entry = id.substr(0, colon);
    if (!read_entry_time(entry)) return std::nullopt;
    auto owner = std::optional(document);
    if (colon < id.size()) {
        owner = core::DocumentId::parse(id.substr(colon + 1));
        if (!owner) return std::nullopt;
        const auto main = database_.ask({"HGET", keys::merged(username), owner->str()});
        if (!main) return tl::unexpected(main.error());
        if (*owner == document || main_document(*owner, main->value()) != document) return std::nullopt;
    }
    const auto reply = database_.ask({"XRANGE", keys::history(username, *owner), entry, entry});
    if (!reply) return tl::unexpected(reply.error());
    if (reply->value().size() == 0) return std::nullopt;
    return read_history(reply->value()[0], owner->str(), document.str());
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

StoreResult<BridgeRecords::MergedBooks> BridgeRecords::merged_books(const core::Username& username) {
    const auto reply = database_.ask({"HGETALL", keys::merged(username)});
    if (!reply) return tl::unexpected(reply.error());
    MergedBooks books;
    const RedisValue fields = reply->value();
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        auto members = merged_members(fields[i + 1]);
        auto main = core::DocumentId::parse(fields[i].text());
        if (main && !members.empty()) books.emplace(std::move(*main), std::move(members));
    }
    return books;
}

}  // namespace koshelf::store
