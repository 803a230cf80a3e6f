#include "reading/ebook_text.h"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "test_epub.h"

namespace koshelf::reading {
namespace {

using core::text::test::TestEpub;

RangeSource source_of(const std::string& bytes) {
    return {bytes.size(),
            [&bytes](abs::ByteRange range) -> tl::expected<abs::EbookBytes, abs::AbsError> {
                return abs::EbookBytes{bytes.substr(range.first, range.last - range.first + 1), bytes.size()};
            },
            {.whole_below = 1}};
}

TEST(EbookText, HoldsTheWholeBookAtTheMapsOffsets) {
    const std::string bytes = TestEpub()
                                  .chapter("a.xhtml", core::text::test::novel_body(1, 90'000))
                                  .chapter("b.xhtml", "<p>End.</p>")
                                  .bytes();
    RangeSource source = source_of(bytes);
    const auto text = ebook_text_from(source, 1);
    ASSERT_TRUE(text.has_value());
    const core::text::Book book = core::text::test::read_bytes(bytes);
    const auto index = core::text::deserialise_passage_index(text->index);
    ASSERT_TRUE(index.has_value());
    EXPECT_EQ(index->length, book.map.length());
    ASSERT_EQ(index->begins.size(), text->passages.size());
    EXPECT_GT(text->passages.size(), 3U);
    std::string all;
    for (std::size_t i = 0; i < text->passages.size(); ++i) {
        const auto passage = passage_from(text->passages[i]);
        ASSERT_TRUE(passage.has_value());
        EXPECT_EQ(passage->begin, index->begins[i]);
        all += passage->text;
    }
    EXPECT_EQ(all, book.text.slice({0}, book.text.length()));
    EXPECT_FALSE(passage_from("anything else"));
}

TEST(EbookText, SaysWhyThereIsNone) {
    const std::string junk = "no book at all";
    RangeSource source = source_of(junk);
    const auto text = ebook_text_from(source, 1);
    ASSERT_FALSE(text.has_value());
    EXPECT_EQ(text.error().sentence, "The e-book is not an EPUB, or is damaged.");
    EXPECT_TRUE(text.error().lasting);

    RangeSource silent(
        100,
        [](abs::ByteRange) -> tl::expected<abs::EbookBytes, abs::AbsError> {
            return tl::unexpected(abs::AbsError{abs::AbsErrorKind::kTimeout, "no answer in time", {}});
        },
        {});
    const auto nothing = ebook_text_from(silent, 1);
    ASSERT_FALSE(nothing.has_value());
    EXPECT_FALSE(nothing.error().lasting);
    EXPECT_NE(nothing.error().sentence.find("no answer in time"), std::string::npos);
}

TEST(EbookText, ComesOutOfTheWardOrTheReasonDoes) {
    // Nobody listens there.
    EbookOrder order{
        .server = {}, .credential = {}, .http = {}, .item = "x", .file = {}, .download_limit = 1 << 20};
    order.server.base_url = "http://127.0.0.1:1";
    order.file.size = 100;
    const auto text = read_ebook_text(
        order, [] { return true; }, std::chrono::seconds(5));
    ASSERT_FALSE(text.has_value());
    EXPECT_FALSE(text.error().lasting);
    EXPECT_NE(text.error().sentence.find("could not be fetched"), std::string::npos) << text.error().sentence;
    const auto stopped = read_ebook_text(
        order, [] { return false; }, std::chrono::seconds(5));
    EXPECT_EQ(stopped.error().sentence, "The program is stopping.");
}

}  // namespace
}  // namespace koshelf::reading
