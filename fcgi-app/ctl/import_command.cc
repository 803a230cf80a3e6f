#include "ctl/import_command.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "ctl/connection.h"
#include "ctl/import_foreign.h"
#include "ctl/import_report.h"
#include "ctl/line_input.h"
#include "ctl/options.h"
#include "ctl/progress.h"
#include "platform/privilege.h"
#include "transfer/loader.h"

namespace koshelf::ctl {
namespace {

using transfer::ExportEnd;
using transfer::ExportHeader;

std::string at_line(std::int64_t number) {
    return "line " + std::to_string(number) + ": ";
}

// One export, from its file into Redis.
class Import {
  public:
    Import(Connection& connection, LineInput input, store::ImportMode mode)
        : connection_(connection),
          input_(std::move(input)),
          loader_(connection.database(), mode, connection.config().history_limit),
          progress_("read") {}

    // Only this account's lines; and only those from that one on.
    void restrict_to(std::optional<std::string> user, std::int64_t from_line) {
        user_ = std::move(user);
        from_line_ = from_line;
    }

    [[nodiscard]] int run() {
        while (!broken_ && !failed_ && next()) take();
        progress_.end();
        if (!failed_) note(loader_.flush());
        report_import(loader_.tally());
        for (const auto& [line, why] : loader_.refused()) complain(at_line(line) + why + "; it was left out");
        if (failed_) return redis_failed();
        if (broken_) {
            complain(*broken_);
            return complain(how_to_go_on(input_.number()));
        }
        return conclude();
    }

  private:
    bool next() {
        switch (input_.next(transfer::kMaxLineBytes)) {
            case LineInput::Next::kLine: progress_.show(input_.number()); return true;
            case LineInput::Next::kEnd: break;
            case LineInput::Next::kTooLong: stop("it is longer than any line of an export"); break;
            case LineInput::Next::kFailed:
                stop(std::string("it cannot be read: ") + std::strerror(errno));
                break;
        }
        return false;
    }

    void stop(const std::string& why) { broken_ = at_line(input_.number()) + why; }

    void take() {
        if (input_.line().find_first_not_of(" \t") == std::string::npos) return;
        if (end_) return stop("there is more behind the last line of the export");
        // What was taken in before need not be looked at again, but for the first line.
        if (started_ && input_.number() < from_line_) return;
        auto line = transfer::parse_line(input_.line());
        if (!line) return stop(line.error());
        if (started_ == std::holds_alternative<ExportHeader>(*line)) {
            return stop(started_ ? "an export begins within the export"
                                 : "an export begins with a line of the type \"export\"");
        }
        started_ = true;
        std::visit([this](auto&& image) { take(std::forward<decltype(image)>(image)); }, std::move(*line));
    }

    void take(const ExportHeader& /*header*/) {}
    void take(const ExportEnd& end) {
        end_ = end;
        lines_before_end_ = input_.number() - 1;
    }
    template <typename Image>
    void take(Image image) {
        if (user_ && image.username != *user_) return;
        found_ = true;
        note(loader_.add(std::move(image), input_.number()));
    }
    void note(const store::StoreResult<void>& done) {
        if (!done) failed_ = done.error();
    }

    [[nodiscard]] static std::string how_to_go_on(std::int64_t line) {
        return "all lines before line " + std::to_string(line) + " are in; go on with --from-line " +
               std::to_string(line);
    }

    int redis_failed() {
        static_cast<void>(connection_.failed(*failed_));
        return complain(how_to_go_on(loader_.unwritten().value_or(input_.number())));
    }

    int conclude() {
        if (!started_) return complain("the file is empty");
        if (!end_) return complain("the export was cut short: its last line is missing. What it has is in");
        if (end_->lines >= 0 && end_->lines != lines_before_end_) {
            return complain("lines are missing: there were " + std::to_string(end_->lines) +
                            " when it was written, and there are " + std::to_string(lines_before_end_));
        }
        if (user_ && !found_) return complain("the export has nothing of " + printable(*user_));
        return loader_.refused().empty() ? 0 : 1;
    }

    Connection& connection_;
    LineInput input_;
    transfer::Loader loader_;
    Progress progress_;
    std::optional<std::string> user_;
    std::int64_t from_line_ = 1;
    bool started_ = false;
    bool found_ = false;
    std::optional<ExportEnd> end_;
    std::int64_t lines_before_end_ = 0;
    std::optional<std::string> broken_;  // what is wrong with the file
    std::optional<store::StoreError> failed_;
};

std::optional<std::int64_t> read_line_number(const std::string& text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 1) return std::nullopt;
    return number;
}

}  // namespace

int run_import(std::span<const std::string_view> arguments) {
    const auto options = Options::parse(arguments, {"--skip-existing", "--newest-wins", "--overwrite"},
                                        {"--user", "--from", "--from-line", "--database", "--admin"});
    if (!options) return complain(options.error(), 2);
    const int modes = static_cast<int>(options->has("--skip-existing")) +
                      static_cast<int>(options->has("--newest-wins")) +
                      static_cast<int>(options->has("--overwrite"));
    if (modes > 1) return complain("one of --skip-existing, --newest-wins and --overwrite counts", 2);
    const store::ImportMode mode = options->has("--skip-existing") ? store::ImportMode::kSkip
                                   : options->has("--overwrite")   ? store::ImportMode::kOverwrite
                                                                   : store::ImportMode::kNewest;
    if (options->words().size() != 1) return complain("import takes one FILE, or - for standard input", 2);
    if (options->has("--from")) return import_foreign(*options, mode);
    const auto from_line = read_line_number(options->value("--from-line").value_or("1"));
    if (!from_line || options->has("--database"))
        return complain("--from-line takes a number; --database goes with --from reference", 2);
    auto connection = Connection::open();
    if (!connection) return 1;
    auto input = LineInput::open(options->words()[0]);
    platform::give_up_reading_everything();
    if (!input) return complain(input.error());
    Import import(*connection, std::move(*input), mode);
    import.restrict_to(options->value("--user"), *from_line);
    return import.run();
}

}  // namespace koshelf::ctl
