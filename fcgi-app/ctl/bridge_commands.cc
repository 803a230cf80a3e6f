#include "ctl/bridge_commands.h"

#include <charconv>
#include <cstdio>
#include <string>

#include "ctl/connection.h"
#include "store/accounts.h"
#include "store/activity.h"
#include "store/outbox.h"

namespace koshelf::ctl {
namespace {

constexpr int kDefaultEntries = 20;
constexpr int kMostEntries = 10'000;

// What one account has waiting and given up.
int print_outbox(Connection& connection, const core::Username& username) {
    store::Outbox outbox(connection.database());
    const auto waiting = outbox.all(username);
    if (!waiting) return connection.failed(waiting.error());
    const auto dead = outbox.dead(username);
    if (!dead) return connection.failed(dead.error());
    const std::string name = printable(username.str());
    for (const auto& [document, due] : *waiting) {
        std::printf("%s\t%s\tdue %s\n", name.c_str(), printable(document.str()).c_str(), utc(due).c_str());
    }
    for (const auto& [document, reason] : *dead) {
        std::printf("%s\t%s\tgiven up\t%s\n", name.c_str(), printable(document.str()).c_str(),
                    printable(reason).c_str());
    }
    return 0;
}

}  // namespace

int run_activity(std::span<const std::string_view> arguments) {
    int count = kDefaultEntries;
    if (arguments.size() == 2 && arguments[0] == "-n") {
        const std::string_view text = arguments[1];
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (error != std::errc() || end != text.data() + text.size()) count = 0;
    }
    const bool wrong = !arguments.empty() && (arguments.size() != 2 || arguments[0] != "-n");
    if (wrong || count < 1 || count > kMostEntries) return complain("activity takes -n N or nothing", 2);
    auto connection = Connection::open();
    if (!connection) return 1;
    const auto entries = store::Activity(connection->database()).latest(count);
    if (!entries) return connection->failed(entries.error());
    // NOLINTNEXTLINE(modernize-loop-convert): clang 14 cannot compile std::views::reverse
    for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry) {
        std::printf("%s\t%s\t%s\t%s\t%s\n", utc(entry->at).c_str(), printable(entry->username).c_str(),
                    printable(entry->document).c_str(), printable(entry->event).c_str(),
                    printable(entry->sentence).c_str());
    }
    return 0;
}

int run_outbox(std::span<const std::string_view> arguments) {
    if (!arguments.empty()) return complain("outbox takes no arguments", 2);
    auto connection = Connection::open();
    if (!connection) return 1;
    std::string cursor = "0";
    do {
        const auto page = store::Accounts(connection->database()).list(cursor);
        if (!page) return connection->failed(page.error());
        for (const auto& account : page->usernames) {
            if (const int status = print_outbox(*connection, account); status != 0) return status;
        }
        cursor = page->next;
    } while (cursor != "0");
    return 0;
}

}  // namespace koshelf::ctl
