#include "core/device_problems.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

namespace koshelf::core {
namespace {

constexpr EpochSeconds kSilent = EpochSeconds{90} * 86'400;
constexpr std::int64_t kClockMatters = 120;
constexpr std::int64_t kStaleMatters = 5;
constexpr std::int64_t kReadingsForALag = 3;

using Indexes = std::vector<std::size_t>;

std::string quoted(std::string_view name) {
    if (name.empty()) return "a device without a name";
    return "\"" + std::string(name) + "\"";
}

// "A", "A and B", "A, B and C"; each name once.
std::string names_of(std::span<const DeviceFacts> devices, const Indexes& which) {
    std::vector<std::string> names;
    for (const std::size_t i : which) {
        std::string name = quoted(devices[i].name);
        if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
        text += names[i];
    }
    return text;
}

std::string duration(std::int64_t seconds) {
    constexpr std::int64_t kMinute = 60;
    constexpr std::int64_t kHour = 3600;
    constexpr std::int64_t kDay = 86'400;
    if (seconds >= 2 * kDay) return std::to_string(seconds / kDay) + " days";
    if (seconds >= 2 * kHour) return std::to_string(seconds / kHour) + " hours";
    return std::to_string(seconds / kMinute) + " minutes";
}

void find_methods(std::span<const DeviceFacts> devices, const Indexes& active,
                  std::vector<DeviceProblem>& problems) {
    Indexes by_content;
    Indexes by_name;
    for (const std::size_t i : active) {
        if (devices[i].method == MatchingMethod::kContent) by_content.push_back(i);
        if (devices[i].method == MatchingMethod::kFileName) by_name.push_back(i);
    }
    if (by_content.empty() || by_name.empty()) return;
    const auto pushes = [](const Indexes& which) { return which.size() == 1 ? " pushes by " : " push by "; };
    DeviceProblem problem{.problem = "methods_differ", .devices = by_content, .message = {}};
    problem.devices.insert(problem.devices.end(), by_name.begin(), by_name.end());
    std::ranges::sort(problem.devices);
    problem.message = names_of(devices, by_name) + pushes(by_name) + "file name, " +
                      names_of(devices, by_content) +
                      " by content: they will not meet. Merge the books here, or choose the same document "
                      "matching method in KOReader on all of them.";
    problems.push_back(std::move(problem));
}

void find_names(std::span<const DeviceFacts> devices, const Indexes& active,
                std::vector<DeviceProblem>& problems) {
    std::map<std::string_view, Indexes> by_name;
    for (const std::size_t i : active) by_name[devices[i].name].push_back(i);
    for (auto& [name, which] : by_name) {
        if (which.size() < 2) continue;
        std::string message = std::to_string(which.size()) + " devices are called " + quoted(name) +
                              ": nobody can tell which is which. Give them other names in KOReader; if one "
                              "of them is no more, forget it here.";
        problems.push_back(
            {.problem = "same_name", .devices = std::move(which), .message = std::move(message)});
    }
}

void find_clock(std::span<const DeviceFacts> devices, std::size_t i, std::vector<DeviceProblem>& problems) {
    const DeviceFacts& device = devices[i];
    if (!device.clock_skew || std::abs(*device.clock_skew) < kClockMatters) return;
    const bool ahead = *device.clock_skew > 0;
    problems.push_back({.problem = "clock",
                        .devices = {i},
                        .message = "The clock of " + quoted(device.name) + " is " +
                                   duration(std::abs(*device.clock_skew)) + (ahead ? " ahead" : " behind") +
                                   ". A reader decides by its own clock which position is newer: set it "
                                   "right."});
}

void find_stale(std::span<const DeviceFacts> devices, std::size_t i, std::vector<DeviceProblem>& problems) {
    const DeviceFacts& device = devices[i];
    if (device.stale_run < kStaleMatters) return;
    problems.push_back(
        {.problem = "stale",
         .devices = {i},
         .message = "The last " + std::to_string(device.stale_run) + " pushes of " + quoted(device.name) +
                    " were old positions, sent again: it does not take over what the others read. Pull the "
                    "progress there once, or switch on automatic syncing in KOReader."});
}

}  // namespace

std::optional<std::int64_t> clock_skew(const ClockReadings& readings) {
    const auto& other = readings.newest ? readings.newest : readings.before;
    if (!other) return std::nullopt;
    const std::int64_t best = std::max(*other, readings.before.value_or(*other));
    const bool told = best > 0 || readings.before || readings.count >= kReadingsForALag;
    return told ? std::optional(best) : std::nullopt;
}

std::vector<DeviceProblem> find_device_problems(std::span<const DeviceFacts> devices, EpochSeconds now) {
    Indexes active;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        if (now - devices[i].last_push < kSilent) active.push_back(i);
    }
    std::vector<DeviceProblem> problems;
    find_methods(devices, active, problems);
    find_names(devices, active, problems);
    for (const std::size_t i : active) {
        find_clock(devices, i, problems);
        find_stale(devices, i, problems);
    }
    return problems;
}

}  // namespace koshelf::core
