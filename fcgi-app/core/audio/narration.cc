#include "core/audio/narration.h"

#include <algorithm>
#include <string_view>

#include "core/audio/spoken_length.h"
#include "core/audio/words.h"
#include "core/utf8.h"

namespace koshelf::core::audio {
namespace {

// Spoken units a character, blanks and punctuation included, where the text is not at hand.
constexpr double kSpokenPerCharacter = 0.93;
constexpr text::TextLength kMarkDistance = 1000;

std::vector<NarrationSection> bare_sections(const text::TextMap& map) {
    std::vector<NarrationSection> sections;
    const bool toc = std::any_of(map.sections().begin(), map.sections().end(),
                                 [](const text::Section& section) { return section.from_toc; });
    for (const text::Section& source : map.sections()) {
        if (source.length == 0) continue;
        NarrationSection section;
        section.title = source.title;
        section.parent = source.parent;
        section.begin = source.start;
        section.end = {source.start.value + source.length};
        section.heading_end = section.begin;
        section.spoken = kSpokenPerCharacter * source.length;
        section.narrated = std::clamp(static_cast<double>(source.narrated), 0.0, 1.0);
        // A file that the table of contents passes over goes on with the chapter before it.
        const bool passed_over = toc && !source.from_toc && source.title.empty();
        section.starts_chapter = sections.empty() || !passed_over || sections.back().narrated < 0.5;
        sections.push_back(std::move(section));
    }
    return sections;
}

// Code points at the start of `text` that spell `title`, whatever lies between the letters; 0 if they do not.
text::TextLength heading_length(std::string_view text, std::string_view title) {
    std::string wanted;
    for (const Word& word : words_of(title)) wanted += word.text;
    std::string seen;
    text::TextLength characters = 0;
    std::size_t at = 0;
    while (at < text.size() && !wanted.empty()) {
        const unsigned length = std::max(1U, utf8_length(text.substr(at)));
        for (const Word& word : words_of(text.substr(at, length))) seen += word.text;
        at += length;
        ++characters;
        if (seen == wanted) return characters;
        if (!wanted.starts_with(seen)) return 0;
    }
    return 0;
}

void measure(NarrationSection& section, const text::BookText& text) {
    const text::TextLength length = section.end.value - section.begin.value;
    const std::string_view opening = text.slice(section.begin, std::min<text::TextLength>(length, 300));
    section.heading_end.value = section.begin.value + heading_length(opening, section.title);
    section.spoken = 0;
    for (text::TextLength from = 0; from < length; from += kMarkDistance) {
        const text::TextOffset at{section.begin.value + from};
        if (from > 0) section.marks.push_back({at, section.spoken});
        const text::TextLength count = std::min(kMarkDistance, length - from);
        section.spoken += spoken_length(text.slice(at, count));
        // The pause before the first paragraph is the chapter's own.
        const text::TextLength skipped = from == 0 ? 1 : 0;
        section.spoken +=
            kParagraphPause * static_cast<double>(text.blocks_in({at.value + skipped}, count - skipped));
    }
}

}  // namespace

Narration narration_of(const text::TextMap& map) {
    return {bare_sections(map), map.identity().language};
}

Narration narration_of(const text::TextMap& map, const text::BookText& text) {
    Narration narration = narration_of(map);
    for (NarrationSection& section : narration.sections) measure(section, text);
    return narration;
}

}  // namespace koshelf::core::audio
