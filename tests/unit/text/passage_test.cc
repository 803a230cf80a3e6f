#include "core/text/passage.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "core/text/search.h"

namespace koshelf::core::text {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Two sentences in each of `count` paragraphs.
BookText made_text(int count) {
    BookText text;
    for (int i = 0; i < count; ++i) {
        text.begin_block();
        text.append("Caf\u00E9 number " + std::to_string(i) + " is open.  It\u2019s  \u201Cgood\u201D. ");
    }
    return text;
}

std::vector<TextLength> found(const std::string& query, const std::vector<Passage>& passages,
                              TextLength from = 0, std::size_t limit = 100) {
    const Search search(query);
    std::vector<TextLength> offsets;
    for (std::size_t i = 0; i < passages.size(); ++i) {
        const Passage* next = i + 1 < passages.size() ? &passages[i + 1] : nullptr;
        for (const TextOffset each : search.find_in(passages[i], next, {from}, limit))
            offsets.push_back(each.value);
    }
    return offsets;
}

TEST(Passages, TouchAndHoldWholeSentences) {
    const BookText text = made_text(100);
    const auto passages = passages_of(text, 500);
    const PassageIndex index = index_of(passages, text.length());
    EXPECT_GT(passages.size(), 5U);
    std::string all;
    std::vector<Sentence> sentences;
    for (std::size_t i = 0; i < passages.size(); ++i) {
        const Passage& passage = passages[i];
        all += passage.text;
        sentences.insert(sentences.end(), passage.sentences.begin(), passage.sentences.end());
        EXPECT_EQ(index.passage_of(passage.begin), i);
        EXPECT_EQ(index.passage_of({passage.begin.value + 200}), i);
        for (const Sentence& sentence : passage.sentences) {
            EXPECT_EQ(index.passage_of(sentence.offset), i);
            EXPECT_EQ(index.passage_of({sentence.offset.value + sentence.length - 1}), i);
        }
    }
    EXPECT_EQ(all, text.slice({0}, text.length()));
    EXPECT_EQ(sentences, sentences_of(text));
    EXPECT_EQ(index.passage_of({text.length() + 1000}), passages.size() - 1);
    EXPECT_THAT(passages_of(BookText{}, 500), IsEmpty());
}

TEST(Passages, KnowTheSentenceAtAPlace) {
    BookText text;
    text.append("  One.  Two  is. ");
    const auto passages = passages_of(text, 500);
    ASSERT_EQ(passages.size(), 1U);
    const Passage& passage = passages.front();
    ASSERT_EQ(passage.sentences.size(), 2U);
    EXPECT_EQ(passage.words(passage.sentences[0]), "One.");
    EXPECT_EQ(passage.words(passage.sentences[1]), "Two is.");
    EXPECT_EQ(sentence_at(passage, {0}), 0U);
    EXPECT_EQ(sentence_at(passage, {6}), 0U);
    EXPECT_EQ(sentence_at(passage, {8}), 1U);
    EXPECT_EQ(sentence_at(passage, {9000}), 1U);
}

TEST(Passages, SurviveTheirStoredForm) {
    const BookText text = made_text(30);
    const auto passages = passages_of(text, 500);
    for (const Passage& passage : passages)
        EXPECT_EQ(deserialise_passage(serialise(passage)).value(), passage);
    const PassageIndex index = index_of(passages, text.length());
    EXPECT_EQ(deserialise_passage_index(serialise(index)).value(), index);
    EXPECT_EQ(deserialise_passage_index(serialise(PassageIndex{})).value(), PassageIndex{});
}

TEST(Passages, RefuseOtherBytes) {
    const auto passages = passages_of(made_text(3), 500);
    const std::string bytes = serialise(passages[0]);
    for (std::size_t length = 0; length < bytes.size(); ++length)
        EXPECT_FALSE(deserialise_passage(bytes.substr(0, length))) << length;
    EXPECT_FALSE(deserialise_passage(bytes + "x"));
    const std::string index = serialise(index_of(passages, made_text(3).length()));
    EXPECT_FALSE(deserialise_passage_index(bytes));
    EXPECT_FALSE(deserialise_passage(index));
    for (std::size_t length = 0; length < index.size(); ++length)
        EXPECT_FALSE(deserialise_passage_index(index.substr(0, length))) << length;
}

TEST(Search, IgnoresCaseAccentsQuotesAndBlanks) {
    BookText text;
    text.append(
        "CAF\u00C9  no\u00EBl, \u00ABIt\u2019s\u00BB \u2014 Stra\u00DFe \uFB01sh e\u0301te\u0301 "
        "\u0391\u03B3\u03AC\u03C0\u03B7 \u0401\u043B\u043A\u0430 Ti\u1EBFng \uFF21\uFF22 co\u00ADop\u2026");
    const auto passages = passages_of(text, 500);
    for (const char* query :
         {"cafe noel", "Caf\u00E9\u00A0No\u00CBl", "\"it's\" - strasse", "FISH", "\u00E9t\u00E9", "ete",
          "\u03B1\u03B3\u03B1\u03C0\u03B7", "\u0435\u043B\u043A\u0430", "tieng", "ab", "coop...", "  coop "})
        EXPECT_EQ(found(query, passages).size(), 1U) << query;
    for (const char* query : {"cafenoel", "caf enoel", "", "   ", "\u0301"})
        EXPECT_THAT(found(query, passages), IsEmpty()) << query;
}

TEST(Search, SaysWhereInTheBookItIs) {
    BookText text;
    text.begin_block();
    text.append("\u00C9t\u00E9 one. ");
    text.begin_block();
    text.append("CHAPTER I");
    text.begin_block();
    text.append("The end");
    const auto passages = passages_of(text, 500);
    EXPECT_THAT(found("one", passages), ElementsAre(4));
    EXPECT_THAT(found("e", passages), ElementsAre(0, 2, 6, 14, 20, 22));
    EXPECT_THAT(found("chapter i the", passages), ElementsAre(9));
    EXPECT_THAT(found("chapter ithe", passages), IsEmpty());
    EXPECT_THAT(found("e", passages, 3, 2), ElementsAre(6, 14));
}

TEST(Search, GoesOnInTheNextPassage) {
    const BookText text = made_text(200);
    const auto many = passages_of(text, 300);
    const auto one = passages_of(text, 1'000'000);
    ASSERT_EQ(one.size(), 1U);
    for (const char* query : {"good\". cafe number", "cafe number 77 is", "It's \"good\"", "."})
        EXPECT_EQ(found(query, many, 0, 10'000), found(query, one, 0, 10'000)) << query;
    EXPECT_EQ(found("good\". cafe number", many).size(), 199U);
}

}  // namespace
}  // namespace koshelf::core::text
