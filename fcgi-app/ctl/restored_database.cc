#include "ctl/restored_database.h"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "ctl/look_through.h"
#include "ctl/progress.h"
#include "ctl/scratch_redis.h"
#include "platform/redis.h"
#include "platform/signals.h"
#include "store/reindex.h"
#include "store/whole_database.h"

namespace koshelf::ctl {
namespace {

using Failure = tl::unexpected<std::string>;

constexpr std::chrono::milliseconds kConnectPatience{5'000};
constexpr std::chrono::milliseconds kCopyPatience{60'000};
// Of an ordinary Redis.
constexpr int kHighestDatabase = 15;

// A database of some Redis, with its connection.
class NumberedDatabase {
  public:
    NumberedDatabase(platform::RedisAddress address, int number)
        : redis_(with(std::move(address), number), {.connect = kConnectPatience, .reply = kCopyPatience}),
          database_(redis_),
          number_(number) {}

    [[nodiscard]] store::Database& database() { return database_; }
    [[nodiscard]] int number() const { return number_; }

  private:
    static platform::RedisAddress with(platform::RedisAddress address, int number) {
        address.database = number;
        return address;
    }

    platform::Redis redis_;
    store::Database database_;
    int number_;
};

// The highest database that nobody uses.
std::unique_ptr<NumberedDatabase> find_spare(const platform::RedisAddress& target) {
    for (int number = kHighestDatabase; number >= 0; --number) {
        if (number == target.database) continue;
        auto place = std::make_unique<NumberedDatabase>(target, number);
        const auto size = store::size_of(place->database());
        if (size && *size == 0) return place;
    }
    return nullptr;
}

class Restoration {
  public:
    Restoration(Connection& connection, Replace replace)
        : connection_(connection), replace_(replace), progress_("restored") {}

    tl::expected<std::string, std::string> run(const std::filesystem::path& dump, int database) {
        const platform::RedisAddress& target = connection_.config().redis;
        const auto occupied = store::has_data(connection_.database());
        if (!occupied) return Failure(connection_.explain(occupied.error()));
        // Databases are exchanged as a whole.
        const auto foreign = store::has_foreign_data(connection_.database());
        if (!foreign) return Failure(connection_.explain(foreign.error()));
        if (*foreign) {
            return Failure("there are keys of other programs in " + target.describe() +
                           ", which would lose them. Give this server a database of its own (REDIS_URL)");
        }
        if (*occupied && replace_ == Replace::kNo) {
            return Failure(
                "there is something in " + target.describe() +
                " already. A backup is restored into an empty Redis; --force replaces everything there");
        }
        const auto scratch = ScratchRedis::start(dump.string());
        if (!scratch) return Failure(scratch.error());
        NumberedDatabase source(scratch->address(database), database);
        const auto anything = store::has_data(source.database());
        if (!anything) return Failure("the dump: " + anything.error().detail);
        if (!*anything) {
            return Failure("database " + std::to_string(database) +
                           " of the dump has nothing of a sync server");
        }
        auto spare = find_spare(target);
        if (!spare) {
            return Failure("there is no empty database beside " + target.describe() +
                           ", into which the backup could be read first");
        }
        return copy_and_swap(source, *spare);
    }

  private:
    tl::expected<std::string, std::string> copy_and_swap(NumberedDatabase& source, NumberedDatabase& spare) {
        const auto copied =
            store::copy_database(source.database(), spare.database(), [this](std::int64_t keys) {
                progress_.show(keys);
                return !platform::stop_requested();
            });
        progress_.end();
        if (copied && platform::stop_requested()) {
            static_cast<void>(store::clear(spare.database()));
            return Failure("interrupted. Nothing was changed");
        }
        if (!copied) {
            static_cast<void>(store::clear(spare.database()));
            return Failure(connection_.explain(copied.error()) + ". Nothing was changed");
        }
        const auto swapped = store::swap_databases(connection_.database(),
                                                   connection_.config().redis.database, spare.number());
        if (!swapped) {
            // Without an answer it may have been done, or be done yet: either half could be the only one.
            if (swapped.error().kind == store::StoreError::Kind::kUnreachable) {
                return Failure(connection_.explain(swapped.error()) +
                               ". It is not known whether the backup is in place. Database " +
                               std::to_string(spare.number()) +
                               " has the other half, the backup or what was there before: look which, and "
                               "empty it before you try again");
            }
            static_cast<void>(store::clear(spare.database()));
            return Failure(connection_.explain(swapped.error()) + ". Nothing was changed");
        }
        std::string what = std::to_string(*copied) + " keys were restored.";
        if (auto left = clear_away(spare); !left.empty()) what += " " + left;
        if (auto indexed = build_indexes(); !indexed.empty()) what += " " + indexed;
        return what;
    }

    // What was there is in the other database now. If somebody registered while it was to be empty, it is
    // kept.
    std::string clear_away(NumberedDatabase& spare) {
        const auto occupied = store::has_data(spare.database());
        if (replace_ == Replace::kNo && (!occupied || *occupied)) {
            return "Meanwhile somebody has registered: that is in database " +
                   std::to_string(spare.number()) + " of this Redis.";
        }
        if (!store::clear(spare.database())) {
            return "What was there before is still in database " + std::to_string(spare.number()) +
                   " of this Redis: empty that.";
        }
        return {};
    }

    // A dump of the reference server has none.
    std::string build_indexes() {
        const auto needed = store::needs_reindex(connection_.database());
        if (!needed || !*needed) return {};
        const auto done = look_through(connection_);
        if (!done) return "Its indexes are still to be built: koshelf-ctl reindex.";
        return "Its indexes were built: " + std::to_string(done->documents) + " documents of " +
               std::to_string(done->accounts) + " accounts.";
    }

    Connection& connection_;
    Replace replace_;
    Progress progress_;
};

}  // namespace

tl::expected<std::string, std::string> restore_database(Connection& connection,
                                                        const std::filesystem::path& dump, int database,
                                                        Replace replace) {
    return Restoration(connection, replace).run(dump, database);
}

}  // namespace koshelf::ctl
