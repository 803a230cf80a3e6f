#include "store/account_reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "store/keys.h"
#include "store/position_fields.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;
using platform::RedisValue;

constexpr std::string_view kNamesAtOnce = "200";

bool belongs_to_account(const AccountKey& kind) {
    return kind.scope == KeyScope::kAccount || kind.scope == KeyScope::kGroups;
}

bool belongs_to_documents(const AccountKey& kind) {
    return kind.scope == KeyScope::kDocument || kind.scope == KeyScope::kByDocument ||
           kind.scope == KeyScope::kRanked;
}

// What is asked of one document for that kind.
RedisCommand question_of(const AccountKey& kind, const std::string& key, const std::string& document) {
    if (kind.scope == KeyScope::kByDocument) return {"HGET", key, document};
    if (kind.scope == KeyScope::kRanked) return {"ZSCORE", key, document};
    return {"HGETALL", key};
}

Fields read_fields(RedisValue answer) {
    Fields fields;
    fields.reserve(answer.size() / 2);
    for (std::size_t i = 0; i + 1 < answer.size(); i += 2)
        fields.emplace_back(answer[i].text(), answer[i + 1].text());
    return fields;
}

std::vector<std::string> texts_of(RedisValue list) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < list.size(); ++i) texts.emplace_back(list[i].text());
    return texts;
}

}  // namespace

StoreResult<AccountNames> account_names(Database& database, const std::string& cursor) {
    const auto reply = database.ask({"ZSCAN", keys::kUsers, cursor, "COUNT", kNamesAtOnce});
    if (!reply) return tl::unexpected(reply.error());
    AccountNames names{.names = {}, .next = std::string(reply->value()[0].text())};
    const RedisValue found = reply->value()[1];
    for (std::size_t i = 0; i < found.size(); i += 2) names.names.emplace_back(found[i].text());
    return names;
}

std::string AccountReader::key(const AccountKey& kind, std::string_view document) const {
    return keys::account_of_bytes(username_).append(kind.name).append(document);
}

StoreResult<bool> AccountReader::open() {
    // An index of another type than it should be is somebody else's, and names nothing: asked in a
    // transaction, its error is one element of the answer.
    std::vector<RedisCommand> commands = {{"MULTI"}, {"EXISTS", key(*account_key("credential"))}};
    commands.push_back({"SMEMBERS", key(*account_key("aliases"))});
    for (const AccountKey& kind : kAccountKeys) {
        // Other ids of a book are in no index. What has a colon there is no id.
        if (kind.scope == KeyScope::kByDocument || kind.scope == KeyScope::kGroups)
            commands.push_back({"HKEYS", key(kind)});
        if (kind.scope == KeyScope::kRanked) commands.push_back({"ZRANGE", key(kind), "0", "-1"});
    }
    commands.push_back({"EXEC"});
    const auto replies = database_.exchange(commands);
    if (!replies) return tl::unexpected(replies.error());
    const RedisValue answers = replies->back().value();
    aliases_ = texts_of(answers[1]);
    std::ranges::sort(aliases_);
    std::set<std::string> documents;
    for (std::size_t i = 2; i < answers.size(); ++i) {
        for (std::string& name : texts_of(answers[i])) {
            if (name.find(':') == std::string::npos) documents.insert(std::move(name));
        }
    }
    documents_.assign(documents.begin(), documents.end());
    return answers[0].integer() == 1;
}

// Redis answers a hash with its fields in no order that means anything.
void AccountReader::take(std::vector<Section>& sections, const AccountKey& kind, RedisValue answer) {
    if (answer.is_error()) {
        ++misshapen_;
        return;
    }
    Fields fields = read_fields(answer);
    std::ranges::sort(fields);
    if (const auto text = text_of(answer)) fields.emplace_back("", *text);
    if (!fields.empty()) sections.push_back({.key = &kind, .fields = std::move(fields)});
}

StoreResult<AccountImage> AccountReader::account() {
    std::vector<RedisCommand> commands = {
        {"MULTI"}, {"GET", key(*account_key("credential"))}, {"GET", keys::kAdminUsername}};
    for (const AccountKey& kind : kAccountKeys) {
        if (belongs_to_account(kind)) commands.push_back({"HGETALL", key(kind)});
    }
    commands.push_back({"EXEC"});
    const auto replies = database_.exchange(commands);
    if (!replies) return tl::unexpected(replies.error());
    const RedisValue answers = replies->back().value();
    AccountImage image{.username = username_,
                       .credential = text_of(answers[0]),
                       .administers = answers[1].text() == username_,
                       .sections = {}};
    std::size_t i = 2;
    for (const AccountKey& kind : kAccountKeys) {
        if (belongs_to_account(kind)) take(image.sections, kind, answers[i++]);
    }
    return image;
}

StoreResult<std::vector<DocumentImage>> AccountReader::read_documents(std::span<const std::string> names) {
    std::vector<DocumentImage> images;
    if (names.empty()) return images;
    std::vector<RedisCommand> commands = {{"MULTI"}};
    for (const std::string& name : names) {
        for (const AccountKey& kind : kAccountKeys) {
            if (!belongs_to_documents(kind)) continue;
            const std::string where = kind.scope == KeyScope::kDocument ? key(kind, name) : key(kind);
            commands.push_back(question_of(kind, where, name));
        }
    }
    commands.push_back({"EXEC"});
    const auto replies = database_.exchange(commands);
    if (!replies) return tl::unexpected(replies.error());
    const RedisValue answers = replies->back().value();
    std::size_t i = 0;
    for (const std::string& name : names) {
        DocumentImage image{.username = username_, .document = name, .sections = {}};
        for (const AccountKey& kind : kAccountKeys) {
            if (belongs_to_documents(kind)) take(image.sections, kind, answers[i++]);
        }
        if (!image.sections.empty()) images.push_back(std::move(image));
    }
    return images;
}

StoreResult<std::vector<HistoryImage>> AccountReader::read_histories(std::span<const HistoryPlace> places,
                                                                     int count) {
    std::vector<HistoryImage> images;
    if (places.empty()) return images;
    std::vector<RedisCommand> commands = {{"MULTI"}};
    for (const HistoryPlace& place : places) {
        const std::string from = place.after.empty() ? "-" : "(" + place.after;
        commands.push_back({"XRANGE", key(*account_key("history"), place.document), from, "+", "COUNT",
                            std::to_string(count)});
    }
    commands.push_back({"EXEC"});
    const auto replies = database_.exchange(commands);
    if (!replies) return tl::unexpected(replies.error());
    const RedisValue answers = replies->back().value();
    for (std::size_t i = 0; i < places.size(); ++i) {
        HistoryImage image{.username = username_, .document = places[i].document, .entries = {}};
        const RedisValue entries = answers[i];
        if (entries.is_error()) ++misshapen_;
        for (std::size_t k = 0; k < entries.size(); ++k)
            image.entries.push_back({std::string(entries[k][0].text()), read_fields(entries[k][1])});
        images.push_back(std::move(image));
    }
    return images;
}

StoreResult<std::vector<AliasImage>> AccountReader::read_aliases(std::span<const std::string> values) {
    std::vector<AliasImage> images;
    if (values.empty()) return images;
    RedisCommand question{"MGET"};
    for (const std::string& value : values) question.add(key(*account_key("alias"), value));
    const auto reply = database_.ask(question);
    if (!reply) return tl::unexpected(reply.error());
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (const auto target = text_of(reply->value()[i]))
            images.push_back({.username = username_, .value = values[i], .target = *target});
    }
    return images;
}

}  // namespace koshelf::store
