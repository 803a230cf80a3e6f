#include "ctl/links_command.h"

#include <cstdio>
#include <string>

#include "ctl/connection.h"
#include "ctl/suggest_command.h"
#include "platform/clock.h"
#include "store/accounts.h"
#include "store/links.h"

namespace koshelf::ctl {
namespace {

int print_links(Connection& connection, const core::Username& username) {
    const auto links = store::Links(connection.database()).all(username);
    if (!links) return connection.failed(links.error());
    for (const auto& [document, link] : *links) {
        const std::string text = link.text_item ? " text " + link.text_item->str() : std::string();
        std::printf("%s\t%s\t%s%s\t%s\t%s\n", printable(username.str()).c_str(),
                    printable(document.str()).c_str(), link.item ? link.item->str().c_str() : "-",
                    text.c_str(), std::string(to_string(link.how)).c_str(), utc(link.since * 1000).c_str());
    }
    return 0;
}

int tell(Connection& connection, const store::StoreResult<store::Links::Change>& change) {
    if (!change) return connection.failed(change.error());
    if (*change == store::Links::Change::kNoAccount) return complain("there is no such account");
    return 0;
}

}  // namespace

int run_links(std::span<const std::string_view> arguments) {
    const bool suggest = !arguments.empty() && arguments.back() == "--suggest";
    if (suggest) arguments = arguments.first(arguments.size() - 1);
    const auto username = core::Username::parse(arguments.empty() ? "everybody" : arguments[0]);
    if (arguments.size() > 1 || !username)
        return complain("links takes a username or nothing, and --suggest", 2);
    if (suggest) return run_suggest(arguments.empty() ? std::nullopt : username);
    auto connection = Connection::open();
    if (!connection) return 1;
    if (arguments.size() == 1) return print_links(*connection, *username);
    std::string cursor = "0";
    do {
        const auto page = store::Accounts(connection->database()).list(cursor);
        if (!page) return connection->failed(page.error());
        for (const auto& account : page->usernames) {
            if (const int status = print_links(*connection, account); status != 0) return status;
        }
        cursor = page->next;
    } while (cursor != "0");
    return 0;
}

int run_link(std::span<const std::string_view> arguments) {
    const bool with_text = arguments.size() == 5 && arguments[3] == "--text";
    if (arguments.size() != 3 && !with_text)
        return complain("link takes USER DOCUMENT ITEM [--text ITEM]", 2);
    const auto username = core::Username::parse(arguments[0]);
    const auto document = core::DocumentId::parse(arguments[1]);
    const auto item = core::LibraryItemId::parse(arguments[2]);
    const auto text_item = with_text ? core::LibraryItemId::parse(arguments[4]) : std::nullopt;
    if (!username || !document) return complain("that is no username, or no document id", 2);
    if (!item || (with_text && !text_item)) return complain("that is no id of a library item", 2);
    auto connection = Connection::open();
    if (!connection) return 1;
    const core::EpochMillis now = platform::now_millis();
    const store::Link link{
        .item = item, .text_item = text_item, .how = store::LinkOrigin::kManual, .since = now / 1000};
    return tell(*connection, store::Links(connection->database()).set(*username, *document, link, now));
}

int run_unlink(std::span<const std::string_view> arguments) {
    const auto username = core::Username::parse(arguments.empty() ? "" : arguments[0]);
    const auto document = core::DocumentId::parse(arguments.size() == 2 ? arguments[1] : "");
    if (!username || !document) return complain("unlink takes USER DOCUMENT", 2);
    auto connection = Connection::open();
    if (!connection) return 1;
    return tell(*connection,
                store::Links(connection->database()).unlink(*username, *document, platform::now_millis()));
}

}  // namespace koshelf::ctl
