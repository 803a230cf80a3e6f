#include "ctl/align_report.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string_view>

#include "core/utf8.h"

namespace koshelf::ctl {
namespace {

using core::audio::Accuracy;
using core::audio::Stretch;
using core::audio::StretchKind;

std::string decimal(double value, int digits) {
    char buffer[64];
    const int length =
        std::snprintf(buffer, sizeof buffer, "%.*f", digits, std::isfinite(value) ? value : 0.0);
    return {buffer, static_cast<std::size_t>(std::clamp(length, 0, 63))};
}

// Cut or padded to `width` code points, control characters as blanks.
std::string cell(std::string_view text, std::size_t width) {
    std::string cut;
    std::size_t count = 0;
    while (!text.empty() && count < width) {
        const std::size_t length = std::max(1U, core::utf8_length(text));
        const bool control = static_cast<unsigned char>(text[0]) < 0x20;
        cut += control ? std::string_view(" ") : text.substr(0, length);
        text.remove_prefix(length);
        ++count;
    }
    return cut + std::string(width - count + 2, ' ');
}

// "Chapter 3", "Chapter 3 … Chapter 5"
std::string chapter_names(const core::audio::AudioTimeline& timeline, const Stretch& stretch) {
    if (stretch.chapter_begin >= stretch.chapter_end) return "-";
    const auto name = [&timeline](std::size_t j) {
        const std::string& title = timeline.chapters()[j].title;
        return title.empty() ? "(" + std::to_string(j + 1) + ")" : title;
    };
    std::string first = name(stretch.chapter_begin);
    if (stretch.chapter_end - stretch.chapter_begin == 1) return first;
    return first + " \u2026 " + name(stretch.chapter_end - 1);
}

std::string trust(double confidence) {
    return cell(core::audio::confidence_word(confidence), 6) + decimal(100 * confidence, 0) + " %";
}

std::string accuracy_row(std::string_view name, const Accuracy& a) {
    std::string row = cell(name, 24);
    for (const double value : {a.median, a.p90, a.p99}) row += cell(decimal(value, 1), 8);
    for (const double share : {a.within_30, a.within_60, a.within_300})
        row += cell(decimal(100 * share, 1) + " %", 8);
    return row + "\n";
}

}  // namespace

std::string clock(double seconds) {
    const auto tenths = static_cast<long long>(std::llround(std::max(0.0, seconds) * 10));
    char buffer[48];
    std::snprintf(buffer, sizeof buffer, "%lld:%02lld:%02lld.%lld", tenths / 36000, tenths / 600 % 60,
                  tenths / 10 % 60, tenths % 10);
    return buffer;
}

std::string alignment_table(const AlignReport& report) {
    const core::audio::Alignment& alignment = report.alignment;
    std::string table = cell("section", 8) + cell("title", 36) + cell("from", 10) + cell("to", 10) +
                        cell("chapter", 32) + "confidence\n";
    for (const Stretch& stretch : alignment.stretches()) {
        const std::string chapters = chapter_names(report.timeline, stretch);
        if (stretch.section_begin >= stretch.section_end) {
            table += cell("-", 8) + cell("(not in the text)", 36) + cell(clock(stretch.start_seconds), 10) +
                     cell(clock(stretch.end_seconds), 10) + cell(chapters, 32) + trust(stretch.confidence) +
                     "\n";
            continue;
        }
        for (std::size_t i = stretch.section_begin; i < stretch.section_end; ++i) {
            const core::audio::NarrationSection& section = report.narration.sections[i];
            const bool last = i + 1 == stretch.section_end;
            const double to = last ? stretch.end_seconds : alignment.seconds_at(section.end).seconds;
            const bool read = stretch.kind != StretchKind::kSkippedText;
            table += cell(std::to_string(i + 1), 8) +
                     cell(section.title.empty() ? "(untitled)" : section.title, 36) +
                     cell(read ? clock(alignment.seconds_at(section.begin).seconds) : "-", 10) +
                     cell(read ? clock(to) : "-", 10) + cell(read ? chapters : "(not read)", 32) +
                     trust(stretch.confidence) + "\n";
        }
    }
    const core::audio::Pace& pace = alignment.pace();
    return table + "\nmethod " + std::string(core::audio::to_string(alignment.method())) + ", confidence " +
           trust(alignment.confidence()) + ", pace " + decimal(pace.rate, 1) + " units/s, lead-in " +
           decimal(pace.lead_in, 1) + " s, lead-out " + decimal(pace.lead_out, 1) + " s, spread " +
           decimal(100 * pace.spread, 1) + " %\n";
}

std::string evaluation_table(const Evaluation& evaluation) {
    std::string table = cell("error", 24);
    for (const char* name : {"median", "p90", "p99", "<= 30", "<= 60", "<= 300"}) table += cell(name, 8);
    return table + "\n" + accuracy_row("text -> audio, s", evaluation.seconds) +
           accuracy_row("percentage only, s", evaluation.percentage) +
           accuracy_row("audio -> text, chars", evaluation.characters);
}

std::string conversion_text(const Conversion& conversion) {
    std::string text =
        "seconds     " + decimal(conversion.seconds, 2) + "  (" + clock(conversion.seconds) + ")\n";
    text += "percentage  " + decimal(100 * conversion.percentage, 2) + " %\n";
    text += "xpointer    " + conversion.xpointer + "\n";
    text += "confidence  " + trust(conversion.confidence) + "\n";
    if (!conversion.note.empty()) text += "note        " + conversion.note + "\n";
    return text + "sentence    " + conversion.sentence + "\n";
}

}  // namespace koshelf::ctl
