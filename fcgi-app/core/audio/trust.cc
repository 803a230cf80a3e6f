#include "core/audio/trust.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/audio/words.h"

namespace koshelf::core::audio {
namespace {

struct LanguageName {
    std::string_view name;
    std::string_view code;
};

constexpr auto kLanguages = std::to_array<LanguageName>({
    {"english", "en"},    {"eng", "en"},        {"german", "de"},    {"deutsch", "de"}, {"ger", "de"},
    {"deu", "de"},        {"french", "fr"},     {"francais", "fr"},  {"fre", "fr"},     {"fra", "fr"},
    {"spanish", "es"},    {"espanol", "es"},    {"spa", "es"},       {"italian", "it"}, {"italiano", "it"},
    {"ita", "it"},        {"portuguese", "pt"}, {"portugues", "pt"}, {"por", "pt"},     {"dutch", "nl"},
    {"nederlands", "nl"}, {"dut", "nl"},        {"nld", "nl"},       {"russian", "ru"}, {"русский", "ru"},
    {"rus", "ru"},        {"polish", "pl"},     {"polski", "pl"},    {"pol", "pl"},     {"swedish", "sv"},
    {"svenska", "sv"},    {"swe", "sv"},        {"danish", "da"},    {"dansk", "da"},   {"dan", "da"},
    {"norwegian", "no"},  {"norsk", "no"},      {"nor", "no"},       {"nb", "no"},      {"nn", "no"},
    {"finnish", "fi"},    {"suomi", "fi"},      {"fin", "fi"},       {"czech", "cs"},   {"ces", "cs"},
    {"cze", "cs"},        {"hungarian", "hu"},  {"magyar", "hu"},    {"hun", "hu"},     {"japanese", "ja"},
    {"jpn", "ja"},        {"chinese", "zh"},    {"zho", "zh"},       {"chi", "zh"},     {"korean", "ko"},
    {"kor", "ko"},        {"turkish", "tr"},    {"turkce", "tr"},    {"tur", "tr"},     {"ukrainian", "uk"},
    {"ukr", "uk"},
});

std::string language_code(std::string_view language) {
    const std::vector<Word> words = words_of(language);
    if (words.empty() || words.front().text == "und" || words.front().text == "mul") return {};
    for (const auto& [name, code] : kLanguages) {
        if (name == words.front().text) return std::string(code);
    }
    return words.front().text.size() == 2 ? words.front().text : std::string();
}

bool is_body(const Stretch& stretch) {
    return stretch.kind == StretchKind::kMatched || stretch.kind == StretchKind::kLine;
}

double seconds_of(const Stretch& stretch) {
    return stretch.end_seconds - stretch.start_seconds;
}

double spoken_of(const Narration& narration, const Stretch& stretch) {
    double spoken = 0;
    for (std::size_t i = stretch.section_begin; i < stretch.section_end; ++i) {
        const NarrationSection& section = narration.sections[i];
        if (section.narrated >= 0.5) spoken += section.spoken;
    }
    return spoken;
}

// Seconds whose being read or not is in doubt, as a standard deviation.
double doubt_of(const Narration& narration, const Stretch& stretch, const Pace& pace) {
    double variance = 0;
    for (std::size_t i = stretch.section_begin; i < stretch.section_end; ++i) {
        const NarrationSection& section = narration.sections[i];
        const double seconds = section.spoken / pace.rate;
        variance += section.narrated * (1 - section.narrated) * seconds * seconds;
    }
    return std::sqrt(variance);
}

// Measured on real narrations: a position between two known borders is off by a part that grows like the
// square root of their distance (pauses, dialogue) and one that grows with it (the pace drifts).
double interpolation_deviation(double seconds) {
    return 0.3 * std::sqrt(seconds) + 0.004 * seconds;
}

double deviation_of(const Narration& narration, const Stretch& stretch, const Pace& pace,
                    std::size_t calibrations) {
    const double seconds = seconds_of(stretch);
    const double free_run =
        stretch.kind == StretchKind::kLine ? seconds / (1.0 + static_cast<double>(calibrations)) : seconds;
    const double excess = std::max(0.0, pace.spread * pace.spread - 0.05 * 0.05);
    double misfit = 0;
    double inner_borders = 0;
    if (stretch.kind == StretchKind::kMatched) {
        const auto headings = static_cast<double>(stretch.section_end - stretch.section_begin);
        // Chapters that share a mark each keep their own pace.
        if (headings > 1) inner_borders = 0.5 * pace.spread * seconds / std::sqrt(headings);
        const double expected = pace.seconds(spoken_of(narration, stretch), headings);
        misfit = expected > 0 ? std::max(0.0, std::abs(std::log(seconds / expected)) - 0.1) : 1.0;
    }
    const double parts[] = {interpolation_deviation(free_run), inner_borders,
                            doubt_of(narration, stretch, pace), 0.5 * std::sqrt(excess) * free_run,
                            0.35 * std::min(misfit, 1.0) * free_run};
    double variance = 0;
    for (const double part : parts) variance += part * part;
    return std::sqrt(variance);
}

double within_a_minute(double deviation) {
    return std::erf(60 / (std::max(deviation, 1.0) * std::sqrt(2.0)));
}

// Share of text and audio that ought to have a counterpart and has none.
double unmatched_share(std::span<const Stretch> stretches, const Narration& narration) {
    double text = 0;
    double lost_text = 0;
    double audio = 0;
    double lost_audio = 0;
    for (const Stretch& stretch : stretches) {
        const double spoken = spoken_of(narration, stretch);
        const double seconds = seconds_of(stretch);
        text += spoken;
        audio += seconds;
        if (is_body(stretch)) continue;
        if (stretch.kind != StretchKind::kSkippedAudio) lost_text += spoken;
        // Credits and bonus material of a few minutes are common.
        if (stretch.kind != StretchKind::kSkippedText && seconds > 300) lost_audio += seconds;
    }
    return std::max(text > 0 ? lost_text / text : 1.0, audio > 0 ? lost_audio / audio : 1.0);
}

// Titles that have words on both sides and yet share none: another language, or another book.
double title_trust(std::span<const Stretch> stretches, const TitleEvidence* titles) {
    if (titles == nullptr) return 1;
    double sum = 0;
    int count = 0;
    for (const Stretch& stretch : stretches) {
        if (stretch.kind != StretchKind::kMatched || stretch.chapter_end - stretch.chapter_begin != 1)
            continue;
        if (stretch.section_end - stretch.section_begin != 1) continue;
        const double likeness = titles->word_likeness(stretch.section_begin, stretch.chapter_begin);
        if (likeness < 0) continue;
        sum += likeness;
        ++count;
    }
    if (count < 3) return 1;
    return std::clamp(0.4 + 2 * sum / count, 0.4, 1.0);
}

}  // namespace

bool languages_differ(std::string_view text, std::string_view audio) {
    const std::string a = language_code(text);
    const std::string b = language_code(audio);
    return !a.empty() && !b.empty() && a != b;
}

void assess(std::vector<Stretch>& stretches, const Narration& narration, const AudioTimeline& timeline,
            const Pace& pace, const TitleEvidence* titles, std::size_t calibrations) {
    double trust = rate_plausibility(pace.rate) * title_trust(stretches, titles);
    // One narrator's chapters differ by 3 to 5 %, several narrators' by a little more.
    trust *= std::exp(-std::max(0.0, pace.spread - 0.06) / 0.05);
    trust *= std::max(0.2, 1 - 1.5 * std::max(0.0, unmatched_share(stretches, narration) - 0.05));
    if (languages_differ(narration.language, timeline.language())) trust *= 0.4;
    for (Stretch& stretch : stretches) {
        stretch.deviation = deviation_of(narration, stretch, pace, calibrations);
        switch (stretch.kind) {
            case StretchKind::kMatched:
            case StretchKind::kLine: stretch.confidence *= trust * within_a_minute(stretch.deviation); break;
            case StretchKind::kUnmatched:
                stretch.deviation = std::max(stretch.deviation, 0.3 * seconds_of(stretch));
                stretch.confidence = 0.5 * trust * within_a_minute(stretch.deviation);
                break;
            case StretchKind::kSkippedText:
            case StretchKind::kSkippedAudio: stretch.confidence *= trust; break;
        }
    }
}

void confirm(Stretch& stretch, std::size_t calibrations) {
    if (calibrations == 0) return;
    const auto count = static_cast<double>(calibrations);
    if (stretch.kind == StretchKind::kSkippedText) stretch.kind = StretchKind::kLine;
    // What stood against it apart from its length: doubt about the correspondence.
    const double believed = std::min(1.0, stretch.confidence / within_a_minute(stretch.deviation));
    // Half of what deviation_of() sums up grows with the square root of a run, half with the run.
    stretch.deviation /= std::sqrt(1 + count);
    stretch.confidence = (1 - (1 - believed) / (1 + count)) * within_a_minute(stretch.deviation);
}

}  // namespace koshelf::core::audio
