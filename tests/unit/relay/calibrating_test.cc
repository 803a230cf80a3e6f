#include "relay/calibrating.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "core/text/structure.h"

namespace koshelf::relay {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Book book_of(const std::string& digest, core::text::TextLength length, double duration) {
    auto structure = std::make_shared<core::text::Structure>();
    structure->length = length;
    structure->identity.partial_md5 = digest;
    Book book;
    book.duration = duration;
    book.map = core::text::TextMap(std::move(structure));
    return book;
}

store::StoredCalibration said(std::uint32_t offset, double seconds) {
    return {
        .id = {}, .offset = offset, .seconds = seconds, .at = 1, .sentence = "s", .text = {}, .duration = 0};
}

// What there is after these were said, one after the other.
std::vector<store::StoredCalibration> after(const Book& book,
                                            const std::vector<std::pair<std::uint32_t, double>>& points) {
    std::vector<store::StoredCalibration> entries;
    for (const auto& [offset, seconds] : points) add_calibration(entries, said(offset, seconds), book, 7);
    return entries;
}

std::vector<std::uint32_t> offsets_of(const std::vector<store::StoredCalibration>& entries) {
    std::vector<std::uint32_t> offsets;
    for (const auto& entry : entries) offsets.push_back(entry.offset);
    return offsets;
}

TEST(Calibrating, WhatIsNewReplacesWhatItContradicts) {
    const Book book = book_of("d", 1000, 500);
    std::vector<store::StoredCalibration> entries;
    EXPECT_EQ(add_calibration(entries, said(100, 50), book, 7), 0U);
    EXPECT_EQ(add_calibration(entries, said(300, 150), book, 7), 0U);
    EXPECT_EQ(add_calibration(entries, said(200, 160), book, 7), 1U);
    EXPECT_THAT(offsets_of(entries), ElementsAre(100, 200));
    EXPECT_EQ(entries[0].id, "7");
    EXPECT_EQ(entries[1].id, "9");  // grows although the clock does not, and is used once
    EXPECT_THAT(fitting(entries, book),
                ElementsAre(core::audio::Calibration{{100}, 50}, core::audio::Calibration{{200}, 160}));
}

TEST(Calibrating, NothingHoldsForAnotherTextOrAudio) {
    const Book book = book_of("d", 1000, 500);
    std::vector<store::StoredCalibration> entries;
    add_calibration(entries, said(100, 50), book, 7);
    EXPECT_THAT(fitting(entries, book_of("d", 1000, 500.9)), testing::SizeIs(1));
    for (const Book& other :
         {book_of("e", 1000, 500), book_of("d", 1001, 500), book_of("d", 1000, 502), Book{}})
        EXPECT_THAT(fitting(entries, other), IsEmpty());

    // What was said of another text is neither contradicted nor lost.
    const Book other = book_of("e", 1000, 500);
    EXPECT_EQ(add_calibration(entries, said(50, 400), other, 9), 0U);
    EXPECT_THAT(offsets_of(entries), ElementsAre(100, 50));
    EXPECT_THAT(fitting(entries, other), ElementsAre(core::audio::Calibration{{50}, 400}));
}

TEST(Calibrating, TakenBackWhatWasReplacedIsThereAgain) {
    const Book book = book_of("d", 1000, 500);
    auto entries = after(book, {{100, 50}, {300, 150}, {400, 250}});
    const auto before = entries;
    add_calibration(entries, said(200, 260), book, 7);
    EXPECT_THAT(offsets_of(entries), ElementsAre(100, 200));
    EXPECT_FALSE(remove_calibration(entries, "1", true));
    auto without = entries;
    EXPECT_TRUE(remove_calibration(without, entries.back().id, false));
    EXPECT_THAT(offsets_of(without), ElementsAre(100));
    EXPECT_TRUE(remove_calibration(entries, entries.back().id, true));
    EXPECT_EQ(entries, before);
}

TEST(Calibrating, WhatWasSaidSinceCountsMoreThanWhatComesBack) {
    const Book book = book_of("d", 1000, 500);
    auto entries = after(book, {{300, 150}, {400, 250}, {200, 260}});
    const std::string wrong = entries.back().id;
    add_calibration(entries, said(500, 200), book, 7);  // contradicts 400 at 250, but replaces 200 at 260
    EXPECT_THAT(offsets_of(entries), ElementsAre(500));
    EXPECT_FALSE(remove_calibration(entries, wrong, true));
    add_calibration(entries, said(450, 190), book, 7);
    EXPECT_TRUE(remove_calibration(entries, entries.front().id, true));
    EXPECT_THAT(offsets_of(entries), ElementsAre(450));
}

TEST(Calibrating, TakenBackTheOldestThatWentIsThereAgain) {
    const Book book = book_of("d", 1000, 5000);
    std::vector<store::StoredCalibration> entries;
    for (std::uint32_t i = 0; i < kMostCalibrations; ++i) add_calibration(entries, said(i, i), book, i);
    const auto before = entries;
    add_calibration(entries, said(900, 900), book, 900);
    EXPECT_EQ(entries.size(), kMostCalibrations);
    EXPECT_TRUE(remove_calibration(entries, "900", true));
    EXPECT_EQ(entries, before);
}

TEST(Calibrating, TheOldestGo) {
    const Book book = book_of("d", 1000, 5000);
    std::vector<store::StoredCalibration> entries;
    for (std::uint32_t i = 0; i < kMostCalibrations + 5; ++i) add_calibration(entries, said(i, i), book, i);
    EXPECT_EQ(entries.size(), kMostCalibrations);
    EXPECT_EQ(entries.front().offset, 5U);
}

}  // namespace
}  // namespace koshelf::relay
