#include "library/book_build.h"

#include <gtest/gtest.h>

#include "library/outage.h"

namespace koshelf::library {
namespace {

TEST(BookBuild, AnOutcomeSurvivesThePipe) {
    const BuildOutcome outcome{.map = std::string("a\0b:\n", 5),
                               .error = "",
                               .lasting = true,
                               .alignments = {{.bytes = "12:", .confidence = 0.5, .error = ""},
                                              {.bytes = "", .confidence = 0, .error = "no-audio"}},
                               .bytes = 1ULL << 40U,
                               .fetches = 3};
    EXPECT_EQ(outcome_from(to_text(outcome)), outcome);
    EXPECT_EQ(outcome_from(to_text(BuildOutcome{})), BuildOutcome{});
}

TEST(BookBuild, OtherTextIsNoOutcome) {
    const std::string text = to_text(BuildOutcome{.map = "map"});
    for (std::size_t length = 1; length < text.size(); ++length)
        EXPECT_FALSE(outcome_from(text.substr(0, length))) << length;
    EXPECT_FALSE(outcome_from(""));
    EXPECT_FALSE(outcome_from("5:abc"));
    EXPECT_FALSE(outcome_from("-1:"));
    EXPECT_FALSE(outcome_from("99999999999999999999:x"));
}

TEST(BookBuild, AFailedSourceIsNoFaultOfTheBook) {
    reading::RangeSource silent(
        100,
        [](abs::ByteRange) -> tl::expected<abs::EbookBytes, abs::AbsError> {
            return tl::unexpected(abs::AbsError{abs::AbsErrorKind::kTimeout, "no answer in time", {}});
        },
        {});
    const auto outcome = build_from(silent, "book.epub", {}, 1);
    EXPECT_FALSE(outcome.error.empty());
    EXPECT_FALSE(outcome.lasting);
    reading::RangeSource gone(
        100,
        [](abs::ByteRange) -> tl::expected<abs::EbookBytes, abs::AbsError> {
            return tl::unexpected(abs::AbsError{abs::AbsErrorKind::kNotFound, "not found", {}});
        },
        {});
    EXPECT_TRUE(build_from(gone, "book.epub", {}, 1).lasting);
}

TEST(BookBuild, WhatIsNoBookIsSoForGood) {
    reading::RangeSource junk(4,
                              [](abs::ByteRange) -> tl::expected<abs::EbookBytes, abs::AbsError> {
                                  return abs::EbookBytes{"junk", 4};
                              },
                              {.whole_below = 100});
    const auto outcome = build_from(junk, "book.epub", {}, 1);
    EXPECT_TRUE(outcome.lasting);
    EXPECT_EQ(outcome.error, "The e-book is not an EPUB, or is damaged.");
}

TEST(Outage, PausesGrowWhileNobodyAnswersAndEndWithAnAnswer) {
    const abs::AbsError silence{abs::AbsErrorKind::kTimeout, "", {}};
    Outage outage;
    EXPECT_TRUE(outage.over(0));
    outage.note(silence, 1000);
    EXPECT_FALSE(outage.over(2999));
    EXPECT_TRUE(outage.over(3000));
    outage.note(silence, 3000);
    EXPECT_FALSE(outage.over(6999));
    for (int i = 0; i < 20; ++i) outage.note(silence, 10'000);
    EXPECT_TRUE(outage.over(70'000));
    outage.note_answer();
    outage.note({abs::AbsErrorKind::kServerError, "", {}}, 70'000);
    EXPECT_TRUE(outage.over(70'000));
    outage.note({abs::AbsErrorKind::kRateLimited, "", std::chrono::milliseconds(600'000)}, 70'000);
    EXPECT_FALSE(outage.over(669'999));
}

}  // namespace
}  // namespace koshelf::library
