// Ward: work on bytes that nobody vouches for, in a process of its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include <tl/expected.hpp>

namespace koshelf::reading {

struct WardLimits {
    std::chrono::seconds processor{120};
    std::chrono::milliseconds wall{5 * 60 * 1000};
    std::size_t memory = std::size_t{2} * 1024 * 1024 * 1024;  // address space; not with AddressSanitizer
    std::size_t result = std::size_t{64} * 1024 * 1024;
};

enum class WardFailure {
    kCrashed,   // it died, or used up its processor time or memory, or its result is too long
    kTimedOut,  // it took longer than `wall`
    kStopped,   // `keep_on` said so
    kNoProcess,
};

// What `work` returns. The process ends with this one, also when this one is killed. `keep_on` is asked about
// ten times a second; false kills it. Only for programs of one thread.
[[nodiscard]] tl::expected<std::string, WardFailure> run_in_ward(const std::function<std::string()>& work,
                                                                 const std::function<bool()>& keep_on,
                                                                 const WardLimits& limits = {});

}  // namespace koshelf::reading
