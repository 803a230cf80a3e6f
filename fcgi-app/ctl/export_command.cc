#include "ctl/export_command.h"

#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <unistd.h>

#include "ctl/connection.h"
#include "ctl/each_account.h"
#include "ctl/look_through.h"
#include "ctl/options.h"
#include "ctl/output_file.h"
#include "ctl/progress.h"
#include "ctl/to_reference.h"
#include "platform/clock.h"
#include "platform/signals.h"
#include "transfer/account_lines.h"
#include "transfer/line.h"
#include "web/version.h"

namespace koshelf::ctl {
namespace {

constexpr std::size_t kDocumentsAtOnce = 50;

// One export into one file.
class Export {
  public:
    Export(Connection& connection, OutputFile output)
        : connection_(connection), output_(std::move(output)), progress_("exported") {}

    [[nodiscard]] int run(const std::optional<std::string>& user) {
        write(to_json(transfer::ExportHeader{.version = transfer::kFormatVersion,
                                             .made = platform::now_millis() / 1000,
                                             .by = std::string(web::kVersion)}));
        const int status = user ? one(*user, Missing::kIsAnError) : all();
        if (status != 0) return status;
        write(to_json(counts_));
        if (const auto finished = output_.finish(); !finished) return complain(finished.error());
        progress_.end();
        std::fprintf(stderr, "Exported %lld accounts with %lld documents.\n",
                     static_cast<long long>(counts_.accounts), static_cast<long long>(counts_.documents));
        if (misshapen_ == 0) return 0;
        return complain(std::to_string(misshapen_) +
                        " keys hold something else than they should; they were left out");
    }

  private:
    enum class Missing { kIsAnError, kIsSkipped };

    int all() {
        return each_account(connection_,
                            [this](const std::string& name) { return one(name, Missing::kIsSkipped); });
    }

    int one(const std::string& user, Missing missing) {
        transfer::AccountLines lines(connection_.database(), user, transfer::AccountLines::Secrets::kWith);
        const auto there = lines.open();
        if (!there) return connection_.failed(there.error());
        // Deleted a moment ago.
        if (!*there && missing == Missing::kIsSkipped) return 0;
        if (!*there) return complain("there is no account " + printable(user));
        std::string cursor;
        do {
            const auto page = lines.page(cursor, kDocumentsAtOnce);
            if (!page) return connection_.failed(page.error());
            for (const std::string& line : page->lines) {
                // The file will say why.
                if (!write(line)) return complain(output_.finish().error());
            }
            counts_.documents += page->documents;
            progress_.show(counts_.lines);
            cursor = page->next;
        } while (!cursor.empty());
        ++counts_.accounts;
        misshapen_ += lines.misshapen();
        return 0;
    }

    bool write(const std::string& line) {
        ++counts_.lines;
        return output_.write(line) && output_.write("\n");
    }

    Connection& connection_;
    OutputFile output_;
    Progress progress_;
    transfer::ExportEnd counts_{.accounts = 0, .documents = 0, .lines = 0};
    std::int64_t misshapen_ = 0;
};

}  // namespace

int run_export(std::span<const std::string_view> arguments) {
    const auto options = Options::parse(arguments, {}, {"--user", "--to"});
    if (!options) return complain(options.error(), 2);
    const auto& words = options->words();
    const auto to = options->value("--to");
    if (to && (*to != "reference" || words.size() != 1))
        return complain("export --to takes reference and the URL of its Redis", 2);
    if (words.size() > 1) return complain("export takes one FILE, or - for standard output", 2);
    auto connection = Connection::open();
    if (!connection) return 1;
    if (const auto seen = look_through(*connection); !seen) return complain(seen.error());
    if (to) return export_to_reference(*connection, options->value("--user"), words[0]);
    platform::catch_interrupts();
    auto output = OutputFile::create(words.empty() ? "-" : words[0]);
    if (!output) return complain(output.error());
    return Export(*connection, std::move(*output)).run(options->value("--user"));
}

}  // namespace koshelf::ctl
