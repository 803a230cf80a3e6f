// The stored form of alignments: the same again, or refused.
#include "core/audio/alignment_codec.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/audio/aligner.h"
#include "made_book.h"
#include "real_book.h"

namespace koshelf::core::audio {
namespace {

using testing::MadeChapter;
using text::TextErrorCode;

constexpr std::size_t kHeaderSize = 12;

Alignment aligned_book(std::size_t chapters) {
    std::vector<MadeChapter> made = testing::made_chapters(chapters, "Chapter ");
    made.insert(made.begin(), {"Copyright", 2500, 0.05});
    const auto reading = testing::read_aloud(made, {}, 20);
    return align(testing::make_narration(made), *AudioTimeline::make(testing::record(made, reading, 20, 15)));
}

Stretch whole_stretch(std::uint32_t length, double seconds) {
    Stretch stretch;
    stretch.end = {length};
    stretch.end_seconds = seconds;
    stretch.confidence = 0.5;
    return stretch;
}

Alignment alignment_with(std::vector<Knot> knots, std::vector<Stretch> stretches) {
    return {std::move(knots), std::move(stretches), AlignmentMethod::kLine, Pace{}};
}

void expect_damaged(const Alignment& alignment) {
    const auto read = deserialise_alignment(serialise(alignment));
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().code, TextErrorCode::kDamagedAlignment);
}

void expect_equal(const Alignment& a, const Alignment& b) {
    EXPECT_TRUE(std::equal(a.knots().begin(), a.knots().end(), b.knots().begin(), b.knots().end()));
    EXPECT_EQ(a.stretches().size(), b.stretches().size());
    EXPECT_EQ(a.method(), b.method());
    EXPECT_DOUBLE_EQ(a.confidence(), b.confidence());
    EXPECT_DOUBLE_EQ(a.pace().rate, b.pace().rate);
    EXPECT_EQ(serialise(a), serialise(b));
}

TEST(StoredAlignment, IsTheSameAlignment) {
    const Alignment alignment = aligned_book(12);
    const auto read = deserialise_alignment(serialise(alignment));
    ASSERT_TRUE(read) << read.error().detail;
    expect_equal(*read, alignment);
    for (std::size_t i = 0; i < alignment.stretches().size(); ++i) {
        const Stretch& a = alignment.stretches()[i];
        const Stretch& b = read->stretches()[i];
        EXPECT_EQ(a.kind, b.kind);
        EXPECT_EQ(a.begin, b.begin);
        EXPECT_EQ(a.end, b.end);
        EXPECT_DOUBLE_EQ(a.start_seconds, b.start_seconds);
        EXPECT_DOUBLE_EQ(a.end_seconds, b.end_seconds);
        EXPECT_EQ(a.section_end, b.section_end);
        EXPECT_EQ(a.chapter_end, b.chapter_end);
        EXPECT_DOUBLE_EQ(a.confidence, b.confidence);
        EXPECT_DOUBLE_EQ(a.deviation, b.deviation);
    }
}

TEST(StoredAlignment, OfARealBookIsSmallAndTheSame) {
    for (const char* kind : {"titled", "merged", "none"}) {
        const testing::RealBook& real = testing::open_real_book("siddhartha");
        const Alignment alignment =
            align(real.narration, *AudioTimeline::make(testing::open_real_item("siddhartha", kind)));
        const std::string stored = serialise(alignment);
        EXPECT_LT(stored.size(), 10'000U);
        const auto read = deserialise_alignment(stored);
        ASSERT_TRUE(read) << read.error().detail;
        expect_equal(*read, alignment);
    }
}

TEST(StoredAlignment, OfABookWithoutTextIsTheSame) {
    RawAudiobook audio;
    audio.duration = 100;
    const Alignment alignment = align({}, *AudioTimeline::make(audio));
    const auto read = deserialise_alignment(serialise(alignment));
    ASSERT_TRUE(read) << read.error().detail;
    expect_equal(*read, alignment);
}

TEST(StoredAlignment, EveryAlteredOrMissingByteIsNoticed) {
    const std::string stored = serialise(aligned_book(5));
    for (std::size_t i = 0; i < stored.size(); ++i) {
        EXPECT_FALSE(deserialise_alignment(stored.substr(0, i)));
        std::string altered = stored;
        altered[i] = static_cast<char>(altered[i] ^ 0x20);
        EXPECT_FALSE(deserialise_alignment(altered)) << i;
    }
    EXPECT_FALSE(deserialise_alignment(stored + "x"));
}

TEST(StoredAlignment, OfAnotherVersionIsToBeMadeAgain) {
    std::string stored = serialise(aligned_book(5));
    stored[3] = static_cast<char>(kAlignmentVersion + 1);
    EXPECT_EQ(deserialise_alignment(stored).error().code, TextErrorCode::kUnsupportedVersion);
}

TEST(StoredAlignment, CutShortWithAValidChecksumIsRefused) {
    const std::string stored = serialise(aligned_book(5));
    for (std::size_t i = kHeaderSize; i < stored.size(); ++i) {
        const auto read = deserialise_alignment(with_fresh_alignment_checksum(stored.substr(0, i)));
        ASSERT_FALSE(read.has_value()) << i;
        EXPECT_EQ(read.error().code, TextErrorCode::kDamagedAlignment);
    }
}

TEST(StoredAlignment, AlteredWithAValidChecksumIsRefusedOrLawful) {
    const std::string stored = serialise(aligned_book(4));
    for (std::size_t i = kHeaderSize; i < stored.size(); ++i) {
        for (const int change : {1, 0x40, 0x80}) {
            std::string altered = stored;
            altered[i] = static_cast<char>(altered[i] + change);
            const auto read = deserialise_alignment(with_fresh_alignment_checksum(altered));
            if (!read) continue;
            double before = 0;
            for (std::uint32_t at = 0; at <= read->stretches().back().end.value; at += 997) {
                const AudioPosition heard = read->seconds_at({at});
                ASSERT_GE(heard.seconds, before) << i;
                ASSERT_LE(heard.confidence, 1) << i;
                before = heard.seconds;
            }
        }
    }
}

TEST(StoredAlignment, WithKnotsThatRunBackwardsIsRefused) {
    expect_damaged(alignment_with({{{0}, 0}, {{10}, 50}, {{20}, 40}}, {whole_stretch(20, 50)}));
    expect_damaged(alignment_with({{{0}, 0}, {{10}, 20}, {{5}, 40}}, {whole_stretch(20, 50)}));
}

TEST(StoredAlignment, WithNumbersThatAreNoTimesIsRefused) {
    expect_damaged(alignment_with({{{0}, 0}, {{10}, std::nan("")}}, {whole_stretch(20, 50)}));
    expect_damaged(alignment_with({{{0}, -1}, {{10}, 5}}, {whole_stretch(20, 50)}));
    expect_damaged(alignment_with({{{0}, 0}}, {whole_stretch(20, std::numeric_limits<double>::infinity())}));
}

TEST(StoredAlignment, WithoutKnotsOrStretchesIsRefused) {
    expect_damaged(alignment_with({}, {whole_stretch(20, 50)}));
    expect_damaged(alignment_with({{{0}, 0}}, {}));
}

TEST(StoredAlignment, WithStretchesThatLeaveAGapIsRefused) {
    Stretch second = whole_stretch(30, 60);
    second.begin = {25};
    second.start_seconds = 50;
    expect_damaged(alignment_with({{{0}, 0}}, {whole_stretch(20, 50), second}));
}

TEST(StoredAlignment, WithKnotsBeyondTheTextIsRefused) {
    expect_damaged(alignment_with({{{0}, 0}, {{21}, 50}}, {whole_stretch(20, 50)}));
}

TEST(StoredAlignment, WithConfidenceBeyondOneIsRefused) {
    Stretch stretch = whole_stretch(20, 50);
    stretch.confidence = 1.5;
    expect_damaged(alignment_with({{{0}, 0}}, {stretch}));
}

}  // namespace
}  // namespace koshelf::core::audio
