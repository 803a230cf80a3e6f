#include "ctl/align_command.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "abs/item_json.h"
#include "core/audio/accuracy.h"
#include "core/audio/aligner.h"
#include "core/audio/narration.h"
#include "core/audio/timeline.h"
#include "core/json_text.h"
#include "core/text/percentage.h"
#include "core/text/xpointer.h"
#include "ctl/align_json.h"
#include "ctl/align_report.h"
#include "ctl/align_truth.h"
#include "ctl/textmap_file.h"

namespace koshelf::ctl {
namespace {

constexpr std::string_view kUsage =
    "usage: koshelf-ctl align BOOK.epub ITEM.json [options]\n"
    "  --json             data instead of a table\n"
    "  --eval TRUTH.jsonl errors against known seconds of sentences\n"
    "  --at SECONDS       what is read at this second\n"
    "  --at-xpointer XP   when the text at this pointer is read\n"
    "  --at-percent P     the same for P percent, as a device shows it\n";

enum class Question { kWholeBook, kSeconds, kXPointer, kPercent };

struct Options {
    std::string book;
    std::string item;
    std::string truth;
    bool json = false;
    Question question = Question::kWholeBook;
    std::string place;
};

std::optional<Options> parse(std::span<const std::string_view> args) {
    Options options;
    std::size_t files = 0;
    for (std::size_t i = 0; i < args.size(); ++i) {
        const std::string_view arg = args[i];
        if (arg == "--json") {
            options.json = true;
        } else if (arg.starts_with("--")) {
            if (i + 1 == args.size()) return std::nullopt;
            const std::string value(args[++i]);
            if (arg == "--eval") {
                options.truth = value;
                continue;
            }
            if (options.question != Question::kWholeBook) return std::nullopt;
            options.place = value;
            if (arg == "--at") {
                options.question = Question::kSeconds;
            } else if (arg == "--at-xpointer") {
                options.question = Question::kXPointer;
            } else if (arg == "--at-percent") {
                options.question = Question::kPercent;
            } else {
                return std::nullopt;
            }
        } else {
            if (files > 1) return std::nullopt;
            (files++ == 0 ? options.book : options.item) = arg;
        }
    }
    if (files != 2) return std::nullopt;
    return options;
}

OrComplaint<core::audio::AudioTimeline> open_item(const std::string& name) {
    const auto bytes = read_file(name);
    if (!bytes) return tl::make_unexpected(bytes.error());
    const auto raw = abs::parse_item(*bytes);
    if (!raw) return tl::make_unexpected(name + ": " + std::string(abs::to_string(raw.error())));
    auto timeline = core::audio::AudioTimeline::make(*raw);
    if (!timeline)
        return tl::make_unexpected(name + ": " + std::string(core::audio::to_string(timeline.error())));
    return std::move(*timeline);
}

OrComplaint<Evaluation> evaluate(const std::string& name, const AlignReport& report) {
    const auto bytes = read_file(name);
    if (!bytes) return tl::make_unexpected(bytes.error());
    const auto truth = read_truth(*bytes, report.book);
    if (!truth) return tl::make_unexpected(name + ": " + truth.error());
    using namespace core::audio;
    return Evaluation{
        accuracy_of(second_errors(report.alignment, *truth)),
        accuracy_of(percentage_errors(report.book.map.length(), report.timeline.duration(), *truth)),
        accuracy_of(character_errors(report.alignment, *truth))};
}

OrComplaint<double> number_of(const std::string& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
        return tl::make_unexpected(text + ": not a number");
    }
    return value;
}

std::string_view note_of(core::text::Resolution resolution) {
    switch (resolution) {
        case core::text::Resolution::kExact: return "";
        case core::text::Resolution::kElement: return "the pointer names an element: its beginning";
        case core::text::Resolution::kAncestor: return "not in this book: the nearest ancestor that is";
        case core::text::Resolution::kFragment: return "the beginning of the file";
    }
    return "";
}

// The text position that the question means; seconds are looked up, everything else is looked at in the text.
OrComplaint<Conversion> locate(const Options& options, const AlignReport& report) {
    Conversion found;
    if (options.question == Question::kXPointer) {
        const auto resolved = core::text::resolve_xpointer(report.book.map, options.place);
        if (!resolved) {
            return tl::make_unexpected(options.place + ": " +
                                       std::string(core::text::to_string(resolved.error().code)));
        }
        found.offset = resolved->offset;
        found.note = note_of(resolved->resolution);
        return found;
    }
    const auto value = number_of(options.place);
    if (!value) return tl::make_unexpected(value.error());
    if (options.question == Question::kSeconds) {
        found.offset = report.alignment.offset_at(*value).offset;
        found.seconds = std::clamp(*value, 0.0, report.timeline.duration());
        return found;
    }
    const auto estimate = core::text::offset_at_percentage(report.book.map, *value / 100);
    found.offset = estimate.offset;
    found.note = "a percentage tells the place to within some " + std::to_string(estimate.typical_error) +
                 " characters";
    return found;
}

OrComplaint<Conversion> convert(const Options& options, const AlignReport& report) {
    auto found = locate(options, report);
    if (!found) return found;
    const auto position = report.alignment.seconds_at(found->offset);
    found->confidence = position.confidence;
    if (options.question == Question::kSeconds) {
        found->confidence = report.alignment.offset_at(found->seconds).confidence;
    } else {
        found->seconds = position.seconds;
    }
    found->percentage = core::text::percentage_at(report.book.map, found->offset);
    const auto pointer = core::text::write_xpointer(report.book.map, found->offset);
    if (pointer) found->xpointer = pointer->text;
    found->sentence = report.book.text.excerpt(report.book.text.sentence_start(found->offset), 160);
    return found;
}

OrComplaint<std::string> answer(const Options& options) {
    const auto book = open_book(options.book);
    if (!book) return tl::make_unexpected(book.error());
    const auto timeline = open_item(options.item);
    if (!timeline) return tl::make_unexpected(timeline.error());
    const core::audio::Narration narration = core::audio::narration_of(book->map, book->text);
    const core::audio::Alignment alignment = core::audio::align(narration, *timeline);
    const AlignReport report{*book, narration, *timeline, alignment};

    std::string text;
    core::JsonObject json;
    if (options.question == Question::kWholeBook) {
        text = alignment_table(report);
        add_alignment(json, report);
    } else {
        const auto conversion = convert(options, report);
        if (!conversion) return tl::make_unexpected(conversion.error());
        text = conversion_text(*conversion);
        add_position(json, *conversion);
    }
    if (!options.truth.empty()) {
        const auto evaluation = evaluate(options.truth, report);
        if (!evaluation) return tl::make_unexpected(evaluation.error());
        text += "\n" + evaluation_table(*evaluation);
        add_evaluation(json, *evaluation);
    }
    return options.json ? json.finish() + "\n" : text;
}

}  // namespace

int run_align(std::span<const std::string_view> args) {
    const auto options = parse(args);
    if (!options) {
        std::cerr << kUsage;
        return 2;
    }
    const auto text = answer(*options);
    if (!text) {
        std::cerr << "koshelf-ctl align: " << text.error() << "\n";
        return 1;
    }
    std::cout << *text;
    return 0;
}

}  // namespace koshelf::ctl
