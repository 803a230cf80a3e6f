#include "made_book.h"

#include <utility>

namespace koshelf::core::audio::testing {

double Dice::roll() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state_ >> 11) / 9007199254740992.0;
}

Narration make_narration(const std::vector<MadeChapter>& chapters) {
    Narration narration;
    std::uint32_t at = 0;
    for (const MadeChapter& chapter : chapters) {
        NarrationSection section;
        section.title = chapter.title;
        section.parent = chapter.parent;
        section.begin = {at};
        at += chapter.characters;
        section.end = {at};
        section.heading_end = section.begin;
        section.spoken = chapter.characters;
        section.narrated = chapter.narrated;
        section.starts_chapter = chapter.starts_chapter;
        narration.sections.push_back(std::move(section));
    }
    return narration;
}

std::vector<Reading> read_aloud(const std::vector<MadeChapter>& chapters, const Narrator& narrator,
                                double opening) {
    Dice dice(narrator.seed);
    std::vector<Reading> reading;
    double at = opening;
    for (const MadeChapter& chapter : chapters) {
        const double uneven = 1 + narrator.unevenness * 1.7 * (2 * dice.roll() - 1);
        double length = 0;
        if (chapter.narrated >= 0.5) {
            const double lead_in = chapter.starts_chapter ? narrator.lead_in : 0;
            length = lead_in + chapter.characters / narrator.rate * uneven;
        }
        reading.push_back({at, at + length});
        at += length;
    }
    return reading;
}

RawAudiobook record(const std::vector<MadeChapter>& chapters, const std::vector<Reading>& reading,
                    double opening, double closing) {
    RawAudiobook book;
    if (opening > 0) book.chapters.push_back({0, opening, "Opening Credits"});
    double end = opening;
    for (std::size_t i = 0; i < chapters.size(); ++i) {
        if (reading[i].end <= reading[i].start) continue;
        book.chapters.push_back({reading[i].start, reading[i].end, chapters[i].title});
        end = reading[i].end;
    }
    if (closing > 0) book.chapters.push_back({end, end + closing, "End Credits"});
    book.duration = end + closing;
    book.tracks.push_back({0, book.duration, "book.m4b"});
    return book;
}

std::vector<SpokenSentence> truth_of(const Narration& narration, const std::vector<Reading>& reading,
                                     const Narrator& narrator, int per_chapter) {
    std::vector<SpokenSentence> truth;
    for (std::size_t i = 0; i < reading.size(); ++i) {
        const double length = reading[i].end - reading[i].start;
        if (length <= 0) continue;
        const NarrationSection& section = narration.sections[i];
        const double lead_in = section.starts_chapter ? narrator.lead_in : 0;
        const double characters = section.end.value - section.begin.value;
        for (int k = 0; k < per_chapter; ++k) {
            const double share = (k + 0.5) / per_chapter;
            const auto offset = section.begin.value + static_cast<text::TextLength>(share * characters);
            truth.push_back(
                {{offset}, reading[i].start + lead_in + share * (length - lead_in), length / per_chapter});
        }
    }
    return truth;
}

std::vector<MadeChapter> made_chapters(std::size_t count, const std::string& prefix, unsigned seed) {
    Dice dice(seed);
    std::vector<MadeChapter> chapters;
    for (std::size_t i = 0; i < count; ++i) {
        const auto characters = static_cast<std::uint32_t>(6000 + 12000 * dice.roll());
        chapters.push_back({prefix + std::to_string(i + 1), characters});
    }
    return chapters;
}

}  // namespace koshelf::core::audio::testing
