// A reading position as a device pushes it and as it is served.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace koshelf::core {

// Seconds since 1970-01-01 00:00 UTC. Made by the server at write time.
using EpochSeconds = std::int64_t;

// Milliseconds since then.
using EpochMillis = std::int64_t;

// What a device says about where it is. All strings are UTF-8 without NUL, kept byte for byte.
struct Position {
    double percentage = 0;  // share of the document, usually 0..1, stored as sent: never clamped
    std::string progress;   // XPointer of reflowable files, page number of paged ones
    std::string device;     // model name
    std::optional<std::string> device_id;  // served only if it was sent

    bool operator==(const Position&) const = default;
};

// What a device says about the file. Optional as a whole and in every part; a push without it clears nothing.
struct Metadata {
    std::optional<std::string> title;
    std::optional<std::string> authors;
    std::optional<std::string> filename;

    [[nodiscard]] bool empty() const { return !title && !authors && !filename; }
    bool operator==(const Metadata&) const = default;
};

// A position as stored: every field is optional, because the reference server may have written fewer.
struct StoredPosition {
    std::optional<double> percentage;
    std::optional<std::string> progress;
    std::optional<std::string> device;
    std::optional<std::string> device_id;
    std::optional<EpochSeconds> timestamp;

    [[nodiscard]] bool empty() const {
        return !percentage && !progress && !device && !device_id && !timestamp;
    }
};

}  // namespace koshelf::core
