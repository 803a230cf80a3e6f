#include <chrono>
#include <fstream>

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "core/doctor/certificate.h"
#include "core/doctor/place.h"
#include "ctl/examination.h"
#include "platform/certificate.h"
#include "platform/clock.h"
#include "store/redis_info.h"
#include "store/settings.h"
#include "web/version.h"

namespace koshelf::ctl {
namespace {

namespace fs = std::filesystem;
using core::doctor::Findings;

void append(Findings& findings, const Findings& more) {
    findings.insert(findings.end(), more.begin(), more.end());
}

void examine_disk(Findings& findings, const std::string& what, const fs::path& path) {
    struct statvfs disk {};
    if (path.empty() || statvfs(path.c_str(), &disk) != 0) return;
    const auto block = static_cast<double>(disk.f_frsize);
    findings.push_back(core::doctor::judge_disk({.what = what,
                                                 .path = path,
                                                 .free_bytes = static_cast<double>(disk.f_bavail) * block,
                                                 .total_bytes = static_cast<double>(disk.f_blocks) * block,
                                                 .free_files = static_cast<double>(disk.f_favail),
                                                 .total_files = static_cast<double>(disk.f_files)}));
}

core::doctor::ClockFacts clock_facts() {
    const std::chrono::year_month_day today{
        std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())};
    core::doctor::ClockFacts facts{
        .synchronised = {}, .year = static_cast<int>(today.year()), .build_year = web::kBuildYear};
    // Without modes it only reads. It fails where a container is not allowed to ask.
    timex clock{};
    if (adjtimex(&clock) != -1) facts.synchronised = (clock.status & STA_UNSYNC) == 0;
    return facts;
}

// Whether that Redis has its files on this machine.
bool is_local(const platform::RedisAddress& address) {
    return !address.socket_path.empty() || address.host == "127.0.0.1" || address.host == "localhost" ||
           address.host == "::1";
}

core::doctor::PrivateFacts private_facts(const std::string& name, const fs::path& path, int access_wanted) {
    core::doctor::PrivateFacts facts{.name = name, .path = path};
    struct stat status {};
    facts.exists = stat(path.c_str(), &status) == 0;
    facts.usable = facts.exists && access(path.c_str(), access_wanted) == 0;
    facts.mode = status.st_mode & 0777U;
    return facts;
}

bool is_key(const fs::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line.size() == 64 && line.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

core::doctor::SecretFileFacts secret_facts(const Surroundings& surroundings, store::Database& database,
                                           bool redis_reached) {
    const std::string& path = surroundings.config.secret_file;
    core::doctor::SecretFileFacts facts{.path = path};
    struct stat status {};
    facts.exists = stat(path.c_str(), &status) == 0;
    facts.readable = facts.exists && access(path.c_str(), R_OK) == 0;
    facts.well_formed = facts.readable && is_key(path);
    facts.mode = status.st_mode & 0777U;
    if (!redis_reached) return facts;
    const auto stored = store::Settings(database, platform::SecretBox(path)).load();
    if (!stored) return facts;
    facts.secrets_stored = stored->has_secrets;
    facts.secrets_opened = stored->problems.empty();
    return facts;
}

Findings examine_certificate(const Surroundings& surroundings, const std::string& url_host) {
    const std::string file = surroundings.tls_directory / "cert.pem";
    core::doctor::CertificateFacts facts{.file = file};
    const auto certificate = platform::read_certificate(file);
    if (certificate) {
        facts.not_before = certificate->not_before;
        facts.not_after = certificate->not_after;
        facts.names = certificate->names;
        facts.self_signed = certificate->self_signed;
        facts.key_fits = platform::key_fits(file, surroundings.tls_directory / "key.pem");
    } else {
        facts.failure = certificate.error();
    }
    std::vector<std::string> wanted = surroundings.hostnames;
    if (!url_host.empty()) wanted.push_back(url_host);
    return core::doctor::judge_certificate(facts, wanted, platform::now_millis() / 1000);
}

}  // namespace

Findings examine_place(const Surroundings& surroundings, store::Database& database, bool redis_reached,
                       const std::string& url_host) {
    Findings findings;
    findings.push_back(core::doctor::judge_own_clock(clock_facts()));
    examine_disk(findings, "STATE_DIR", surroundings.state_directory);
    if (redis_reached && is_local(surroundings.config.redis))
        examine_disk(findings, "Redis's data", store::redis_setting(database, "dir").value_or(""));
    findings.push_back(core::doctor::judge_private(
        private_facts("state", surroundings.state_directory / "secrets", R_OK | X_OK)));
    findings.push_back(core::doctor::judge_secret_file(secret_facts(surroundings, database, redis_reached)));
    append(findings, examine_certificate(surroundings, url_host));
    const auto key = private_facts("certificate.key", surroundings.tls_directory / "key.pem", R_OK);
    if (key.exists) findings.push_back(core::doctor::judge_private(key));
    return findings;
}

}  // namespace koshelf::ctl
