#include "ctl/scan_command.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>

#include "ctl/connection.h"
#include "library/librarian.h"
#include "platform/clock.h"
#include "platform/config.h"

namespace koshelf::ctl {
namespace {

// A bridge that has just been stopped gives its lease up at once; one that was killed holds it for half a
// minute.
constexpr core::EpochMillis kPatience = 3'000;

volatile std::sig_atomic_t g_interrupted = 0;

void interrupt(int /*signal*/) {
    g_interrupted = 1;
}

void print(const library::ScanReport& report, std::size_t links) {
    std::printf("%zu items in %zu libraries; %zu of them new or changed.\n", report.items, report.libraries,
                report.looked_at);
    std::printf("%zu e-book files read, %zu gone; %zu documents linked.\n", report.digested, report.gone,
                links);
    if (report.failed > 0) std::printf("%zu items could not be looked at; see above.\n", report.failed);
    if (!report.complete) std::printf("Not every library could be listed; see above.\n");
}

}  // namespace

int run_scan(std::span<const std::string_view> arguments) {
    if (!arguments.empty()) return complain("scan takes no arguments", 2);
    const auto config = platform::Config::read(platform::process_environment());
    if (!config) return complain(config.error());
    std::signal(SIGINT, interrupt);
    std::signal(SIGTERM, interrupt);
    const platform::Log log(platform::LogLevel::kWarn);
    library::Librarian librarian(*config, log, [] { return g_interrupted == 0; });
    librarian.load_settings();
    const abs::Settings& settings = librarian.context().settings;
    for (const auto& problem : settings.problems)
        std::fprintf(stderr, "%s: %s\n", problem.variable.c_str(), problem.why.c_str());
    if (!settings.configured()) return complain("no Audiobookshelf is configured; see koshelf-ctl config");

    switch (librarian.scan_once(kPatience)) {
        case library::Librarian::Pass::kDone: break;
        case library::Librarian::Pass::kBusy:
            return complain(
                "a koshelf-bridge is running and looks after the libraries; its log has scan.done");
        case library::Librarian::Pass::kFailed: return complain("the scan was broken off");
    }
    print(librarian.report(), librarian.links_made());
    return librarian.report().complete && librarian.report().failed == 0 ? 0 : 1;
}

}  // namespace koshelf::ctl
