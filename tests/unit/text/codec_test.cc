// The codecs of positions, one example a rule.
#include <gtest/gtest.h>

#include "core/text/cfi.h"
#include "core/text/digests.h"
#include "core/text/page_count.h"
#include "core/text/percentage.h"
#include "core/text/stored_text.h"
#include "core/text/xpointer.h"
#include "golden.h"
#include "test_epub.h"

namespace koshelf::core::text::test {
namespace {

TEST(XPointerSyntax, EveryFormOfKOReaderIsRead) {
    const auto full = parse_xpointer("/body[1]/DocFragment[12]/body[1]/div[2]/p[7]/text()[3].45");
    ASSERT_TRUE(full);
    EXPECT_EQ(full->fragment, 12U);
    EXPECT_EQ(full->path, (std::vector<XPointer::Step>{{"div", 2}, {"p", 7}}));
    EXPECT_EQ(full->text, 3U);
    EXPECT_EQ(full->offset, 45U);
    for (const char* form :
         {"/body/DocFragment/body/p/text().0", "/body/DocFragment[3]", "/body/DocFragment[3].0",
          "/body/DocFragment[3]/body", "/body/DocFragment[3]/body.0", "/body/DocFragment[1]/body/div/img.0",
          "/body/DocFragment[9]/body/autoboxing/svg.0", "/body/DocFragment[2]/body/p[3]/br[1].0"}) {
        EXPECT_TRUE(parse_xpointer(form)) << form;
    }
}

TEST(XPointerSyntax, WhatIsNoPointerIsRefused) {
    for (const char* form :
         {"", "56", "/", "/body", "/body/", "/html/DocFragment[1]", "epubcfi(/6/2!/4/2)", "{}",
          "/body/DocFragment[0]", "/body/DocFragment[1]/", "/body/DocFragment[1]/body/p[0]",
          "/body/DocFragment[1]/body/p[-1]", "/body/DocFragment[1]/body/p[1", "/body/DocFragment[1]/p",
          "/body/DocFragment[1]/body/p [1]", "/body/DocFragment[99999999999]", "/body/docfragment[1]",
          "/body/DocFragment[1]/body/text()/p", "/body/DocFragment[1]/body/p[1][2]"}) {
        EXPECT_FALSE(parse_xpointer(form)) << form;
    }
}

TEST(XPointerSyntax, WritingReadsBack) {
    for (const char* form :
         {"/body[1]/DocFragment[12]/body[1]/p[7]/text()[1].0", "/body[1]/DocFragment[1]/body[1].0"}) {
        EXPECT_EQ(to_string(*parse_xpointer(form)), form);
    }
}

class Resolving : public testing::Test {
  protected:
    Book book_ = read_bytes(
        TestEpub()
            .chapter("a.xhtml", "<p>one</p><p>two <em>three</em> four</p><svg><Title>x</Title></svg>")
            .bytes());

    ResolvedXPointer at(const char* pointer) { return *resolve_xpointer(book_.map, pointer); }
};

TEST_F(Resolving, TextElementsAndFragmentsEachSayWhatTheyAre) {
    EXPECT_EQ(at("/body/DocFragment/body/p[2]/text()[2].1").offset.value, 13U);
    EXPECT_EQ(at("/body/DocFragment/body/p[2]/text()[2].1").resolution, Resolution::kExact);
    EXPECT_EQ(at("/body/DocFragment/body/p[2]/em").offset.value, 7U);
    EXPECT_EQ(at("/body/DocFragment/body/p[2]/em.0").resolution, Resolution::kElement);
    EXPECT_EQ(at("/body/DocFragment[1]").resolution, Resolution::kFragment);
}

TEST_F(Resolving, WhatIsGoneFallsBackToItsNearestAncestor) {
    for (const char* gone :
         {"/body/DocFragment/body/p[2]/em[5]/text().1", "/body/DocFragment/body/p[2]/text()[9].0",
          "/body/DocFragment/body/p[2]/i", "/body/DocFragment/body/p[2]/text()[1].77"}) {
        EXPECT_EQ(at(gone).resolution, Resolution::kAncestor) << gone;
        EXPECT_EQ(at(gone).offset.value, 3U) << gone;
    }
    EXPECT_EQ(at("/body/DocFragment/body/section/p").resolution, Resolution::kFragment);
    EXPECT_EQ(resolve_xpointer(book_.map, "/body/DocFragment[2]/body").error().code,
              TextErrorCode::kNotFound);
}

TEST_F(Resolving, NamesAreCaseSensitiveOutsideAndInsideSvg) {
    EXPECT_EQ(at("/body/DocFragment/body/P[1]").resolution, Resolution::kFragment);
    EXPECT_EQ(at("/body/DocFragment/body/svg/Title").resolution, Resolution::kElement);
}

TEST(CfiSyntax, PathsAssertionsAndRangesAreRead) {
    const auto cfi = parse_cfi("epubcfi(/6/14[chap05ref]!/4[body01]/10[pa^]ra]/3:10[xx,y;s=b])");
    ASSERT_TRUE(cfi);
    EXPECT_EQ(cfi->package, (std::vector<Cfi::Step>{{6, ""}, {14, "chap05ref"}}));
    EXPECT_EQ(cfi->content, (std::vector<Cfi::Step>{{4, "body01"}, {10, "pa]ra"}, {3, ""}}));
    EXPECT_EQ(cfi->offset, 10U);
    EXPECT_EQ(to_string(*parse_cfi("epubcfi(/6/4!/4/2,/1:1,/3:4)")), "epubcfi(/6/4!/4/2/1:1)");
    EXPECT_EQ(to_string(*parse_cfi("epubcfi(/6/4!/4/2/1:3~5.5@10:20)")), "epubcfi(/6/4!/4/2/1:3)");
    for (const char* bad : {"", "epubcfi()", "epubcfi(/6/4)", "epubcfi(/6/4!/4", "epubcfi(6/4!/4)",
                            "epubcfi(/6/4!/x)", "/6/4!/4/2", "epubcfi(/6/4!/4[ab)", "epubcfi(/6/4!/4!/2)",
                            "epubcfi(/6/99999999999!/4)", "epubcfi(/6/4!/4,/1:0)", "epubcfi(!/4/2)"}) {
        EXPECT_FALSE(parse_cfi(bad)) << bad;
    }
}

class CfiPlaces : public testing::Test {
  protected:
    Book book_ = read_bytes(
        TestEpub()
            .chapter("a.xhtml", "<p>first</p>")
            .chapter("b.xhtml",
                     "\n  <p id=\"p1\">A\n   B</p>\n  <p id=\"p2\"><em>x</em>tail \U0001F600 end</p>\n")
            .bytes());

    std::string text_at(const char* cfi) {
        const auto resolved = resolve_cfi(book_.map, cfi);
        return resolved ? std::string(book_.text.slice(resolved->offset, 4)) : "?";
    }
};

TEST_F(CfiPlaces, OffsetsCountTheBlanksThatKOReaderCollapses) {
    EXPECT_EQ(text_at("epubcfi(/6/4!/4/2[p1]/1:5)"), "Bxta");
    EXPECT_EQ(text_at("epubcfi(/6/4!/4/2[p1]/1:3)"), " Bxt");
}

TEST_F(CfiPlaces, BothWaysOfCountingTextAreUnderstood) {
    EXPECT_EQ(text_at("epubcfi(/6/4!/4/4[p2]/1:0)"), "tail");  // epub.js: the first text node
    EXPECT_EQ(text_at("epubcfi(/6/4!/4/4[p2]/3:0)"), "tail");  // the standard: behind the first element
    EXPECT_EQ(text_at("epubcfi(/6/4!/4/4[p2]/1:8)"), "end");   // the face is two units
}

TEST_F(CfiPlaces, AnIdThatMovedIsFollowed) {
    const auto resolved = resolve_cfi(book_.map, "epubcfi(/6/4!/4/2[p2]/1:0)");
    ASSERT_TRUE(resolved);
    EXPECT_TRUE(resolved->moved);
    EXPECT_EQ(book_.text.slice(resolved->offset, 4), "tail");
}

TEST_F(CfiPlaces, AnIdThatIsNowhereIsReadOver) {
    const auto resolved = resolve_cfi(book_.map, "epubcfi(/6/4[nosuchref]!/4[nosuchbody]/4[nosuch]/1:0)");
    ASSERT_TRUE(resolved);
    EXPECT_TRUE(resolved->moved);
    EXPECT_EQ(book_.text.slice(resolved->offset, 4), "tail");
}

TEST_F(CfiPlaces, ARangeOfEpubJsIsItsStart) {
    EXPECT_EQ(text_at("epubcfi(/6/4[ref]!/4,/4[p2]/1:0,/4[p2]/1:3)"), "tail");
}

TEST_F(CfiPlaces, WhatIsWrittenIsWhatEpubJsWouldWrite) {
    const TextOffset end{book_.map.length() - 3};
    EXPECT_EQ(write_cfi(book_.map, end), "epubcfi(/6/4!/4/4/1:8)");
    EXPECT_EQ(resolve_cfi(book_.map, "epubcfi(/6/40!/4/4/1:8)").error().code, TextErrorCode::kNotFound);
}

TEST(StoredText, ReferencesAreDecodedAsTheEngineDoes) {
    const auto stored = [](std::string_view source) {
        return store_text(source, BlankHandling::kCollapse, false).utf8;
    };
    EXPECT_EQ(stored("AT&T raw & ampersand"), "AT&T raw ampersand");
    EXPECT_EQ(stored("&unknown; &nbsp no"), "&unknown; \u00A0no");
    EXPECT_EQ(stored("&#65;&#x42;&#150;&#;&#12z!"), "AB\u2013!");
    EXPECT_EQ(stored("a&#30\u00E9b&\u6F22c&#"), "abc");  // what breaks a reference is lost as a whole
    EXPECT_EQ(stored("a \t\r\n b&#32;&#32;c"), "a b  c");
    EXPECT_EQ(store_text("a\tb\r\nc\td", BlankHandling::kPreformatted, false).utf8, "a       b\nc      d");
}

TEST(Percentage, TheLineModelIsAsGoodAsMeasured) {
    double worst = 0;
    double worst_mean = 0;
    for (const GoldenBook& golden : golden_books()) {
        const Book book = read_bytes(read_file(golden.epub));
        if (book.map.length() < 50'000 || golden.name == "bound" || golden.name == "long") continue;
        double sum = 0;
        const auto pages = read_golden_pages(golden.pages);
        for (const GoldenPage& page : pages) {
            const double at = resolve_xpointer(book.map, page.pointer)->offset.value;
            const double error = std::abs(offset_at_percentage(book.map, page.percentage).offset.value - at) /
                                 book.map.length();
            worst = std::max(worst, error);
            sum += error;
        }
        const double mean = sum / static_cast<double>(pages.size());
        worst_mean = std::max(worst_mean, mean);
        std::printf("  %s: mean %.2f %% of the book\n", golden.name.c_str(), 100 * mean);
    }
    std::printf("  worst %.2f %%\n", 100 * worst);
    EXPECT_LE(worst_mean, 0.017);
    EXPECT_LE(worst, 0.03);
}

TEST(PageCount, FollowsFromWhatDevicesReport) {
    const std::vector<PageReport> reports = {{3, 0.0309}, {57, 0.5876}, {90, 0.9278}};
    const auto count = estimate_page_count(reports);
    ASSERT_TRUE(count);
    EXPECT_EQ(count->pages, 97U);
    EXPECT_TRUE(count->certain());
    EXPECT_FALSE(estimate_page_count({}));
    const std::vector<PageReport> useless = {{0, 0.5}, {3, 0}};
    EXPECT_FALSE(estimate_page_count(useless));
}

TEST(PageCount, ALatePageOfALongFileStaysUncertain) {
    const std::vector<PageReport> one = {{2, 0.0016}};
    const auto count = estimate_page_count(one);
    ASSERT_TRUE(count);
    EXPECT_LE(count->least, 1200U);
    EXPECT_GE(count->most, 1250U);
}

TEST(PageCount, ANewEditionsReportsReplaceTheOldOnes) {
    const std::vector<PageReport> reports = {{50, 0.5}, {50, 0.25}};
    EXPECT_EQ(estimate_page_count(reports)->pages, 200U);
}

TEST(PageCount, PagesAndFractionsAreInverse) {
    for (const std::uint32_t pages : {1U, 7U, 97U, 1234U}) {
        for (std::uint32_t page = 1; page <= pages; ++page) {
            EXPECT_EQ(page_at_fraction(fraction_of_page(page, pages), pages), page);
        }
    }
}

TEST(Digests, AreKOReaders) {
    EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(filename_md5("/books/abc"), md5_hex("abc"));
    EXPECT_EQ(structure_digest("id", {"a.html", "b.html"}), md5_hex("id\na.html\nb.html"));
    std::string file(5000, '\0');
    for (std::size_t i = 0; i < file.size(); ++i) file[i] = static_cast<char>(i * 7 % 251);
    MemorySource source(std::as_bytes(std::span(file)));
    const std::string sampled = file.substr(0, 1024) + file.substr(1024, 1024) + file.substr(4096, 904);
    EXPECT_EQ(*partial_md5(source), md5_hex(sampled));
}

}  // namespace
}  // namespace koshelf::core::text::test
