#include "ctl/purge_command.h"

#include <charconv>
#include <cstdio>
#include <optional>
#include <string>

#include "ctl/connection.h"
#include "ctl/look_through.h"
#include "ctl/options.h"
#include "platform/clock.h"
#include "store/accounts.h"
#include "store/roles.h"
#include "store/roster.h"

namespace koshelf::ctl {
namespace {

constexpr core::EpochSeconds kDay = 86'400;
constexpr int kMostDays = 36'500;

std::optional<int> read_days(const std::string& text) {
    int days = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
    if (error != std::errc() || end != text.data() + text.size() || days < 1 || days > kMostDays)
        return std::nullopt;
    return days;
}

class Purge {
  public:
    Purge(Connection& connection, core::EpochSeconds since, bool dry)
        : connection_(connection), since_(since), dry_(dry) {}

    int run() {
        const auto first = store::Roles(connection_.database()).first_administrator();
        if (!first) return connection_.failed(first.error());
        first_ = *first;
        std::string cursor = "0";
        do {
            const auto page = store::Accounts(connection_.database()).list(cursor);
            if (!page) return connection_.failed(page.error());
            for (const core::Username& username : page->usernames) {
                if (const int status = look_at(username); status != 0) return status;
            }
            cursor = page->next;
        } while (cursor != "0");
        std::printf("%lld accounts %s; %lld could not be told apart from new ones, and stay.\n",
                    static_cast<long long>(gone_), dry_ ? "would be deleted" : "were deleted",
                    static_cast<long long>(unknown_));
        return 0;
    }

  private:
    int look_at(const core::Username& username) {
        store::Accounts accounts(connection_.database());
        const auto last = accounts.last_used(username);
        if (!last) return connection_.failed(last.error());
        if (*last >= since_) return 0;
        const auto account = store::Roster(connection_.database()).account(username);
        if (!account) return connection_.failed(account.error());
        if (!*account) return 0;
        if (role_origin(**account, first_, connection_.config().admin_users) != store::RoleOrigin::kNone)
            return 0;
        // Nobody knows when it was made, and it has no positions.
        if (*last == 0) {
            ++unknown_;
            return 0;
        }
        if (!dry_) {
            // Asked once more in the same step: somebody may just have come back.
            const auto removed = accounts.remove_idle(username, since_);
            if (!removed) return connection_.failed(removed.error());
            if (*removed != store::Accounts::Deletion::kDeleted) return 0;
        }
        ++gone_;
        std::printf("%s\t%lld documents\tlast used %s\n", printable(username.str()).c_str(),
                    static_cast<long long>((*account)->documents), utc(*last * 1000).c_str());
        return 0;
    }

    Connection& connection_;
    core::EpochSeconds since_;
    bool dry_;
    std::string first_;
    std::int64_t gone_ = 0;
    std::int64_t unknown_ = 0;
};

}  // namespace

int run_purge(std::span<const std::string_view> arguments) {
    const auto options = Options::parse(arguments, {"--dry-run"}, {"--inactive"});
    if (!options) return complain(options.error(), 2);
    const auto days = read_days(options->value("--inactive").value_or(""));
    if (!days || !options->words().empty())
        return complain("purge takes --inactive and a number of days, and --dry-run", 2);
    auto connection = Connection::open();
    if (!connection) return 1;
    if (const auto seen = look_through(*connection); !seen) return complain(seen.error());
    const core::EpochSeconds since = platform::now_millis() / 1000 - *days * kDay;
    return Purge(*connection, since, options->has("--dry-run")).run();
}

}  // namespace koshelf::ctl
