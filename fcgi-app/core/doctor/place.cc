#include "core/doctor/place.h"

namespace koshelf::core::doctor {
namespace {

constexpr double kMebi = 1024.0 * 1024;
constexpr double kTooLittle = 64 * kMebi;
constexpr double kLittle = 512 * kMebi;
constexpr double kLittleShare = 0.02;

constexpr double kTooFewFiles = 1'000;
constexpr double kFewFilesShare = 0.05;

constexpr unsigned kOthers = 07;
constexpr unsigned kGroupAndOthers = 077;

}  // namespace

Finding judge_disk(const DiskFacts& facts) {
    const std::string left = "On the disk of " + facts.what + " (" + facts.path + ") " +
                             bytes_for_people(facts.free_bytes) + " of " +
                             bytes_for_people(facts.total_bytes) + " are free.";
    const std::string advice =
        "Make room: when it is full, Redis refuses writes, and devices queue their pushes.";
    if (facts.total_files > 0 && facts.free_files < facts.total_files * kFewFilesShare) {
        return {"disk", facts.free_files < kTooFewFiles ? State::kFailed : State::kWarning,
                "The disk of " + facts.what + " (" + facts.path + ") has room for " +
                    std::to_string(static_cast<long long>(facts.free_files)) +
                    " more files only (inodes), however large they are.",
                "Remove small files: df -i, du --inodes."};
    }
    if (facts.free_bytes < kTooLittle) return {"disk", State::kFailed, left, advice};
    if (facts.free_bytes < kLittle || facts.free_bytes < facts.total_bytes * kLittleShare)
        return {"disk", State::kWarning, left, advice};
    return {"disk", State::kOk, left};
}

Finding judge_own_clock(const ClockFacts& facts) {
    constexpr const char* kName = "clock";
    constexpr const char* kAdvice =
        "Have it set by NTP (timedatectl set-ntp true): the time of a push tells which position is the newer "
        "one.";
    if (facts.year < facts.build_year) {
        return {kName, State::kFailed,
                "The clock of this machine says that it is " + std::to_string(facts.year) +
                    ", and this program was made in " + std::to_string(facts.build_year) + ".",
                kAdvice};
    }
    if (!facts.synchronised) {
        return {kName, State::kSkipped, "Whether the clock of this machine is set by NTP cannot be told.",
                ""};
    }
    if (!*facts.synchronised)
        return {kName, State::kWarning, "Nothing keeps the clock of this machine right.", kAdvice};
    return {kName, State::kOk, "The clock of this machine is synchronised."};
}

Finding judge_secret_file(const SecretFileFacts& facts) {
    constexpr const char* kName = "secrets";
    if (!facts.exists) {
        if (!facts.secrets_stored)
            return {kName, State::kOk, "No secret is stored, and there is no key for them yet."};
        return {
            kName, State::kFailed, facts.path + " is missing: the stored API keys cannot be read.",
            "Put it back from a backup (koshelf-ctl restore), or set the keys anew: koshelf-ctl config set. "
            "Is KOSHELF_SECRET_FILE or STATE_DIR the server's?"};
    }
    if (!facts.readable) {
        return {kName, State::kSkipped, facts.path + " cannot be read by you.",
                "Ask as the user who runs the server, or as root."};
    }
    if (!facts.well_formed) {
        return {kName, State::kFailed, facts.path + " is no key: it has to be 64 hex digits.",
                "Put it back from a backup, or remove it and set the API keys anew."};
    }
    if (facts.secrets_stored && !facts.secrets_opened) {
        return {kName, State::kFailed,
                facts.path + " is another key than the one that the stored API keys need.",
                "Put the right one back from a backup, or set the API keys anew: koshelf-ctl config set."};
    }
    if ((facts.mode & kGroupAndOthers) != 0)
        return {kName, State::kWarning, "Others can read " + facts.path + ".", "chmod 600 " + facts.path};
    return {kName, State::kOk,
            "The key of the stored secrets is where it should be. Keep it with the backups."};
}

Finding judge_private(const PrivateFacts& facts) {
    if (!facts.exists) {
        return {facts.name, State::kSkipped, facts.path + " is not here.",
                "STATE_DIR says where the server keeps its files."};
    }
    if (!facts.usable) {
        return {facts.name, State::kSkipped, facts.path + " cannot be used by you.",
                "Ask as the user who runs the server, or as root."};
    }
    if ((facts.mode & kOthers) != 0) {
        return {facts.name, State::kWarning, "Everybody on this machine can look into " + facts.path + ".",
                "chmod o-rwx " + facts.path};
    }
    return {facts.name, State::kOk, facts.path + " is for the server alone."};
}

}  // namespace koshelf::core::doctor
