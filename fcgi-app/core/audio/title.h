// What a chapter title says, whoever wrote it: a publisher in a table of contents or a ripper in an audio
// tag.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace koshelf::core::audio {

// What a number counts. kOther: a unit of the book's own (letter, act, stave …), named in
// TitleNumber::unit_word.
enum class TitleUnit { kUnknown, kChapter, kPart, kFile, kOther };

struct TitleNumber {
    TitleUnit unit = TitleUnit::kUnknown;
    std::string unit_word;
    int value = 0;
};

// kOpening, kClosing: what an audiobook adds to its book (credits, intro, outro). kPlain: anything else.
enum class TitleRole { kPlain, kOpening, kClosing };

struct TitleFacts {
    TitleRole role = TitleRole::kPlain;
    std::vector<TitleNumber> numbers;  // outermost first: "Part 2, Chapter 3"
    std::vector<std::string> words;    // folded; without numbers, their units and articles
};

// "Chapter 12: The Sea", "XII. The Sea", "12 - The Sea", "Kapitel Zwölf", "第十二章", "Track 07", "End
// Credits".
[[nodiscard]] TitleFacts read_title(std::string_view title);

// Compares the titles of one book with those of its audiobook. Words count by how much they tell these titles
// apart: the book's own name in every tag tells nothing.
class TitleEvidence {
  public:
    TitleEvidence(std::span<const TitleFacts> text, std::span<const TitleFacts> audio);

    // Log of the odds (nats) that text title `i` and audio title `j` name the same thing: 0 where they say
    // nothing about it, positive where they agree, negative where they contradict each other.
    [[nodiscard]] double log_odds(std::size_t i, std::size_t j) const;

    // Likeness of their distinctive words, 0..1; negative if either has none.
    [[nodiscard]] double word_likeness(std::size_t i, std::size_t j) const;

  private:
    struct WeighedWord {
        std::string text;
        double weight;
    };
    struct Entry {
        const TitleFacts* facts;
        std::vector<WeighedWord> words;
        double weight = 0;  // of all words
    };

    static std::vector<Entry> weigh(std::span<const TitleFacts> titles);

    std::vector<Entry> text_;
    std::vector<Entry> audio_;
};

}  // namespace koshelf::core::audio
