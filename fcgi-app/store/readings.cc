#include "store/readings.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "store/keys.h"
#include "store/leases.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;
using platform::RedisValue;

constexpr core::EpochSeconds kDay = 86'400;

// The answers of one round trip, taken one after the other in the order of the questions.
class Answers {
  public:
    explicit Answers(const platform::Redis::Replies& replies) : replies_(replies) {}

    [[nodiscard]] RedisValue next() { return replies_[next_++].value(); }
    [[nodiscard]] std::int64_t number() { return next().integer(); }
    [[nodiscard]] bool yes() { return number() != 0; }
    // How long ago the first entry of a sorted set was or is due, ms; 0 if there is none, or not yet.
    [[nodiscard]] core::EpochMillis age(core::EpochMillis now) {
        const std::string_view score = next()[1].text();
        double time = 0;
        const auto [end, error] = std::from_chars(score.data(), score.data() + score.size(), time);
        if (error != std::errc() || !(time > 0 && time < 1e15)) return 0;
        return std::max<core::EpochMillis>(0, now - static_cast<core::EpochMillis>(time));
    }

  private:
    const platform::Redis::Replies& replies_;
    std::size_t next_ = 0;
};

// "name:value" on a line of INFO; nothing if there is no such line.
std::optional<std::string_view> info_field(std::string_view info, std::string_view name) {
    while (!info.empty()) {
        const std::size_t end = std::min(info.find('\n'), info.size());
        std::string_view line = info.substr(0, end);
        info.remove_prefix(std::min(end + 1, info.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.starts_with(name) && line.substr(name.size()).starts_with(':'))
            return line.substr(name.size() + 1);
    }
    return std::nullopt;
}

std::optional<std::int64_t> info_number(std::string_view info, std::string_view name) {
    const auto text = info_field(info, name);
    if (!text) return std::nullopt;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    return error == std::errc() ? std::optional(number) : std::nullopt;
}

std::optional<bool> persistence_of(std::string_view info) {
    const auto snapshot = info_field(info, "rdb_last_bgsave_status");
    const auto append = info_field(info, "aof_last_write_status");
    if (!snapshot || !append) return std::nullopt;
    const bool appends = info_field(info, "aof_enabled") == "1";
    return *snapshot == "ok" && (!appends || *append == "ok");
}

std::vector<RedisCommand> questions_at(core::EpochMillis now) {
    const auto since = [now](core::EpochSeconds days) { return std::to_string(now / 1000 - days * kDay); };
    return {{"ZCARD", keys::kUsers},
            {"ZCOUNT", keys::kUsers, since(1), "+inf"},
            {"ZCOUNT", keys::kUsers, since(7), "+inf"},
            {"ZCOUNT", keys::kUsers, since(30), "+inf"},
            {"EXISTS", keys::kSchema},
            {"ZCARD", keys::kOutbox},
            {"ZCOUNT", keys::kOutbox, "-inf", std::to_string(now)},
            {"ZRANGE", keys::kOutbox, "0", "0", "WITHSCORES"},
            {"EXISTS", keys::lease(kSyncLease)},
            {"EXISTS", keys::lease(kLibraryLease)},
            {"EXISTS", keys::kPullBreaker},
            {"ZCARD", keys::kLibraryWanted},
            {"ZRANGE", keys::kLibraryWanted, "0", "0", "WITHSCORES"},
            {"INFO", "memory"},
            {"INFO", "persistence"},
            {"HGETALL", keys::kTotals}};
}

}  // namespace

StoreResult<Readings> take_readings(Database& database, core::EpochMillis now) {
    const auto replies = database.exchange(questions_at(now));
    if (!replies) return tl::unexpected(replies.error());
    Answers answers(*replies);
    Readings readings;
    readings.accounts = answers.number();
    for (std::int64_t& active : readings.active) active = answers.number();
    readings.indexed = answers.yes();
    readings.outbox_accounts = answers.number();
    readings.due_accounts = answers.number();
    readings.overdue = answers.age(now);
    readings.has_sync_bridge = answers.yes();
    readings.has_library_bridge = answers.yes();
    readings.breaker_open = answers.yes();
    readings.maps_wanted = answers.number();
    readings.maps_wanted_for = answers.age(now);
    const RedisValue memory = answers.next();
    readings.memory_bytes = info_number(memory.text(), "used_memory");
    readings.memory_limit_bytes = info_number(memory.text(), "maxmemory");
    readings.persistence_ok = persistence_of(answers.next().text());
    readings.totals = read_totals(answers.next());
    return readings;
}

}  // namespace koshelf::store
