// What was typed behind `koshelf-ctl align`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace koshelf::ctl {

struct AlignOptions {
    enum class Question { kWholeBook, kSeconds, kXPointer, kPercent };

    std::string book;
    std::string item;
    std::string truth;                      // "" without --eval
    std::vector<std::string> calibrations;  // XPOINTER=SECONDS each, as typed
    bool json = false;
    Question question = Question::kWholeBook;
    std::string place;  // what is asked about, as typed
};

// Nothing if the arguments are wrong: kAlignUsage says how they would be right.
[[nodiscard]] std::optional<AlignOptions> parse_align_options(std::span<const std::string_view> args);

inline constexpr std::string_view kAlignUsage =
    "usage: koshelf-ctl align BOOK.epub ITEM.json [options]\n"
    "  --json                  data instead of a table\n"
    "  --calibrate XP=SECONDS  the text at this pointer is read at this second; may be given several times\n"
    "  --eval TRUTH.jsonl      errors against known seconds of sentences\n"
    "  --at SECONDS            what is read at this second\n"
    "  --at-xpointer XP        when the text at this pointer is read\n"
    "  --at-percent P          the same for P percent, as a device shows it\n";

}  // namespace koshelf::ctl
