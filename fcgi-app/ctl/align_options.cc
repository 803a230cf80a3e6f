#include "ctl/align_options.h"

#include <cstddef>

namespace koshelf::ctl {
namespace {

using Question = AlignOptions::Question;

std::optional<Question> question_of(std::string_view option) {
    if (option == "--at") return Question::kSeconds;
    if (option == "--at-xpointer") return Question::kXPointer;
    if (option == "--at-percent") return Question::kPercent;
    return std::nullopt;
}

// False for an option that does not exist, or a second question.
bool take_value(AlignOptions& options, std::string_view option, std::string_view value) {
    if (option == "--eval") {
        options.truth = value;
        return true;
    }
    if (option == "--calibrate") {
        options.calibrations.emplace_back(value);
        return true;
    }
    const auto question = question_of(option);
    if (!question || options.question != Question::kWholeBook) return false;
    options.question = *question;
    options.place = value;
    return true;
}

}  // namespace

std::optional<AlignOptions> parse_align_options(std::span<const std::string_view> args) {
    AlignOptions options;
    std::size_t files = 0;
    for (std::size_t i = 0; i < args.size(); ++i) {
        const std::string_view arg = args[i];
        if (arg == "--json") {
            options.json = true;
        } else if (arg.starts_with("--")) {
            if (i + 1 == args.size() || !take_value(options, arg, args[i + 1])) return std::nullopt;
            ++i;
        } else {
            if (files > 1) return std::nullopt;
            (files++ == 0 ? options.book : options.item) = arg;
        }
    }
    if (files != 2) return std::nullopt;
    return options;
}

}  // namespace koshelf::ctl
