#include "core/bridge/suggestion.h"

#include <array>
#include <string>

#include <gmock/gmock.h>

#include "core/bridge/book_name.h"

namespace koshelf::core::bridge {
namespace {

constexpr double kSure = 0.8;
constexpr double kDoubtful = 0.5;

double score(const DocumentName& document, const ItemName& item) {
    return compare(document, item).score;
}

double titles(std::string a, std::string b) {
    return score({.title = std::move(a), .authors = "Jane Doe", .filename = {}},
                 {.title = std::move(b), .authors = "Jane Doe"});
}

double file(std::string name, const ItemName& item) {
    return score({.title = {}, .authors = {}, .filename = std::move(name)}, item);
}

const ItemName kTimeMachine{"The Time Machine", "H. G. Wells"};

TEST(Suggestion, OneBookIsItself) {
    const auto likeness =
        compare({.title = "The Time Machine", .authors = "H. G. Wells", .filename = {}}, kTimeMachine);
    EXPECT_DOUBLE_EQ(likeness.score, 1);
    EXPECT_THAT(likeness.reasons, testing::ElementsAre("the same title", "the same author"));
}

TEST(Suggestion, CaseArticlesPunctuationAndDiacriticsDoNotCount) {
    EXPECT_GT(titles("the time machine", "Time Machine, The"), kSure);
    EXPECT_GT(titles("Les Mis\u00E9rables", "LES MISERABLES"), kSure);
    EXPECT_GT(titles("Les Mise\u0301rables", "Les Mis\u00E9rables"), kSure);
    EXPECT_GT(titles("Alice\u2019s Adventures in Wonderland", "Alice's adventures in Wonderland"), kSure);
    EXPECT_GT(titles("Der Proze\u00DF", "Prozess"), kSure);
}

TEST(Suggestion, ASubtitleMayBeMissing) {
    EXPECT_GT(titles("Frankenstein", "Frankenstein: Or, The Modern Prometheus"), kSure);
    EXPECT_GT(titles("Sapiens - A Brief History of Humankind", "Sapiens"), kSure);
    EXPECT_GT(titles("Dune (Unabridged)", "Dune"), kSure);
    EXPECT_GT(titles("The Expanse: Leviathan Wakes", "Leviathan Wakes"), 0.75);
}

TEST(Suggestion, TheSameSeriesIsNotTheSameBook) {
    EXPECT_LT(titles("Star Wars: Thrawn", "Star Wars: Ahsoka"), 0.7);
    EXPECT_LT(titles("Dune", "Dune Messiah"), 0.7);
    EXPECT_LT(titles("Children of Dune", "Children of Time"), 0.7);
    EXPECT_LT(titles("Harry Potter and the Chamber of Secrets", "Harry Potter and the Goblet of Fire"),
              kSure);
}

TEST(Suggestion, AnotherVolumeIsAnotherBook) {
    EXPECT_LT(titles("Foundation, Book 2", "Foundation, Book 3"), 0.3);
    EXPECT_LT(titles("Foundation Vol. II", "Foundation Vol. III"), 0.3);
    EXPECT_LT(titles("Mistborn 1", "Mistborn 2"), 0.3);
    EXPECT_GT(titles("Foundation Vol. II", "Foundation (Book 2)"), kSure);
    EXPECT_GT(titles("Leviathan Wakes (The Expanse, #1)", "Leviathan Wakes"), kSure);
}

TEST(Suggestion, NumbersThatAreTitlesStay) {
    EXPECT_GT(titles("1984", "1984"), kSure);
    EXPECT_LT(titles("1984", "2001"), 0.3);
    EXPECT_GT(titles("Catch-22", "Catch 22"), kSure);
    EXPECT_GT(titles("2001: A Space Odyssey", "2001"), kSure);
}

TEST(Suggestion, AuthorsAreWrittenInManyWays) {
    for (const std::string authors :
         {"Wells, H. G.", "H.G. Wells", "Herbert George Wells", "wells", "H. G. Wells; A. Translator"})
        EXPECT_GT(score({.title = "The Time Machine", .authors = authors, .filename = {}}, kTimeMachine),
                  kSure)
            << authors;
    EXPECT_GT(score({.title = "The Idiot", .authors = "Fyodor Dostoyevsky", .filename = {}},
                    {"The Idiot", "Fyodor Dostoevsky"}),
              kSure);
}

TEST(Suggestion, AnotherAuthorMakesItDoubtful) {
    EXPECT_LT(score({.title = "The Stand-In", .authors = "Lily Chu", .filename = {}},
                    {"The Stand-In", "Stephen Jones"}),
              kDoubtful);
    EXPECT_LT(score({.title = "Selected Poems", .authors = "Emily Dickinson", .filename = {}},
                    {"Selected Poems", "W. H. Auden"}),
              kDoubtful);
}

TEST(Suggestion, AnAuthorInAnotherScriptIsNoOther) {
    EXPECT_GT(score({.title = "Solaris",
                     .authors = "\u0421\u0442\u0430\u043D\u0438\u0441\u043B\u0430\u0432 \u041B\u0435\u043C",
                     .filename = {}},
                    {"Solaris", "Stanis\u0142aw Lem"}),
              kSure);
}

TEST(Suggestion, FileNamesTellAuthorAndTitle) {
    for (const std::string name :
         {"H. G. Wells - The Time Machine.epub", "The Time Machine - H. G. Wells.epub",
          "Wells, H.G. - The Time Machine (1895) [retail].kepub.epub", "The_Time_Machine.epub",
          "The.Time.Machine.epub", "the time machine by H. G. Wells.EPUB",
          "/mnt/onboard/Wells/The Time Machine.epub"})
        EXPECT_GT(file(name, kTimeMachine), kSure) << name;
    EXPECT_GT(file("James S. A. Corey - The Expanse 01 - Leviathan Wakes.epub",
                   {"Leviathan Wakes", "James S. A. Corey"}),
              0.7);
    EXPECT_LT(file("James S. A. Corey - The Expanse 02 - Caliban's War.epub",
                   {"Leviathan Wakes", "James S. A. Corey"}),
              kDoubtful);
}

TEST(Suggestion, AFileNameDoesNotCountBesideATitle) {
    EXPECT_LT(
        score({.title = "War and Peace", .authors = {}, .filename = "The Time Machine.epub"}, kTimeMachine),
        0.2);
}

TEST(Suggestion, NothingIsLikeNothing) {
    for (const std::string text : {"", "   ", "---", "\xFF\xFE", "()"}) {
        EXPECT_LT(titles(text, "The Time Machine"), 0.1) << text;
        EXPECT_LT(titles(text, text), 0.1) << text;
        EXPECT_LT(file(text, kTimeMachine), 0.1) << text;
    }
    EXPECT_LT(file(".epub", kTimeMachine), 0.1);
}

TEST(Suggestion, LongAndStrangeNamesAreTakenCalmly) {
    const std::string huge = std::string(100'000, 'x') + " - " + std::string(100'000, '(');
    EXPECT_LE(titles(huge, huge), 1);
    EXPECT_LE(file(huge, {huge, huge}), 1);
    EXPECT_LE(titles("book 99999999999999999999", "Vol. 4294967297"), 1);
}

TEST(Suggestion, TheBestComesFirstAndTheHopelessNotAtAll) {
    const std::array<ItemName, 4> items = {ItemName{"The War of the Worlds", "H. G. Wells"},
                                           ItemName{"The Time Machine: An Invention", "H. G. Wells"},
                                           kTimeMachine, ItemName{"Cooking for One", "A. Cook"}};
    const auto found =
        suggest({.title = "The Time Machine", .authors = "H. G. Wells", .filename = {}}, items, 5);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].item, 2U);
    EXPECT_EQ(found[1].item, 1U);
    EXPECT_EQ(suggest({.title = "The Time Machine", .authors = {}, .filename = {}}, items, 1).size(), 1U);
}

std::optional<std::size_t> certain_of(std::vector<Rated> rated) {
    return certain(rated);
}

TEST(Suggestion, IsCertainIfItIsLikelyEnoughAndAlone) {
    EXPECT_EQ(certain_of({{0.95, true}}), 0U);
    EXPECT_EQ(certain_of({{0.95, false}, {0.7, true}}), 0U);
    EXPECT_EQ(certain_of({}), std::nullopt);
    EXPECT_EQ(certain_of({{0.79, true}}), std::nullopt);
}

TEST(Suggestion, OfTwoThatAreAlikeSomebodyHasToChoose) {
    EXPECT_EQ(certain_of({{1, true}, {0.95, true}}), std::nullopt);
    EXPECT_EQ(certain_of({{1, false}, {0.95, false}}), std::nullopt);
}

TEST(Suggestion, OfAnEbookAndItsAudiobookItIsTheAudiobook) {
    EXPECT_EQ(certain_of({{1, false}, {0.95, true}, {0.92, false}}), 1U);
    EXPECT_EQ(certain_of({{0.85, false}, {0.78, true}}), std::nullopt);
}

}  // namespace
}  // namespace koshelf::core::bridge
