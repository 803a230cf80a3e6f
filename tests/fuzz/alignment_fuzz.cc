// Arbitrary bytes as a stored alignment, with the checksum put right so that the checks behind it are
// reached.
#include <cstdint>
#include <string>

#include "core/audio/alignment_codec.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace koshelf;
    using namespace koshelf::core;
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    (void)audio::deserialise_alignment(bytes);
    const std::string fixed = audio::with_fresh_alignment_checksum(bytes);
    const auto alignment = audio::deserialise_alignment(fixed);
    if (!alignment) return 0;
    const std::string stored = audio::serialise(*alignment);
    const auto again = audio::deserialise_alignment(stored);
    fuzz::require(again && audio::serialise(*again) == stored, "what was read can be stored and read again");

    const std::uint64_t length = alignment->stretches().back().end.value;
    double seconds = 0;
    for (std::uint64_t i = 0; i <= 50; ++i) {
        const auto heard = alignment->seconds_at({static_cast<text::TextLength>(length * i / 50)});
        fuzz::require(heard.seconds >= seconds, "text to audio is monotone");
        fuzz::require(heard.confidence >= 0 && heard.confidence <= 1, "a confidence is 0..1");
        seconds = heard.seconds;
    }
    text::TextOffset offset;
    const double end = alignment->knots().back().seconds;
    for (int i = 0; i <= 50; ++i) {
        const auto place = alignment->offset_at(end / 50 * i);
        fuzz::require(place.offset >= offset && place.offset.value <= length, "audio to text is monotone");
        offset = place.offset;
    }
    return 0;
}
