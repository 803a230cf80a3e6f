// Arbitrary bytes as a stored alignment, with the checksum put right so that the checks behind it are
// reached; and what is read bent to arbitrary words of a user.
#include <cstdint>
#include <string>
#include <vector>

#include "core/audio/alignment_codec.h"
#include "core/audio/calibration.h"
#include "require.h"

namespace {

using namespace koshelf;
using namespace koshelf::core;

void require_lawful(const audio::Alignment& alignment) {
    const std::string stored = audio::serialise(alignment);
    const auto again = audio::deserialise_alignment(stored);
    fuzz::require(again && audio::serialise(*again) == stored, "it can be stored and read again");
    const std::uint64_t length = alignment.stretches().back().end.value;
    double seconds = 0;
    for (std::uint64_t i = 0; i <= 50; ++i) {
        const auto heard = alignment.seconds_at({static_cast<text::TextLength>(length * i / 50)});
        fuzz::require(heard.seconds >= seconds, "text to audio is monotone");
        fuzz::require(heard.confidence >= 0 && heard.confidence <= 1, "a confidence is 0..1");
        seconds = heard.seconds;
    }
    text::TextOffset offset;
    const double end = alignment.knots().back().seconds;
    for (int i = 0; i <= 50; ++i) {
        const auto place = alignment.offset_at(end / 50 * i);
        fuzz::require(place.offset >= offset && place.offset.value <= length, "audio to text is monotone");
        offset = place.offset;
    }
}

// A few bytes each: places all over the book, at times that have nothing to do with them.
std::vector<audio::Calibration> words_from(const std::string& bytes, const audio::Alignment& alignment) {
    std::vector<audio::Calibration> words;
    const audio::Knot& last = alignment.knots().back();
    for (std::size_t i = 0; i + 1 < bytes.size() && words.size() < 50; i += 2) {
        const auto share = [&bytes](std::size_t at) { return static_cast<unsigned char>(bytes[at]) / 255.0; };
        words.push_back(
            {{static_cast<text::TextLength>(share(i) * last.offset.value)}, share(i + 1) * last.seconds});
    }
    return words;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    (void)audio::deserialise_alignment(bytes);
    const auto alignment = audio::deserialise_alignment(audio::with_fresh_alignment_checksum(bytes));
    if (!alignment) return 0;
    require_lawful(*alignment);
    require_lawful(audio::bent(*alignment, words_from(bytes, *alignment)));
    return 0;
}
