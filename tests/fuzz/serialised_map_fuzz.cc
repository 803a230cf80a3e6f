// Arbitrary bytes as a stored map, with the checksum put right so that the checks behind it are reached.
#include <cstdint>
#include <string>

#include "core/text/cfi.h"
#include "core/text/map_codec.h"
#include "core/text/percentage.h"
#include "core/text/xpointer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace koshelf::core::text;
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    (void)deserialise(bytes);
    const std::string fixed = with_fresh_checksum(bytes);
    const auto map = deserialise(fixed);
    if (!map) return 0;
    if (serialise(*map).size() > fixed.size()) __builtin_trap();
    const TextLength step = 1 + map->length() / 20;
    for (std::uint64_t at = 0; at <= map->length(); at += step) {
        const TextOffset offset{static_cast<TextLength>(at)};
        const auto written = write_xpointer(*map, offset);
        if (written && written->offset > offset) __builtin_trap();
        if (const auto cfi = write_cfi(*map, offset)) (void)resolve_cfi(*map, *cfi);
        (void)offset_at_percentage(*map, percentage_at(*map, offset));
        (void)map->position_of(offset);
        (void)map->section_of(offset);
    }
    return 0;
}
