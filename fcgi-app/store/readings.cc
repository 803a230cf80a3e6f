#include "store/readings.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "core/redis_info.h"
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

// Whether what was last written was.
std::optional<bool> last_write_of(const core::RedisInfo& info) {
    const auto snapshot = info.text("rdb_last_bgsave_status");
    const auto append = info.text("aof_last_write_status");
    if (!snapshot || !append) return std::nullopt;
    return snapshot == "ok" && (append == "ok" || !info.says("aof_enabled", "1"));
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
    const core::RedisInfo memory(answers.next().text());
    readings.memory_bytes = memory.number("used_memory");
    readings.memory_limit_bytes = memory.number("maxmemory");
    readings.persistence_ok = last_write_of(core::RedisInfo(answers.next().text()));
    readings.totals = read_totals(answers.next());
    return readings;
}

}  // namespace koshelf::store
