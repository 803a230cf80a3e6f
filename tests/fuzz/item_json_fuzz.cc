// Any bytes as an item's JSON: read, put in order, aligned to a small book. Nothing may crash, and what comes
// out must be lawful: chapters that cover the book, positions that are monotone and map back to themselves.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "abs/item_json.h"
#include "core/audio/aligner.h"
#include "core/audio/alignment_codec.h"
#include "core/audio/narration.h"
#include "core/audio/timeline.h"

namespace {

using koshelf::core::audio::Alignment;
using koshelf::core::audio::AudioTimeline;
using koshelf::core::audio::Narration;

Narration small_book() {
    Narration narration;
    narration.language = "en";
    std::uint32_t at = 0;
    const auto add = [&](const char* title, std::uint32_t length, double narrated, bool starts) {
        koshelf::core::audio::NarrationSection section;
        section.title = title;
        section.begin = section.heading_end = {at};
        section.end = {at += length};
        section.spoken = length;
        section.narrated = narrated;
        section.starts_chapter = starts;
        narration.sections.push_back(section);
    };
    add("Copyright", 800, 0.05, true);
    add("Chapter One: The Sea", 9000, 1, true);
    add("", 4000, 1, false);
    add("Chapter II", 7000, 1, true);
    add("Interlude", 1, 0.6, true);
    add("3. Home", 12000, 1, true);
    add("About the Author", 1500, 0.2, true);
    return narration;
}

void require(bool lawful) {
    if (!lawful) std::abort();
}

void check_timeline(const AudioTimeline& timeline) {
    double end = 0;
    for (const auto& chapter : timeline.chapters()) {
        require(chapter.start == end && chapter.end > chapter.start);
        end = chapter.end;
    }
    require(end == timeline.duration());
}

void check_alignment(const Alignment& alignment, std::uint32_t length, double duration) {
    double before = 0;
    for (std::uint32_t at = 0; at <= length; at += 97) {
        const double seconds = alignment.seconds_at({at}).seconds;
        require(seconds >= before && seconds <= duration);
        require(alignment.offset_at(seconds).offset.value == at);
        before = seconds;
    }
    const auto stored =
        koshelf::core::audio::deserialise_alignment(koshelf::core::audio::serialise(alignment));
    require(stored && stored->knots().size() == alignment.knots().size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Narration book = small_book();
    const auto raw = koshelf::abs::parse_item({reinterpret_cast<const char*>(data), size});
    if (!raw) return 0;
    const auto timeline = AudioTimeline::make(*raw);
    if (!timeline) return 0;
    check_timeline(*timeline);
    check_alignment(koshelf::core::audio::align(book, *timeline), book.end().value, timeline->duration());
    return 0;
}
