// What the doctor found, for people and for programs.
#pragma once

#include <string>

#include "core/doctor/finding.h"

namespace koshelf::ctl {

enum class Colour { kNo, kYes };

// A line for each finding, and under it what to do; at the end how many were found.
[[nodiscard]] std::string report_text(const core::doctor::Findings& findings, Colour colour);

// {"state", "checks": [{"name", "state", "message", "advice"}]}
[[nodiscard]] std::string report_json(const core::doctor::Findings& findings);

// 0: nothing is wrong; 1: warnings; 2: failures.
[[nodiscard]] int exit_status(const core::doctor::Findings& findings);

}  // namespace koshelf::ctl
