#include "ctl/to_reference.h"

#include <chrono>
#include <cstdio>
#include <span>
#include <vector>

#include "ctl/each_account.h"
#include "ctl/progress.h"
#include "platform/redis.h"
#include "store/account_reader.h"
#include "store/redis_info.h"
#include "store/reference_writer.h"

namespace koshelf::ctl {
namespace {

constexpr std::chrono::milliseconds kThereConnect{5'000};
constexpr std::chrono::milliseconds kThereReply{30'000};
constexpr std::size_t kPositionsAtOnce = 200;

void print_count(std::int64_t count, const char* what) {
    if (count > 0) std::printf("%lld %s\n", static_cast<long long>(count), what);
}

class Copy {
  public:
    Copy(Connection& connection, store::Database& there, std::string where)
        : connection_(connection), writer_(there), where_(std::move(where)), progress_("copied") {}

    int one(const std::string& user) {
        store::AccountReader reader(connection_.database(), user);
        const auto found = reader.open();
        if (!found) return connection_.failed(found.error());
        if (!*found) return 0;
        const auto account = reader.account();
        if (!account) return connection_.failed(account.error());
        if (const auto done = writer_.write(std::span(&*account, 1)); !done)
            return failed_there(done.error());
        std::span<const std::string> names(reader.documents());
        while (!names.empty()) {
            const auto some = names.first(std::min(kPositionsAtOnce, names.size()));
            const auto images = reader.read_documents(some);
            if (!images) return connection_.failed(images.error());
            if (const auto done = writer_.write(*images); !done) return failed_there(done.error());
            names = names.subspan(some.size());
            progress_.show(copied_ += static_cast<std::int64_t>(some.size()));
        }
        return 0;
    }

    int all() {
        return each_account(connection_, [this](const std::string& name) { return one(name); });
    }

    int report() {
        progress_.end();
        print_count(writer_.accounts().written, "accounts were created there.");
        print_count(writer_.accounts().same, "accounts were there already.");
        print_count(writer_.accounts().kept, "accounts were there already, and keep another password.");
        print_count(writer_.positions().written, "positions were written.");
        print_count(writer_.positions().same, "positions were there already.");
        print_count(writer_.positions().kept, "positions there are newer, and stay.");
        const std::int64_t refused = writer_.accounts().refused + writer_.positions().refused;
        print_count(refused, "keys there are of another type than they should be, and were left alone.");
        return refused == 0 ? 0 : 1;
    }

    [[nodiscard]] bool found() const {
        return writer_.accounts().written + writer_.accounts().same + writer_.accounts().kept > 0;
    }

  private:
    int failed_there(const store::StoreError& error) {
        return complain("Redis at " + where_ + ": " + error.detail);
    }

    Connection& connection_;
    store::ReferenceWriter writer_;
    std::string where_;
    Progress progress_;
    std::int64_t copied_ = 0;
};

}  // namespace

int export_to_reference(Connection& connection, const std::optional<std::string>& user,
                        const std::string& url) {
    const auto address = platform::RedisAddress::parse(url);
    if (!address) return complain("the URL of its Redis: " + address.error(), 2);
    platform::Redis redis(*address, {.connect = kThereConnect, .reply = kThereReply});
    store::Database there(redis);
    const auto info = store::redis_info(there);
    if (!info) return complain("Redis at " + address->describe() + ": " + info.error().detail);
    Copy copy(connection, there, address->describe());
    const int status = user ? copy.one(*user) : copy.all();
    const int reported = copy.report();
    if (status == 0 && user && !copy.found()) return complain("there is no account " + printable(*user));
    return status != 0 ? status : reported;
}

}  // namespace koshelf::ctl
