#include "ctl/users_command.h"

#include <cstdio>
#include <optional>
#include <string>

#include "core/text/digests.h"
#include "ctl/connection.h"
#include "ctl/secret_input.h"
#include "platform/clock.h"
#include "store/accounts.h"
#include "store/activity.h"
#include "store/roles.h"
#include "store/roster.h"

namespace koshelf::ctl {
namespace {

constexpr std::size_t kAccountsOfAPage = 200;

std::string day_of(core::EpochSeconds time) {
    return time == 0 ? "-" : utc(time * 1000);
}

int print_users(Connection& connection) {
    const auto first = store::Roles(connection.database()).first_administrator();
    if (!first) return connection.failed(first.error());
    std::string cursor;
    do {
        const auto page = store::Roster(connection.database()).accounts(cursor, kAccountsOfAPage);
        if (!page) return connection.failed(page.error());
        for (const store::RosterEntry& entry : page->entries) {
            const std::string& name = entry.username.str();
            const bool admin =
                role_origin(entry, *first, connection.config().admin_users) != store::RoleOrigin::kNone;
            std::printf("%s\t%s\t%lld documents\t%lld devices\tcreated %s\tlast seen %s\n",
                        printable(name).c_str(), admin ? "admin" : "reader",
                        static_cast<long long>(entry.documents), static_cast<long long>(entry.devices),
                        day_of(entry.created).c_str(), day_of(entry.last_seen).c_str());
        }
        cursor = page->next;
    } while (!cursor.empty());
    return 0;
}

// What a KOReader makes of the password that is typed there. Says on standard error if there is none.
std::optional<core::Credential> read_credential(const core::Username& username) {
    const auto password = read_secret("Password of " + printable(username.str()) + ": ");
    if (password) return core::Credential::parse(core::text::md5_hex(*password));
    complain(password.error());
    return std::nullopt;
}

int no_such_account() {
    return complain("there is no such account");
}

int create(Connection& connection, const core::Username& username) {
    const auto credential = read_credential(username);
    if (!credential) return 1;
    const auto created =
        store::Accounts(connection.database()).create(username, *credential, platform::now_millis() / 1000);
    if (!created) return connection.failed(created.error());
    return *created ? 0 : complain("there is an account of that name already");
}

int set_password(Connection& connection, const core::Username& username) {
    const auto known = store::Roster(connection.database()).account(username);
    if (!known) return connection.failed(known.error());
    if (!*known) return no_such_account();
    const auto credential = read_credential(username);
    if (!credential) return 1;
    const auto changed = store::Accounts(connection.database()).reset_credential(username, *credential);
    if (!changed) return connection.failed(changed.error());
    return *changed ? 0 : no_such_account();
}

int remove_user(Connection& connection, const core::Username& username) {
    const auto removed = store::Accounts(connection.database()).remove(username);
    if (!removed) return connection.failed(removed.error());
    return *removed == store::Accounts::Deletion::kDeleted ? 0 : no_such_account();
}

int appoint(Connection& connection, const core::Username& username, bool admin) {
    if (!admin && connection.config().admin_users.contains(username.str()))
        return complain("KOSHELF_ADMIN_USERS makes this account an administrator: take the name out there");
    // Who has Redis decides.
    const auto done = store::Roles(connection.database()).appoint(username, admin, username, true);
    if (!done) return connection.failed(done.error());
    if (*done != store::Roles::Appointment::kDone) return no_such_account();
    store::Activity(connection.database())
        .note({.at = platform::now_millis(),
               .username = username.str(),
               .event = "account.role",
               .sentence = username.str() + (admin ? " was made an administrator" : " was made a reader") +
                           " on the command line"});
    return 0;
}

}  // namespace

int run_users(std::span<const std::string_view> arguments) {
    const std::string_view verb = arguments.empty() ? "list" : arguments[0];
    const auto username = core::Username::parse(arguments.size() == 2 ? arguments[1] : "");
    const bool lists = verb == "list" && arguments.size() < 2;
    const bool known = verb == "create" || verb == "set-password" || verb == "delete" ||
                       verb == "make-admin" || verb == "make-reader";
    if (!lists && (!known || arguments.size() != 2)) {
        return complain(
            "users takes list, or create, set-password, delete, make-admin or make-reader and a name", 2);
    }
    if (!lists && !username) return complain("that is no username: it has a colon in it, or is no UTF-8", 2);
    auto connection = Connection::open();
    if (!connection) return 1;
    if (lists) return print_users(*connection);
    if (verb == "create") return create(*connection, *username);
    if (verb == "set-password") return set_password(*connection, *username);
    if (verb == "delete") return remove_user(*connection, *username);
    return appoint(*connection, *username, verb == "make-admin");
}

}  // namespace koshelf::ctl
