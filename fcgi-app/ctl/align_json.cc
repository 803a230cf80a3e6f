#include "ctl/align_json.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/number.h"

namespace koshelf::ctl {
namespace {

using core::append_json_string;
using core::JsonObject;
using core::audio::Accuracy;
using core::audio::Knot;
using core::audio::Stretch;

// More digits than were measured help nobody.
double rounded(double value, int digits) {
    const double scale = std::pow(10.0, digits);
    return std::round(value * scale) / scale;
}

class JsonArray {
  public:
    // Where the next element is to be appended.
    std::string& next() {
        if (text_.size() > 1) text_ += ',';
        return text_;
    }
    [[nodiscard]] std::string finish() const { return text_ + ']'; }

  private:
    std::string text_ = "[";
};

std::string accuracy_json(const Accuracy& a) {
    return JsonObject()
        .add("median", rounded(a.median, 2))
        .add("p90", rounded(a.p90, 2))
        .add("p99", rounded(a.p99, 2))
        .add("within_30", rounded(a.within_30, 4))
        .add("within_60", rounded(a.within_60, 4))
        .add("within_300", rounded(a.within_300, 4))
        .finish();
}

std::string stretch_json(const AlignReport& report, const Stretch& stretch) {
    JsonArray sections;
    for (std::size_t i = stretch.section_begin; i < stretch.section_end; ++i) {
        append_json_string(sections.next(), report.narration.sections[i].title);
    }
    JsonArray chapters;
    for (std::size_t j = stretch.chapter_begin; j < stretch.chapter_end; ++j) {
        append_json_string(chapters.next(), report.timeline.chapters()[j].title);
    }
    return JsonObject()
        .add("kind", core::audio::to_string(stretch.kind))
        .add("begin", std::int64_t{stretch.begin.value})
        .add("end", std::int64_t{stretch.end.value})
        .add("start_seconds", rounded(stretch.start_seconds, 3))
        .add("end_seconds", rounded(stretch.end_seconds, 3))
        .add("confidence", rounded(stretch.confidence, 3))
        .add("deviation_seconds", rounded(stretch.deviation, 1))
        .add_json("sections", sections.finish())
        .add_json("chapters", chapters.finish())
        .finish();
}

std::string pace_json(const core::audio::Pace& pace) {
    return JsonObject()
        .add("rate", rounded(pace.rate, 3))
        .add("lead_in", rounded(pace.lead_in, 2))
        .add("lead_out", rounded(pace.lead_out, 2))
        .add("spread", rounded(pace.spread, 4))
        .finish();
}

std::string knot_json(const Knot& knot) {
    return '[' + std::to_string(knot.offset.value) + ',' + core::format_number(rounded(knot.seconds, 3)) +
           ']';
}

}  // namespace

void add_alignment(JsonObject& json, const AlignReport& report) {
    const core::audio::Alignment& alignment = report.alignment;
    JsonArray stretches;
    for (const Stretch& stretch : alignment.stretches()) stretches.next() += stretch_json(report, stretch);
    JsonArray knots;
    for (const Knot& knot : alignment.knots()) knots.next() += knot_json(knot);
    json.add("method", core::audio::to_string(alignment.method()))
        .add("confidence", rounded(alignment.confidence(), 3))
        .add_json("pace", pace_json(alignment.pace()))
        .add("duration", rounded(report.timeline.duration(), 3))
        .add("length", std::int64_t{report.book.map.length()})
        .add_json("stretches", stretches.finish())
        .add_json("knots", knots.finish());
}

void add_evaluation(JsonObject& json, const Evaluation& evaluation) {
    json.add_json("evaluation", JsonObject()
                                    .add_json("seconds", accuracy_json(evaluation.seconds))
                                    .add_json("percentage_only", accuracy_json(evaluation.percentage))
                                    .add_json("characters", accuracy_json(evaluation.characters))
                                    .finish());
}

void add_position(JsonObject& json, const Conversion& conversion) {
    json.add_json("position", JsonObject()
                                  .add("seconds", rounded(conversion.seconds, 3))
                                  .add("offset", std::int64_t{conversion.offset.value})
                                  .add("percentage", rounded(conversion.percentage, 6))
                                  .add("xpointer", conversion.xpointer)
                                  .add("confidence", rounded(conversion.confidence, 3))
                                  .add("note", conversion.note)
                                  .add("sentence", conversion.sentence)
                                  .finish());
}

}  // namespace koshelf::ctl
