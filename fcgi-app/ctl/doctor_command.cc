#include "ctl/doctor_command.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <unistd.h>

#include "ctl/connection.h"
#include "ctl/doctor_report.h"
#include "ctl/examination.h"
#include "ctl/options.h"
#include "platform/redis.h"

namespace koshelf::ctl {
namespace {

using core::doctor::Findings;

constexpr std::chrono::milliseconds kDoctorsPatience{3'000};

Findings examine(const Surroundings& surroundings, const std::string& url) {
    Findings findings;
    const auto take = [&findings](const Findings& more) {
        findings.insert(findings.end(), more.begin(), more.end());
    };
    platform::Redis redis(surroundings.config.redis,
                          {.connect = kDoctorsPatience, .reply = kDoctorsPatience});
    store::Database database(redis);
    bool reached = false;
    if (surroundings.problem.empty()) {
        take(examine_redis(surroundings, database, reached));
    } else {
        findings.push_back({"environment", core::doctor::State::kFailed, surroundings.problem + ".",
                            "The server does not start with that. The README has all settings; Redis and "
                            "Audiobookshelf were not looked at."});
    }
    take(examine_place(surroundings, database, reached, host_of_url(url)));
    take(examine_rights(surroundings, database, reached));
    take(examine_server(surroundings, database, reached, url));
    if (surroundings.problem.empty()) take(examine_audiobookshelf(surroundings, database, reached));
    return findings;
}

Colour colour_of_output() {
    const char* unwanted = std::getenv("NO_COLOR");
    const bool plain = unwanted != nullptr && *unwanted != '\0';
    return isatty(STDOUT_FILENO) == 1 && !plain ? Colour::kYes : Colour::kNo;
}

}  // namespace

int run_doctor(std::span<const std::string_view> arguments) {
    const auto options = Options::parse(arguments, {"--json"}, {"--url"});
    if (!options) return complain(options.error(), 2);
    std::string url = options->value("--url").value_or("");
    while (url.ends_with('/')) url.pop_back();
    if (!options->words().empty() || (options->has("--url") && host_of_url(url).empty()))
        return complain("doctor takes --url and the address that devices use, and --json", 2);
    const Findings findings = examine(read_surroundings(platform::process_environment()), url);
    const std::string report =
        options->has("--json") ? report_json(findings) : report_text(findings, colour_of_output());
    std::fwrite(report.data(), 1, report.size(), stdout);
    return exit_status(findings);
}

}  // namespace koshelf::ctl
