#include "store/activity.h"

#include <algorithm>
#include <charconv>

#include "store/keys.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;
using platform::RedisValue;

constexpr std::string_view kKept = "10000";

ActivityEntry read_activity(RedisValue entry) {
    ActivityEntry read{.id = std::string(entry[0].text())};
    const RedisValue fields = entry[1];
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        const std::string_view name = fields[i].text();
        const std::string_view value = fields[i + 1].text();
        if (name == "at") std::from_chars(value.data(), value.data() + value.size(), read.at);
        if (name == "user") read.username = value;
        if (name == "document") read.document = value;
        if (name == "event") read.event = value;
        if (name == "sentence") read.sentence = value;
    }
    return read;
}

std::vector<ActivityEntry> read_entries(RedisValue found) {
    std::vector<ActivityEntry> entries;
    entries.reserve(found.size());
    for (std::size_t i = 0; i < found.size(); ++i) entries.push_back(read_activity(found[i]));
    return entries;
}

// "1764000000000-0": digits, a hyphen, digits; or digits alone.
bool is_id(std::string_view text) {
    const std::size_t hyphen = std::min(text.find('-'), text.size());
    const std::string_view sequence = text.substr(std::min(hyphen + 1, text.size()));
    const auto is_number = [](std::string_view part) {
        return !part.empty() && part.size() <= 18 &&
               part.find_first_not_of("0123456789") == std::string_view::npos;
    };
    return is_number(text.substr(0, hyphen)) && (hyphen == text.size() || is_number(sequence));
}

}  // namespace

void Activity::note(const ActivityEntry& entry) {
    database_.post(RedisCommand{"XADD", keys::kActivity, "MAXLEN", "~", kKept, "*", "at",
                                std::to_string(entry.at), "user", entry.username, "document", entry.document,
                                "event", entry.event, "sentence", entry.sentence});
}

StoreResult<std::vector<ActivityEntry>> Activity::latest(int count) {
    const auto reply =
        database_.ask({"XREVRANGE", keys::kActivity, "+", "-", "COUNT", std::to_string(count)});
    if (!reply) return tl::unexpected(reply.error());
    return read_entries(reply->value());
}

StoreResult<std::vector<ActivityEntry>> Activity::before(const std::string& id, int count) {
    if (!is_id(id)) return std::vector<ActivityEntry>();
    const auto reply =
        database_.ask({"XREVRANGE", keys::kActivity, "(" + id, "-", "COUNT", std::to_string(count)});
    if (!reply) return tl::unexpected(reply.error());
    return read_entries(reply->value());
}

StoreResult<std::vector<ActivityEntry>> Activity::after(const std::string& id, int count) {
    const std::string from = "(" + (is_id(id) ? id : std::string("0"));
    const auto reply = database_.ask({"XRANGE", keys::kActivity, from, "+", "COUNT", std::to_string(count)});
    if (!reply) return tl::unexpected(reply.error());
    return read_entries(reply->value());
}

}  // namespace koshelf::store
