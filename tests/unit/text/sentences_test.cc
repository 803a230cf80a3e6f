#include "core/text/sentences.h"

#include <cstdio>
#include <filesystem>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "core/text/book.h"
#include "core/text/folding.h"
#include "core/text/stored_text.h"
#include "core/utf8.h"
#include "ctl/align_truth.h"
#include "golden.h"

namespace koshelf::core::text {
namespace {

using ::testing::ElementsAre;

BookText text_of(const std::vector<std::string>& blocks) {
    BookText text;
    for (const std::string& block : blocks) {
        text.begin_block();
        text.append(block);
    }
    return text;
}

std::vector<std::string> cut(const std::vector<std::string>& blocks) {
    const BookText text = text_of(blocks);
    std::vector<std::string> words;
    for (const Sentence& sentence : sentences_of(text))
        words.emplace_back(text.slice(sentence.offset, sentence.length));
    return words;
}

std::vector<std::string> cut(const std::string& block) {
    return cut(std::vector{block});
}

TEST(Sentences, EndWithAFullStopABlankAndWhatIsNoSmallLetter) {
    EXPECT_THAT(cut("One. Two!  Three? 4 is. \u00C9t\u00E9. "),
                ElementsAre("One.", "Two!", "Three?", "4 is.", "\u00C9t\u00E9."));
    EXPECT_THAT(cut("He paid 3.50 for it... and left. Yes?! No."),
                ElementsAre("He paid 3.50 for it... and left.", "Yes?!", "No."));
    EXPECT_THAT(cut("Well . . . it was. Or . . . Not."),
                ElementsAre("Well . . . it was.", "Or . . .", "Not."));
    EXPECT_THAT(cut("no stop at all"), ElementsAre("no stop at all"));
    EXPECT_THAT(cut(""), ElementsAre());
    EXPECT_THAT(cut("   "), ElementsAre());
}

TEST(Sentences, TakeTheirQuotesAlong) {
    EXPECT_THAT(cut("\u201CWhat?\u201D he said. \u201CGo!\u201D She went."),
                ElementsAre("\u201CWhat?\u201D he said.", "\u201CGo!\u201D", "She went."));
    EXPECT_THAT(cut("\"Go.\" 'Why?' (It was late.) \u2014 Then \u00ABoui.\u00BB Bien."),
                ElementsAre("\"Go.\"", "'Why?'", "(It was late.)", "\u2014 Then \u00ABoui.\u00BB", "Bien."));
    EXPECT_THAT(cut("'Stop!' \u2014 he cried."), ElementsAre("'Stop!' \u2014 he cried."));
}

TEST(Sentences, DoNotEndWithAnAbbreviationAnInitialOrANumber) {
    EXPECT_THAT(cut("Mr. Filby and Dr. Who met H. G. Wells in St. Ives. Good."),
                ElementsAre("Mr. Filby and Dr. Who met H. G. Wells in St. Ives.", "Good."));
    EXPECT_THAT(cut("See p. 12, vol. 3 and cf. Smith, e.g. Tom. End."),
                ElementsAre("See p. 12, vol. 3 and cf. Smith, e.g. Tom.", "End."));
    EXPECT_THAT(cut("12. The Sea. IV. The Land. It was 1984. War came."),
                ElementsAre("12. The Sea.", "IV. The Land.", "It was 1984.", "War came."));
    EXPECT_THAT(cut("It was I. He left at 5 p.m. Nobody saw."),
                ElementsAre("It was I.", "He left at 5 p.m.", "Nobody saw."));
    EXPECT_THAT(cut("Das ist z.B. Hr. Meier usw. und so fort. Ja."),
                ElementsAre("Das ist z.B. Hr. Meier usw. und so fort.", "Ja."));
    EXPECT_THAT(
        cut("C'est \u00E7a. Il dit non. Han satte sig. Derefter gik hon ud. Slut."),
        ElementsAre("C'est \u00E7a.", "Il dit non.", "Han satte sig.", "Derefter gik hon ud.", "Slut."));
    EXPECT_THAT(cut("\u041E\u043D \u0441\u043A\u0430\u0437\u0430\u043B \u0438\u043C. \u0421\u043C. "
                    "\u0441\u0442\u0440. 5. "
                    "\u0414\u0430."),
                ElementsAre("\u041E\u043D \u0441\u043A\u0430\u0437\u0430\u043B \u0438\u043C.",
                            "\u0421\u043C. \u0441\u0442\u0440. 5.", "\u0414\u0430."));
}

TEST(Sentences, OfOtherScriptsEndTheirOwnWay) {
    EXPECT_THAT(
        cut("\u6625\u304C\u6765\u305F\u3002\u5BD2\u3044\uFF01\u300C\u884C\u304F\u3002\u300D\u3068\u8A00"
            "\u3063\u305F\u3002\u300C\u3048\uFF1F\u300D\u300C\u3046\u3093\u3002\u300D"),
        ElementsAre("\u6625\u304C\u6765\u305F\u3002", "\u5BD2\u3044\uFF01",
                    "\u300C\u884C\u304F\u3002\u300D\u3068\u8A00\u3063\u305F\u3002",
                    "\u300C\u3048\uFF1F\u300D", "\u300C\u3046\u3093\u3002\u300D"));
    EXPECT_THAT(cut("\u092F\u0939 \u0939\u0948\u0964 \u0935\u0939 \u0939\u0948\u0964"),
                ElementsAre("\u092F\u0939 \u0939\u0948\u0964", "\u0935\u0939 \u0939\u0948\u0964"));
    EXPECT_THAT(cut("\u0645\u0646 \u0623\u0646\u062A\u061F \u0623\u0646\u0627."),
                ElementsAre("\u0645\u0646 \u0623\u0646\u062A\u061F", "\u0623\u0646\u0627."));
}

TEST(Sentences, EndWithTheirParagraph) {
    const BookText text = text_of({"CHAPTER I", "A verse,", " and more", "", "End. Last"});
    const auto sentences = sentences_of(text);
    EXPECT_THAT(cut({"CHAPTER I", "A verse,", " and more", "", "End. Last"}),
                ElementsAre("CHAPTER I", "A verse,", "and more", "End.", "Last"));
    std::vector<bool> begins;
    for (const Sentence& sentence : sentences) begins.push_back(sentence.begins_block);
    EXPECT_THAT(begins, ElementsAre(true, true, true, true, false));
}

TEST(Sentences, OfEndlessTextAreCutWhereOnePauses) {
    std::string words;
    while (words.size() < 900) words += words.size() == 300 ? "pause; " : "word ";
    const auto pieces = cut(words);
    ASSERT_EQ(pieces.size(), 3U);
    EXPECT_TRUE(pieces[0].ends_with("pause;")) << pieces[0];
    EXPECT_TRUE(pieces[1].ends_with("word"));

    // Thai: no full stops, few blanks. Then nothing at all, with accents that must not part from their
    // letters.
    std::string thai;
    for (int i = 0; i < 100; ++i)
        thai += i % 10 == 9 ? "\u0E01\u0E34\u0E19 " : "\u0E01\u0E34\u0E19\u0E02\u0E49";
    for (const std::string& piece : cut(thai)) EXPECT_FALSE(piece.starts_with(' '));
    std::string accents;
    for (int i = 0; i < 1000; ++i) accents += "o\u0302";
    for (const std::string& piece : cut(accents)) EXPECT_TRUE(piece.starts_with('o'));
}

void expect_sound(const BookText& text) {
    TextLength last = 0;
    for (const Sentence& sentence : sentences_of(text)) {
        ASSERT_GE(sentence.offset.value, last);
        for (const char32_t c : code_points_of(text.slice({last}, sentence.offset.value - last)))
            ASSERT_TRUE(is_space(c)) << "between two sentences at " << last;
        ASSERT_GT(sentence.length, 0U);
        ASSERT_LE(sentence.length, kLongestSentence);
        last = sentence.offset.value + sentence.length;
        const auto own = code_points_of(text.slice(sentence.offset, sentence.length));
        ASSERT_FALSE(is_space(own.front()) || is_space(own.back()));
    }
    ASSERT_LE(last, text.length());
}

TEST(Sentences, HoldEverythingButBlanksWhateverTheText) {
    std::mt19937 random(7);
    constexpr std::u32string_view kSigns = U".!? \u3002\u201C\u201D'\"\u2014aA\u0301x1I,;()\u00A0\u0964";
    for (int round = 0; round < 300; ++round) {
        std::vector<std::string> blocks(1 + random() % 4);
        for (std::string& block : blocks) {
            for (std::size_t n = random() % 1500; n > 0; --n) {
                append_utf8(block, kSigns[random() % kSigns.size()]);
            }
        }
        expect_sound(text_of(blocks));
    }
    // Takes no time that grows with the square of a word's length.
    expect_sound(text_of({std::string(2'000'000, '.'), std::string(1'000'000, 'a') + ". B"}));
    std::string dotted;
    for (int i = 0; i < 500'000; ++i) dotted += "a.";
    expect_sound(text_of({dotted}));
}

// Every book of the golden data; of the narrated ones it is known where sentences begin.
TEST(Sentences, OfRealBooksBeginWhereANarratorBeginsThem) {
    std::size_t narrated = 0;
    std::size_t found = 0;
    for (const test::GoldenBook& golden : test::golden_books()) {
        const std::string bytes = test::read_file(golden.epub);
        MemorySource source(std::as_bytes(std::span(bytes)));
        const auto book = read_book(source, "");
        ASSERT_TRUE(book.has_value()) << golden.name;
        expect_sound(book->text);
        const auto truth = golden.epub.parent_path() / "truth.jsonl";
        if (!std::filesystem::exists(truth)) continue;
        std::set<TextLength> begins;
        for (const Sentence& sentence : sentences_of(book->text)) begins.insert(sentence.offset.value);
        const auto spoken = ctl::read_truth(test::read_file(truth), *book).value();
        narrated += spoken.size();
        for (const auto& each : spoken) found += begins.count(each.offset.value);
        std::printf("%-32s %zu sentences, %zu of a narrator's\n", golden.name.c_str(), begins.size(),
                    spoken.size());
    }
    const double share = static_cast<double>(found) / static_cast<double>(narrated);
    std::printf("%.1f %% of a narrator's sentences begin with one of ours\n", 100 * share);
    EXPECT_GT(share, 0.9);
}

}  // namespace
}  // namespace koshelf::core::text
