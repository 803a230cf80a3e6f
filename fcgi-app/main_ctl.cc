// koshelf-ctl: the command line for administrators.

#include <csignal>
#include <cstdio>
#include <span>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "ctl/align_command.h"
#include "ctl/bridge_commands.h"
#include "ctl/config_command.h"
#include "ctl/links_command.h"
#include "ctl/reindex_command.h"
#include "ctl/scan_command.h"
#include "ctl/textmap_command.h"
#include "platform/config.h"
#include "web/version.h"

namespace {

using namespace koshelf;

constexpr std::string_view kUsage =
    R"(koshelf-ctl: administration of a Koshelf sync server

  koshelf-ctl reindex [--force]   build the indexes for data that the reference server wrote; the server does
                                  this by itself once. --force does it again, for data that came later
  koshelf-ctl scan                look through Audiobookshelf's libraries now: read new e-books, link documents,
                                  make what is missing; a running koshelf-bridge does this by itself
  koshelf-ctl textmap BOOK.epub    sections, sizes and sample pointers of a book's text
  koshelf-ctl align BOOK.epub ITEM.json [options]
                                  which chapter of the audiobook reads which section of the text, and how sure
                                  that is; converts single positions. koshelf-ctl align --help has the options
  koshelf-ctl config list | get NAME | set NAME VALUE | unset NAME
                                  what is stored in the place of the environment's AUDIOBOOKSHELF_*. Secrets are
                                  masked; VALUE "-" is read from standard input
  koshelf-ctl links [USER]        which document is which item of Audiobookshelf
  koshelf-ctl links [USER] --suggest
                                  which items the documents without a link may be, by title and authors
  koshelf-ctl link USER DOCUMENT ITEM [--text ITEM]
                                  links them; --text names another item that has the e-book
  koshelf-ctl unlink USER DOCUMENT
                                  an explicit no, also to automatic links
  koshelf-ctl outbox              what waits to be brought to Audiobookshelf, and what was given up
  koshelf-ctl activity [-n N]     what the bridge did last, in sentences
  koshelf-ctl version
  koshelf-ctl help

Redis is found through REDIS_URL, as by the server.
)";

int print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
}

int misuse(const char* what) {
    std::fprintf(stderr, "koshelf-ctl: %s; see koshelf-ctl help\n", what);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    if (arguments.empty()) return misuse("a command is missing");
    const std::string_view command = arguments.front();
    if (command == "help" || command == "--help" || command == "-h") return print(kUsage);
    if (command == "version" || command == "--version") {
        std::printf("koshelf-ctl %s\n", web::kVersion.data());
        return 0;
    }
    const auto rest = std::span(arguments).subspan(1);
    if (command == "reindex") return ctl::run_reindex(rest);
    if (command == "scan") return ctl::run_scan(rest);
    if (command == "textmap") return ctl::run_textmap(rest);
    if (command == "align") return ctl::run_align(rest);
    if (command == "config") return ctl::run_config(rest);
    if (command == "links") return ctl::run_links(rest);
    if (command == "link") return ctl::run_link(rest);
    if (command == "unlink") return ctl::run_unlink(rest);
    if (command == "outbox") return ctl::run_outbox(rest);
    if (command == "activity") return ctl::run_activity(rest);
    return misuse("unknown command");
}
