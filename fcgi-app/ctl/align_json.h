// An alignment for programs: members of a JSON object.
#pragma once

#include "core/json_text.h"
#include "ctl/align_report.h"

namespace koshelf::ctl {

// method, confidence, pace, duration, length, stretches, and the knots as [offset, seconds].
void add_alignment(core::JsonObject& json, const AlignReport& report);

// "evaluation"; shares are fractions 0..1.
void add_evaluation(core::JsonObject& json, const Evaluation& evaluation);

// "position"
void add_position(core::JsonObject& json, const Conversion& conversion);

}  // namespace koshelf::ctl
