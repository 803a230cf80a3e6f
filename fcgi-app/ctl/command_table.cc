#include "ctl/command_table.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "ctl/align_command.h"
#include "ctl/backup_command.h"
#include "ctl/bridge_commands.h"
#include "ctl/config_command.h"
#include "ctl/doctor_command.h"
#include "ctl/export_command.h"
#include "ctl/import_command.h"
#include "ctl/links_command.h"
#include "ctl/purge_command.h"
#include "ctl/reindex_command.h"
#include "ctl/restore_command.h"
#include "ctl/scan_command.h"
#include "ctl/textmap_command.h"
#include "ctl/users_command.h"
#include "web/version.h"

namespace koshelf::ctl {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::string_view kIndent = "      ";

int run_version(std::span<const std::string_view> /*arguments*/) {
    std::printf("koshelf-ctl %s\n", web::kVersion.data());
    return 0;
}

int run_help(std::span<const std::string_view> /*arguments*/) {
    const std::string text = help_text();
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
}

// clang-format off
constexpr auto kCommands = std::to_array<Command>({
    {"export",
     "[--user NAME] [--to reference] [FILE|-|URL]",
     "Writes everything of all accounts, or of one, as JSON lines, while the server runs: "
     "into a file, or to standard output. With --to reference, writes accounts and "
     "positions into the Redis at URL, as the reference server has them.",
     run_export},
    {"import",
     "[--user NAME] [--newest-wins|--skip-existing|--overwrite] [--from-line N] [--from "
     "reference|sqlite|tinydb|kosync-dotnet] [--database N] [--admin NAME] FILE|-|URL|DIR",
     "Takes an export in, while the server runs: the newer position counts, and no push is "
     "lost. With --from, the data of another server: reference takes the URL of its Redis "
     "or the directory of its files.",
     run_import},
    {"backup",
     "DIR|FILE.tar|-",
     "Writes everything that Redis has, the key of the stored secrets and the certificate "
     "into a new directory or an archive, as they are at one moment, while the server "
     "runs.",
     run_backup},
    {"restore",
     "[--force] DIR|FILE.tar|FILE.rdb|-",
     "Restores a backup, or the dump of any sync server, into a Redis that has nothing "
     "yet. --force replaces what is there.",
     run_restore},
    {"reindex",
     "[--force]",
     "Builds the indexes for data that the reference server wrote; the server does this by "
     "itself once. --force does it again, for data that came later.",
     run_reindex},
    {"doctor",
     "[--url URL] [--json]",
     "Looks at everything that is mostly wrong with a server, and says what to do. URL is the "
     "address that devices use. Its exit status is 0, 1 for warnings, or 2 for failures.",
     run_doctor},
    {"users",
     "[list] | create NAME | set-password NAME | delete NAME | make-admin NAME | make-reader "
     "NAME",
     "The accounts, last seen first. Creates one, gives it another password, deletes it with "
     "everything it has, or changes its role. A password is typed, or is the first line of "
     "standard input.",
     run_users},
    {"purge",
     "--inactive DAYS [--dry-run]",
     "Deletes the accounts that nobody has used for so many days, with everything they have; "
     "administrators stay. --dry-run only says which.",
     run_purge},
    {"config",
     "list | get NAME | set NAME VALUE | unset NAME",
     "What is stored in the place of the environment's AUDIOBOOKSHELF_*. Secrets are "
     "masked; a VALUE of - is read from standard input.",
     run_config},
    {"links",
     "[USER] [--suggest]",
     "Which document is which item of Audiobookshelf. With --suggest, which items the "
     "documents without a link may be, by title and authors.",
     run_links},
    {"link",
     "USER DOCUMENT ITEM [--text ITEM]",
     "Links them. --text names another item that has the e-book.",
     run_link},
    {"unlink",
     "USER DOCUMENT",
     "An explicit no, also to automatic links.",
     run_unlink},
    {"outbox",
     "",
     "What waits to be brought to Audiobookshelf, and what was given up.",
     run_outbox},
    {"activity",
     "[-n N]",
     "What the bridge did last, in sentences.",
     run_activity},
    {"scan",
     "",
     "Looks through Audiobookshelf's libraries now: reads new e-books, links documents, "
     "makes what is missing. A running koshelf-bridge does this by itself.",
     run_scan},
    {"textmap",
     "BOOK.epub",
     "Sections, sizes and sample pointers of a book's text.",
     run_textmap},
    {"align",
     "BOOK.epub ITEM.json [OPTIONS]",
     "Which chapter of the audiobook reads which section of the text, and how sure that "
     "is; converts single positions. koshelf-ctl align --help has the options.",
     run_align},
    {"version",
     "",
     "Prints the version.",
     run_version},
    {"help",
     "",
     "Prints this.",
     run_help},
});
// clang-format on

// Text broken into lines of kWidth, each behind kIndent.
std::string wrapped(std::string_view text) {
    std::string out;
    std::size_t column = 0;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        if (column + 1 + word.size() > kWidth) column = 0;
        if (column == 0) {
            out.append(out.empty() ? "" : "\n").append(kIndent);
            column = kIndent.size();
        } else {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
    }
    return out;
}

}  // namespace

std::span<const Command> commands() {
    return kCommands;
}

const Command* find_command(std::string_view name) {
    const auto* found = std::ranges::find(kCommands, name, &Command::name);
    return found == kCommands.end() ? nullptr : found;
}

std::string help_text() {
    std::string text = "koshelf-ctl: administration of a Koshelf sync server\n";
    for (const Command& command : kCommands) {
        text.append("\n  koshelf-ctl ").append(command.name);
        if (!command.arguments.empty()) text.append(" ").append(command.arguments);
        text.append("\n").append(wrapped(command.help)).append("\n");
    }
    text += "\nRedis is found through REDIS_URL, as by the server. See koshelf-ctl(1).\n";
    return text;
}

}  // namespace koshelf::ctl
