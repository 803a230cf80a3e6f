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

std::string quoted(std::string_view text) {
    std::string json = "\"";
    while (!text.empty()) {
        const unsigned length = core::utf8_length(text);
        const auto first = static_cast<unsigned char>(text[0]);
        if (length == 0) {
            json += "\\ufffd";
        } else if (first < 0x20) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(first));
            json += escape;
        } else {
            if (first == '"' || first == '\\') json += '\\';
            json += text.substr(0, length);
        }
        text.remove_prefix(std::max(1U, length));
    }
    return json + '"';
}

// "Chapter 3", "Chapter 3 … Chapter 5"
std::string chapter_names(const core::audio::AudioTimeline& timeline, const Stretch& stretch) {
    if (stretch.chapter_begin >= stretch.chapter_end) return "-";
    const auto name = [&timeline](std::size_t j) {
        const std::string& title = timeline.chapters()[j].title;
        return title.empty() ? "(" + std::to_string(j + 1) + ")" : title;
    };
    const std::string first = name(stretch.chapter_begin);
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

std::string accuracy_json(const Accuracy& a) {
    return "{\"median\":" + decimal(a.median, 2) + ",\"p90\":" + decimal(a.p90, 2) +
           ",\"p99\":" + decimal(a.p99, 2) + ",\"within_30\":" + decimal(a.within_30, 4) +
           ",\"within_60\":" + decimal(a.within_60, 4) + ",\"within_300\":" + decimal(a.within_300, 4) + "}";
}

std::string stretch_json(const AlignReport& report, const Stretch& stretch) {
    std::string json = "{\"kind\":" + quoted(core::audio::to_string(stretch.kind)) +
                       ",\"begin\":" + std::to_string(stretch.begin.value) +
                       ",\"end\":" + std::to_string(stretch.end.value) +
                       ",\"start_seconds\":" + decimal(stretch.start_seconds, 3) +
                       ",\"end_seconds\":" + decimal(stretch.end_seconds, 3) +
                       ",\"confidence\":" + decimal(stretch.confidence, 3) +
                       ",\"deviation_seconds\":" + decimal(stretch.deviation, 1) + ",\"sections\":[";
    for (std::size_t i = stretch.section_begin; i < stretch.section_end; ++i) {
        json += (i > stretch.section_begin ? "," : "") + quoted(report.narration.sections[i].title);
    }
    json += "],\"chapters\":[";
    for (std::size_t j = stretch.chapter_begin; j < stretch.chapter_end; ++j) {
        json += (j > stretch.chapter_begin ? "," : "") + quoted(report.timeline.chapters()[j].title);
    }
    return json + "]}";
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
           decimal(pace.lead_in, 1) + " s, spread " + decimal(100 * pace.spread, 1) + " %\n";
}

std::string alignment_json(const AlignReport& report) {
    const core::audio::Alignment& alignment = report.alignment;
    const core::audio::Pace& pace = alignment.pace();
    std::string json = "\"method\":" + quoted(core::audio::to_string(alignment.method())) +
                       ",\"confidence\":" + decimal(alignment.confidence(), 3) +
                       ",\"pace\":{\"rate\":" + decimal(pace.rate, 3) +
                       ",\"lead_in\":" + decimal(pace.lead_in, 2) + ",\"spread\":" + decimal(pace.spread, 4) +
                       "},\"duration\":" + decimal(report.timeline.duration(), 3) +
                       ",\"length\":" + std::to_string(report.book.map.length()) + ",\"stretches\":[";
    bool first = true;
    for (const Stretch& stretch : alignment.stretches()) {
        json += (first ? "" : ",") + stretch_json(report, stretch);
        first = false;
    }
    json += "],\"knots\":[";
    first = true;
    for (const core::audio::Knot& knot : alignment.knots()) {
        json +=
            (first ? "[" : ",[") + std::to_string(knot.offset.value) + "," + decimal(knot.seconds, 3) + "]";
        first = false;
    }
    return json + "]";
}

std::string evaluation_table(const Evaluation& evaluation) {
    std::string table = cell("error", 24);
    for (const char* name : {"median", "p90", "p99", "<= 30", "<= 60", "<= 300"}) table += cell(name, 8);
    return table + "\n" + accuracy_row("text -> audio, s", evaluation.seconds) +
           accuracy_row("percentage only, s", evaluation.percentage) +
           accuracy_row("audio -> text, chars", evaluation.characters);
}

std::string evaluation_json(const Evaluation& evaluation) {
    return "\"evaluation\":{\"seconds\":" + accuracy_json(evaluation.seconds) +
           ",\"percentage_only\":" + accuracy_json(evaluation.percentage) +
           ",\"characters\":" + accuracy_json(evaluation.characters) + "}";
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

std::string conversion_json(const Conversion& conversion) {
    return "\"position\":{\"seconds\":" + decimal(conversion.seconds, 3) +
           ",\"offset\":" + std::to_string(conversion.offset.value) +
           ",\"percentage\":" + decimal(conversion.percentage, 6) +
           ",\"xpointer\":" + quoted(conversion.xpointer) +
           ",\"confidence\":" + decimal(conversion.confidence, 3) + ",\"note\":" + quoted(conversion.note) +
           ",\"sentence\":" + quoted(conversion.sentence) + "}";
}

}  // namespace koshelf::ctl
