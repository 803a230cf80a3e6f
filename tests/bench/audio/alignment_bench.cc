// How long an alignment takes for a novel of a million characters, and for absurdly many chapters; how long
// one conversion takes. Prints figures, judges nothing.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

#include <sys/resource.h>

#include "core/audio/aligner.h"
#include "core/audio/narration.h"
#include "core/audio/spoken_length.h"
#include "core/audio/timeline.h"

namespace {

using namespace koshelf::core::audio;

double milliseconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

// `count` chapters of varied length, a million characters in all.
Narration novel(std::size_t count) {
    Narration narration;
    std::uint32_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
        NarrationSection section;
        section.title =
            "Chapter " + std::to_string(i + 1) + ": The " + std::to_string(i * 7919 % 97) + "th Matter";
        section.begin = section.heading_end = {at};
        at += static_cast<std::uint32_t>(1'000'000 / count * (70 + i * 37 % 61) / 100);
        section.end = {at};
        section.spoken = section.end.value - section.begin.value;
        narration.sections.push_back(section);
    }
    return narration;
}

RawAudiobook recording(const Narration& narration, bool titled) {
    RawAudiobook audio;
    double at = 0;
    for (std::size_t i = 0; i < narration.sections.size(); ++i) {
        const double end =
            at + 5 + narration.sections[i].spoken / 12 * (0.97 + 0.01 * static_cast<double>(i * 31 % 7));
        audio.chapters.push_back(
            {at, end, titled ? narration.sections[i].title : "Track " + std::to_string(i + 1)});
        at = end;
    }
    audio.duration = at;
    return audio;
}

void measure_alignment(std::size_t count, bool titled) {
    const Narration narration = novel(count);
    const RawAudiobook audio = recording(narration, titled);
    const auto start = std::chrono::steady_clock::now();
    const auto timeline = AudioTimeline::make(audio);
    const Alignment alignment = align(narration, *timeline);
    std::printf("align %4zu x %-4zu %-8s %8.1f ms   method %s, confidence %.2f\n", count, count,
                titled ? "titled" : "tracks", milliseconds_since(start),
                std::string(to_string(alignment.method())).c_str(), alignment.confidence());
}

void measure_conversion() {
    const Narration narration = novel(60);
    const auto timeline = AudioTimeline::make(recording(narration, true));
    const Alignment alignment = align(narration, *timeline);
    constexpr int kTimes = 1'000'000;
    const std::uint32_t length = narration.end().value;
    double sum = 0;
    auto start = std::chrono::steady_clock::now();
    for (std::uint32_t i = 0; i < kTimes; ++i) sum += alignment.seconds_at({i * 7919 % length}).seconds;
    std::printf("text -> audio %8.3f us\n", milliseconds_since(start) * 1000 / kTimes);
    start = std::chrono::steady_clock::now();
    for (int i = 0; i < kTimes; ++i)
        sum += alignment.offset_at(i * timeline->duration() / kTimes).offset.value;
    std::printf("audio -> text %8.3f us   (%g)\n", milliseconds_since(start) * 1000 / kTimes, sum);
}

void measure_spoken_length() {
    std::string text;
    while (text.size() < 1'000'000)
        text += "It was a bright cold day in April, and the clocks struck 13 \u2014 twice. ";
    const auto start = std::chrono::steady_clock::now();
    const double spoken = spoken_length(text);
    std::printf("spoken length of 1 MB %8.1f ms   (%g)\n", milliseconds_since(start), spoken);
}

}  // namespace

int main() {
    measure_spoken_length();
    for (const std::size_t count : {std::size_t{2}, std::size_t{60}, std::size_t{300}, std::size_t{900}}) {
        measure_alignment(count, true);
        measure_alignment(count, false);
    }
    measure_conversion();
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("peak memory %ld MiB\n", usage.ru_maxrss / 1024);
}
