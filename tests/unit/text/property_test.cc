// What must hold for every book, tried on books of awkward shapes.
#include <algorithm>

#include <gtest/gtest.h>

#include "core/text/cfi.h"
#include "core/text/map_codec.h"
#include "core/text/percentage.h"
#include "core/text/structure.h"
#include "core/text/xpointer.h"
#include "test_epub.h"

namespace koshelf::core::text::test {
namespace {

constexpr std::uint32_t kSeeds = 80;

Book nasty_book(std::uint32_t seed) {
    TestEpub epub;
    for (std::uint32_t i = 0; i < 3; ++i) {
        epub.chapter("c" + std::to_string(i) + ".xhtml", nasty_body(seed * 3 + i));
    }
    return read_bytes(epub.bytes());
}

// Every offset of a small book, a spread of those of a large one.
std::vector<TextOffset> offsets_of(const TextMap& map) {
    std::vector<TextOffset> out;
    const TextLength step = std::max<TextLength>(1, map.length() / 1500);
    for (TextLength at = 0; at < map.length(); at += step) out.push_back(TextOffset{at});
    out.push_back(TextOffset{map.length()});
    return out;
}

class Nasty : public testing::TestWithParam<std::uint32_t> {};

TEST_P(Nasty, EveryWrittenXPointerLeadsToWhereItWasMeantAndNeverRunsBackwards) {
    const Book book = nasty_book(GetParam());
    TextOffset last{0};
    for (const TextOffset at : offsets_of(book.map)) {
        const auto written = write_xpointer(book.map, at);
        ASSERT_TRUE(written);
        EXPECT_LE(written->offset, at);
        EXPECT_LE(last, written->offset) << written->text;
        last = written->offset;
        const auto resolved = resolve_xpointer(book.map, written->text);
        ASSERT_TRUE(resolved) << written->text;
        EXPECT_EQ(resolved->offset, written->offset) << written->text;
        EXPECT_NE(resolved->resolution, Resolution::kAncestor) << written->text;
    }
}

TEST_P(Nasty, WritingAResolvedXPointerAgainChangesNothing) {
    const Book book = nasty_book(GetParam());
    for (const TextOffset at : offsets_of(book.map)) {
        const auto once = write_xpointer(book.map, at);
        const auto twice = write_xpointer(book.map, once->offset);
        if (once->text.find("text()") == std::string::npos) continue;
        EXPECT_EQ(once->text, twice->text);
    }
}

TEST_P(Nasty, EveryCfiReadsBackToItsCharacter) {
    const Book book = nasty_book(GetParam());
    const Structure& structure = book.map.structure();
    for (const TextOffset at : offsets_of(book.map)) {
        const auto cfi = write_cfi(book.map, at);
        ASSERT_TRUE(cfi);
        const NodeIndex node = structure.text_at(at);
        if (structure.nodes[node].has(Node::kCdata)) continue;  // no text node to epub.js
        const auto resolved = resolve_cfi(book.map, *cfi);
        ASSERT_TRUE(resolved) << *cfi;
        EXPECT_EQ(resolved->resolution, Resolution::kExact) << *cfi;
        EXPECT_EQ(write_cfi(book.map, resolved->offset), cfi);
        // The spaces that a tab expands to are one character to a browser.
        const auto gaps = structure.gaps_of(node);
        const bool tabs = std::any_of(gaps.begin(), gaps.end(), [](const Gap& gap) { return gap.extra < 0; });
        const TextLength meant = std::min(at.value, book.map.length() - 1);
        EXPECT_TRUE(resolved->offset.value == meant || (tabs && resolved->offset.value + 8 > meant)) << *cfi;
    }
}

TEST_P(Nasty, APercentageReadsBackToItsPage) {
    const Book book = nasty_book(GetParam());
    double last = 0;
    for (const TextOffset at : offsets_of(book.map)) {
        const double percentage = percentage_at(book.map, at);
        EXPECT_LE(last, percentage);
        EXPECT_GT(percentage, 0);
        EXPECT_LE(percentage, 1);
        last = percentage;
        EXPECT_DOUBLE_EQ(percentage_at(book.map, offset_at_percentage(book.map, percentage).offset),
                         percentage);
    }
}

TEST_P(Nasty, TheStoredFormIsTheSameMap) {
    const Book book = nasty_book(GetParam());
    const std::string stored = serialise(book.map);
    const auto map = deserialise(stored);
    ASSERT_TRUE(map) << map.error().detail;
    EXPECT_EQ(serialise(*map), stored);
    for (const TextOffset at : offsets_of(book.map)) {
        EXPECT_EQ(write_xpointer(*map, at)->text, write_xpointer(book.map, at)->text);
        EXPECT_EQ(write_cfi(*map, at), write_cfi(book.map, at));
        EXPECT_DOUBLE_EQ(percentage_at(*map, at), percentage_at(book.map, at));
    }
}

TEST_P(Nasty, SectionsAndItemsCoverTheTextWithoutOverlap) {
    const Book book = nasty_book(GetParam());
    TextLength end = 0;
    for (const Section& section : book.map.sections()) {
        EXPECT_EQ(section.start.value, end);
        EXPECT_GT(section.length, 0U);
        end += section.length;
    }
    EXPECT_EQ(end, book.map.length());
    end = 0;
    for (const SpineItem& item : book.map.items()) {
        EXPECT_EQ(item.start.value, end);
        end += item.length;
    }
    EXPECT_EQ(end, book.map.length());
    EXPECT_EQ(book.text.length(), book.map.length());
}

INSTANTIATE_TEST_SUITE_P(Seeds, Nasty, testing::Range(0U, kSeeds));

TEST(NastyBooks, CharactersOutsideTheAwkwardPlacesCanBeNamedExactly) {
    std::size_t exact = 0;
    std::size_t all = 0;
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
        const Book book = nasty_book(seed);
        for (const TextOffset at : offsets_of(book.map)) {
            exact += write_xpointer(book.map, at)->offset == at ? 1 : 0;
            ++all;
        }
    }
    std::printf("  exact: %.1f %% of %zu characters\n",
                100.0 * static_cast<double>(exact) / static_cast<double>(all), all);
    EXPECT_GT(exact * 5, all);  // these books are mostly exceptions
}

TEST(StoredMap, EveryAlteredOrMissingByteIsNoticed) {
    const std::string stored = serialise(nasty_book(7).map);
    for (std::size_t i = 0; i < stored.size(); i += 1 + stored.size() / 2000) {
        EXPECT_FALSE(deserialise(stored.substr(0, i)));
        std::string altered = stored;
        altered[i] = static_cast<char>(altered[i] ^ 0x20);
        EXPECT_FALSE(deserialise(altered)) << i;
    }
}

TEST(StoredMap, AlterationsWithAValidChecksumNeverMakeAnInconsistentMap) {
    const std::string stored = serialise(nasty_book(8).map);
    for (std::size_t i = 12; i < stored.size(); i += 1 + stored.size() / 3000) {
        std::string altered = stored;
        altered[i] = static_cast<char>(altered[i] + 1);
        const auto map = deserialise(with_fresh_checksum(altered));
        if (!map) continue;
        for (TextLength at = 0; at < map->length(); at += 1 + map->length() / 50) {
            EXPECT_TRUE(write_xpointer(*map, TextOffset{at}));
            EXPECT_TRUE(write_cfi(*map, TextOffset{at}));
        }
    }
}

}  // namespace
}  // namespace koshelf::core::text::test
