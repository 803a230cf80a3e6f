#include "ctl/doctor_report.h"

#include <algorithm>

#include "core/json_text.h"
#include "ctl/connection.h"

namespace koshelf::ctl {
namespace {

using core::doctor::Finding;
using core::doctor::Findings;
using core::doctor::State;

constexpr std::size_t kColumn = 9;

std::string_view colour_of(State state) {
    switch (state) {
        case State::kOk: return "\x1B[32m";
        case State::kSkipped: return "\x1B[2m";
        case State::kWarning: return "\x1B[33m";
        case State::kFailed: break;
    }
    return "\x1B[31m";
}

std::string label_of(State state, Colour colour) {
    std::string label(core::doctor::to_string(state));
    const std::string padding(kColumn - label.size(), ' ');
    if (colour == Colour::kYes) label = std::string(colour_of(state)) + label + "\x1B[0m";
    return label + padding;
}

std::string how_many(const Findings& findings) {
    const auto count = [&findings](State state) {
        return std::to_string(std::ranges::count(findings, state, &Finding::state));
    };
    return count(State::kOk) + " ok, " + count(State::kWarning) + " warnings, " + count(State::kFailed) +
           " failed, " + count(State::kSkipped) + " skipped\n";
}

}  // namespace

std::string report_text(const Findings& findings, Colour colour) {
    std::string text;
    for (const Finding& finding : findings) {
        text += label_of(finding.state, colour) + printable(finding.message) + "\n";
        if (!finding.advice.empty() && finding.state != State::kOk)
            text += std::string(kColumn, ' ') + "-> " + printable(finding.advice) + "\n";
    }
    return text + "\n" + how_many(findings);
}

std::string report_json(const Findings& findings) {
    core::JsonArray checks;
    for (const Finding& finding : findings) {
        checks.add_json(core::JsonObject()
                            .add("name", finding.name)
                            .add("state", core::doctor::to_string(finding.state))
                            .add("message", finding.message)
                            .add("advice", finding.advice)
                            .finish());
    }
    return core::JsonObject()
               .add("state", core::doctor::to_string(core::doctor::worst(findings)))
               .add_json("checks", checks.finish())
               .finish() +
           "\n";
}

int exit_status(const Findings& findings) {
    const State state = core::doctor::worst(findings);
    return state == State::kFailed ? 2 : state == State::kWarning ? 1 : 0;
}

}  // namespace koshelf::ctl
