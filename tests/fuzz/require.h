// A property that must hold for every input: the fuzzer stops where it does not.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace koshelf::fuzz {

inline void require(bool holds, const char* property) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", property);
    std::abort();
}

}  // namespace koshelf::fuzz
