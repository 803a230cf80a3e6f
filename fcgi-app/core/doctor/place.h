// The clock, disks, directories and files that a server needs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/doctor/finding.h"

namespace koshelf::core::doctor {

struct DiskFacts {
    std::string what;  // "STATE_DIR", "Redis's data"
    std::string path;
    double free_bytes = 0;  // for those who are not root
    double total_bytes = 0;
    double free_files = 0;   // how many more it can have
    double total_files = 0;  // 0: as many as one likes
};

[[nodiscard]] Finding judge_disk(const DiskFacts& facts);

// The clock of this machine.
struct ClockFacts {
    std::optional<bool> synchronised{};  // by NTP or the like; nothing: the kernel does not say
    int year = 0;
    int build_year = 0;  // when this program was made
};

// "clock"
[[nodiscard]] Finding judge_own_clock(const ClockFacts& facts);

// The key of the stored secrets.
struct SecretFileFacts {
    std::string path;
    bool exists = false;
    bool readable = false;
    bool well_formed = false;     // 64 hex digits
    unsigned mode = 0;            // permissions: 0600
    bool secrets_stored = false;  // something in Redis is encrypted with it
    bool secrets_opened = false;  // and could be read
};

[[nodiscard]] Finding judge_secret_file(const SecretFileFacts& facts);

// A directory or a file that nobody but its owner (and group) should see.
struct PrivateFacts {
    std::string name;  // of the finding
    std::string path;
    bool exists = false;
    bool usable = false;  // by who asks: readable, and a directory also writable
    unsigned mode = 0;
};

[[nodiscard]] Finding judge_private(const PrivateFacts& facts);

}  // namespace koshelf::core::doctor
