#include "ctl/align_command.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <iostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "abs/item_json.h"
#include "core/audio/accuracy.h"
#include "core/audio/aligner.h"
#include "core/audio/narration.h"
#include "core/audio/timeline.h"
#include "core/json_text.h"
#include "core/text/percentage.h"
#include "core/text/xpointer.h"
#include "ctl/align_json.h"
#include "ctl/align_options.h"
#include "ctl/align_report.h"
#include "ctl/align_truth.h"
#include "ctl/textmap_file.h"

namespace koshelf::ctl {
namespace {

using Question = AlignOptions::Question;

OrComplaint<double> number_of(const std::string& text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
        return tl::make_unexpected(text + ": not a number");
    }
    return value;
}

OrComplaint<core::audio::AudioTimeline> timeline_of(const std::string& name, const std::string& json) {
    const auto raw = abs::parse_item(json);
    if (!raw) return tl::make_unexpected(name + ": " + std::string(abs::to_string(raw.error())));
    auto timeline = core::audio::AudioTimeline::make(*raw);
    if (!timeline)
        return tl::make_unexpected(name + ": " + std::string(core::audio::to_string(timeline.error())));
    return std::move(*timeline);
}

OrComplaint<Evaluation> evaluate(const std::string& name, const std::string& lines,
                                 const AlignReport& report) {
    const auto truth = read_truth(lines, report.book);
    if (!truth) return tl::make_unexpected(name + ": " + truth.error());
    using namespace core::audio;
    return Evaluation{
        accuracy_of(second_errors(report.alignment, *truth)),
        accuracy_of(percentage_errors(report.book.map.length(), report.timeline.duration(), *truth)),
        accuracy_of(character_errors(report.alignment, *truth))};
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
OrComplaint<Conversion> locate(const AlignOptions& options, const AlignReport& report) {
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

OrComplaint<Conversion> convert(const AlignOptions& options, const AlignReport& report) {
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

// "XPOINTER=SECONDS". Half a pointer is no calibration: what the book does not have is refused.
OrComplaint<core::audio::Calibration> calibration_of(const std::string& text, const core::text::TextMap& map,
                                                     double duration) {
    const std::size_t equals = text.rfind('=');
    if (equals == std::string::npos) return tl::make_unexpected(text + ": not XPOINTER=SECONDS");
    const auto seconds = number_of(text.substr(equals + 1));
    if (!seconds) return tl::make_unexpected(seconds.error());
    if (*seconds < 0 || *seconds > duration)
        return tl::make_unexpected(text + ": the audiobook is not that long");
    const auto pointer = core::text::parse_xpointer(text.substr(0, equals));
    if (!pointer) return tl::make_unexpected(text + ": not XPOINTER=SECONDS");
    const auto place = core::text::resolve_xpointer(map, *pointer);
    const bool names_a_file = pointer->path.empty() && !pointer->text;
    if (!place || place->resolution == core::text::Resolution::kAncestor ||
        (place->resolution == core::text::Resolution::kFragment && !names_a_file))
        return tl::make_unexpected(text + ": no such place in this book");
    return core::audio::Calibration{place->offset, *seconds};
}

OrComplaint<std::vector<core::audio::Calibration>> calibrations_of(const AlignOptions& options,
                                                                   const core::text::TextMap& map,
                                                                   double duration) {
    std::vector<core::audio::Calibration> points;
    for (const std::string& text : options.calibrations) {
        const auto point = calibration_of(text, map, duration);
        if (!point) return tl::make_unexpected(point.error());
        points.push_back(*point);
    }
    return points;
}

OrComplaint<std::string> answer(const AlignOptions& options) {
    const auto item = read_file(options.item);
    if (!item) return tl::make_unexpected(item.error());
    const auto truth = options.truth.empty() ? OrComplaint<std::string>("") : read_file(options.truth);
    if (!truth) return tl::make_unexpected(truth.error());
    const auto book = open_book(options.book);
    if (!book) return tl::make_unexpected(book.error());
    const auto timeline = timeline_of(options.item, *item);
    if (!timeline) return tl::make_unexpected(timeline.error());
    const auto calibrations = calibrations_of(options, book->map, timeline->duration());
    if (!calibrations) return tl::make_unexpected(calibrations.error());
    const core::audio::Narration narration = core::audio::narration_of(book->map, book->text);
    const core::audio::Alignment alignment = core::audio::align(narration, *timeline, *calibrations);
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
        const auto evaluation = evaluate(options.truth, *truth, report);
        if (!evaluation) return tl::make_unexpected(evaluation.error());
        text += "\n" + evaluation_table(*evaluation);
        add_evaluation(json, *evaluation);
    }
    return options.json ? json.finish() + "\n" : text;
}

}  // namespace

int run_align(std::span<const std::string_view> args) {
    const auto options = parse_align_options(args);
    if (!options) {
        std::cerr << kAlignUsage;
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
