#include "ctl/from_reference.h"

#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "ctl/scratch_redis.h"
#include "migration/reference.h"
#include "platform/privilege.h"
#include "platform/redis.h"
#include "store/redis_info.h"

namespace koshelf::ctl {
namespace {

constexpr std::chrono::milliseconds kConnect{5'000};
constexpr std::chrono::milliseconds kReply{30'000};

std::optional<int> read_database(const std::string& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

// Which databases have anything in them, for who has named an empty one.
std::string other_databases(store::Database& database, int asked) {
    std::string list;
    const auto info = store::redis_info(database);
    if (!info) return list;
    for (int number = 0; number < kMostDatabases; ++number) {
        if (number != asked && info->text("db" + std::to_string(number)))
            list += (list.empty() ? "" : ", ") + std::to_string(number);
    }
    return list.empty() ? " in it" : "; there is something in database " + list;
}

migration::Outcome read_redis(const platform::RedisAddress& address, const Options& options,
                              const migration::Sink& sink) {
    platform::Redis redis(address, {.connect = kConnect, .reply = kReply});
    store::Database database(redis);
    auto outcome = migration::read_reference(database, options.value("--user"), sink);
    if (outcome || options.has("--user")) return outcome;
    return tl::unexpected(outcome.error() + " in database " + std::to_string(address.database) +
                          other_databases(database, address.database));
}

// Whether both are the same database of the same Redis.
bool is_our_own(Connection& connection, const platform::RedisAddress& address) {
    platform::Redis redis(address, {.connect = kConnect, .reply = kReply});
    store::Database there(redis);
    const auto ours = store::redis_info(connection.database());
    const auto theirs = store::redis_info(there);
    return ours && theirs && ours->text("run_id") && ours->text("run_id") == theirs->text("run_id") &&
           connection.config().redis.database == address.database;
}

}  // namespace

migration::Outcome read_from_reference(Connection& connection, const Options& options,
                                       const migration::Sink& sink) {
    const std::string& where = options.words()[0];
    const bool is_url = where.find("://") != std::string::npos;
    const auto database = read_database(options.value("--database").value_or("3"));
    if (!database || (is_url && options.has("--database")))
        return tl::unexpected(std::string("--database takes a number, and goes with a directory"));
    if (!is_url) {
        const auto scratch = ScratchRedis::start(where);
        if (!scratch) return tl::unexpected(scratch.error());
        return read_redis(scratch->address(*database), options, sink);
    }
    platform::give_up_reading_everything();
    const auto address = platform::RedisAddress::parse(where);
    if (!address) return tl::unexpected("the URL of its Redis: " + address.error());
    if (is_our_own(connection, *address)) {
        return tl::unexpected(
            std::string("that is the Redis of this server: everything is there already. What the reference "
                        "server writes into it "
                        "is indexed by koshelf-ctl reindex --force"));
    }
    return read_redis(*address, options, sink);
}

}  // namespace koshelf::ctl
