// Kinds of books: what the map makes of each.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text/structure.h"
#include "core/text/xpointer.h"
#include "test_epub.h"

namespace koshelf::core::text::test {
namespace {

using testing::ElementsAre;

std::vector<std::string> titles_of(const Book& book) {
    std::vector<std::string> out;
    for (const Section& section : book.map.sections()) out.push_back(section.title);
    return out;
}

std::string text_of(const Book& book, const Section& section) {
    return book.text.excerpt(section.start, section.length);
}

// The pointer that is written to where a phrase begins.
std::string pointer_to(const Book& book, std::string_view phrase) {
    const std::string_view all = book.text.slice({}, book.text.length());
    const std::size_t byte = all.find(phrase);
    EXPECT_NE(byte, std::string_view::npos) << phrase;
    TextLength at = 0;
    for (std::size_t i = 0; i < byte; ++i)
        at += (static_cast<unsigned char>(all[i]) & 0xC0U) != 0x80U ? 1 : 0;
    return write_xpointer(book.map, TextOffset{at})->text;
}

constexpr std::string_view kParagraph = "<p>It was a bright cold day, and the clocks were striking.</p>";

std::string paragraphs(int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += kParagraph;
    return out;
}

TEST(Zoo, Epub2TakesItsTitlesFromTheNcx) {
    TestEpub epub;
    epub.chapter("a.html", "<h1>I</h1>" + paragraphs(3)).chapter("b.html", paragraphs(3));
    epub.ncx(
        "<navPoint id=\"1\" playOrder=\"1\"><navLabel><text>Book &amp; One</text></navLabel><content "
        "src=\"a.html\"/>"
        "<navPoint id=\"2\"><navLabel><text>Chapter\n  Two</text></navLabel><content "
        "src=\"b.html\"/></navPoint></navPoint>");
    const Book book = read_bytes(epub.bytes());
    EXPECT_THAT(titles_of(book), ElementsAre("Book & One", "Chapter Two"));
    EXPECT_EQ(book.map.sections()[1].parent, "Book & One");
}

TEST(Zoo, ABookInOneFileIsCutAtItsAnchors) {
    TestEpub epub;
    epub.chapter("all.xhtml",
                 "<h2 id=\"c1\">One</h2><p>first text</p><h2><a id=\"c2\"/>Two</h2><p>second text</p>"
                 "<div id=\"c3\"><h2>Three</h2><p>third text</p></div>");
    epub.nav(
        "<li><a href=\"all.xhtml#c1\">Chapter One</a></li><li><a href=\"all.xhtml#c2\">Chapter Two</a></li>"
        "<li><a href=\"all.xhtml#c3\">Chapter Three</a></li>");
    const Book book = read_bytes(epub.bytes());
    EXPECT_THAT(titles_of(book), ElementsAre("Chapter One", "Chapter Two", "Chapter Three"));
    EXPECT_EQ(text_of(book, book.map.sections()[1]), "Two second text");
    EXPECT_EQ(pointer_to(book, "second"), "/body[1]/DocFragment[1]/body[1]/p[2]/text()[1].0");
}

TEST(Zoo, AChapterSplitOverFilesContinuesWithoutATitle) {
    TestEpub epub;
    epub.chapter("a.xhtml", "<h1>One</h1>" + paragraphs(2)).chapter("a_split.xhtml", paragraphs(2));
    epub.chapter("b.xhtml", "<h1>Two</h1>" + paragraphs(2));
    epub.nav("<li><a href=\"a.xhtml\">One</a></li><li><a href=\"b.xhtml\">Two</a></li>");
    const Book book = read_bytes(epub.bytes());
    EXPECT_THAT(titles_of(book), ElementsAre("One", "", "Two"));
    EXPECT_FALSE(book.map.sections()[1].from_toc);
}

TEST(Zoo, APartAndItsFirstChapterAtOnePlaceAreOneSection) {
    TestEpub epub;
    epub.chapter("p.xhtml", "<div><img src=\"part.png\" alt=\"\"/></div>").chapter("a.xhtml", paragraphs(2));
    epub.nav("<li><a href=\"p.xhtml\">Part One</a><ol><li><a href=\"a.xhtml\">The Start</a></li></ol></li>");
    const Book book = read_bytes(epub.bytes());
    ASSERT_THAT(titles_of(book), ElementsAre("The Start"));
    EXPECT_EQ(book.map.sections()[0].parent, "Part One");
    EXPECT_EQ(book.map.items()[0].length, 0U);
}

TEST(Zoo, APartThatIsNoLinkIsStillTheParentOfItsChapters) {
    TestEpub epub;
    for (const char* name : {"a.xhtml", "b.xhtml", "c.xhtml"}) epub.chapter(name, paragraphs(2));
    epub.nav(
        "<li><span>Part One</span><ol><li><a href=\"a.xhtml\">1</a></li><li><a "
        "href=\"b.xhtml\">2</a></li></ol>"
        "</li><li><span>Part Two</span><ol><li><a href=\"c.xhtml\">1</a></li></ol></li>");
    const Book book = read_bytes(epub.bytes());
    ASSERT_THAT(titles_of(book), ElementsAre("1", "2", "1"));
    EXPECT_EQ(book.map.sections()[0].parent, "Part One");
    EXPECT_EQ(book.map.sections()[1].parent, "Part One");
    EXPECT_EQ(book.map.sections()[2].parent, "Part Two");
}

TEST(Zoo, WhatNoNarratorReadsWeighsNextToNothing) {
    TestEpub epub;
    epub.chapter("cover.xhtml", "<img src=\"c.png\" alt=\"\"/><p>Cover</p>");
    epub.chapter("x1.xhtml", "<p>Copyright \u00A9 1999 by the author. All rights reserved.</p>");
    epub.chapter("x2.xhtml", "<h1>Contents</h1><p><a href=\"a.xhtml\">Chapter One is here</a></p>");
    epub.chapter("x3.xhtml",
                 "<ul><li><a href=\"a.xhtml\">Chapter One, a long title</a></li><li><a "
                 "href=\"b.xhtml\">Two</a></li></ul>");
    epub.chapter("a.xhtml", "<h1>Chapter One</h1>" + paragraphs(20));
    epub.document(
        "n.xhtml",
        "<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\"><head>"
        "<title>n</title></head><body epub:type=\"backmatter endnotes\"><p>1. A note that is read by "
        "nobody.</p></body></html>");
    epub.guide("<reference type=\"cover\" href=\"cover.xhtml\"/>");
    const Book book = read_bytes(epub.bytes());
    for (const std::size_t i : {0U, 1U, 2U, 3U, 5U}) EXPECT_LE(book.map.items()[i].narrated, 0.1F) << i;
    EXPECT_EQ(book.map.items()[4].narrated, 1.0F);
}

TEST(Zoo, AnItemIsReadAsFarAsItsSectionsAre) {
    TestEpub epub;
    epub.chapter("a.xhtml", "<h1 id=\"c\">Chapter One</h1>" + paragraphs(30) + "<h1 id=\"i\">Index</h1>" +
                                paragraphs(29));
    epub.chapter("b.xhtml", "<h1>Index</h1>" + paragraphs(60));
    epub.nav(
        "<li><a href=\"a.xhtml#c\">Chapter One</a></li><li><a href=\"a.xhtml#i\">Index</a></li>"
        "<li><a href=\"b.xhtml\">Index</a></li>");
    const Book book = read_bytes(epub.bytes());
    EXPECT_NEAR(book.map.items()[0].narrated, 0.5, 0.1);
    EXPECT_LT(book.map.items()[1].narrated, 0.1);
    double weighed = 0;
    for (const SpineItem& item : book.map.items())
        weighed += static_cast<double>(item.narrated) * item.length;
    EXPECT_NEAR(weighed, book.map.narrated_length(), 1);
}

TEST(Zoo, VerseIsBrokenIntoLinesAndNamedByRun) {
    const Book book = read_bytes(
        TestEpub().chapter("v.xhtml", "<p>Tyger Tyger<br/>burning bright<br/>In the forests</p>").bytes());
    EXPECT_EQ(pointer_to(book, "burning"), "/body[1]/DocFragment[1]/body[1]/p[1]/text()[2].0");
    EXPECT_EQ(book.text.excerpt({}, 100), "Tyger Tyger burning bright In the forests");
    EXPECT_EQ(book.map.structure().lines.blocks.size(), 3U);
}

TEST(Zoo, RubyIsNamedByWhatStandsBeforeIt) {
    const std::string body =
        "<p>\u5DDD\u306E<ruby>\u6F22<rp>(</rp><rt>\u304B\u3093</rt><rp>)</rp></ruby>\u3067\u3059</p>";
    const Book book = read_bytes(TestEpub().chapter("r.xhtml", body).bytes());
    EXPECT_EQ(book.text.slice({}, 20), "\u5DDD\u306E\u6F22\u304B\u3093\u3067\u3059");
    EXPECT_EQ(pointer_to(book, "\u6F22"), "/body[1]/DocFragment[1]/body[1]/p[1]/text()[1].1");
    EXPECT_EQ(pointer_to(book, "\u3067"), "/body[1]/DocFragment[1]/body[1]/p[1]/text()[2].0");
}

TEST(Zoo, RightToLeftAndChineseTextCountsCodePoints) {
    const Book book = read_bytes(
        TestEpub()
            .chapter("h.xhtml", "<p dir=\"rtl\">\u05E9\u05DC\u05D5\u05DD \u05E2\u05D5\u05DC\u05DD</p>")
            .chapter("c.xhtml", "<p>\u6211\u4EEC\u7684\u4E16\u754C\u3002</p>")
            .bytes());
    EXPECT_EQ(book.map.items()[0].length, 9U);
    EXPECT_EQ(book.map.items()[1].length, 6U);
    EXPECT_EQ(pointer_to(book, "\u4E16"), "/body[1]/DocFragment[2]/body[1]/p[1]/text()[1].3");
}

TEST(Zoo, TablesAndFootnotesKeepTheirPlaces) {
    const Book book = read_bytes(
        TestEpub()
            .chapter("t.xhtml",
                     "<table>\n <tr>\n <td>one</td>\n <td><p>two</p></td></tr>\n</table>\n<p>Text<a "
                     "href=\"#n\"><sup>1</sup></a> goes on.</p>\n"
                     "<aside id=\"n\"><p>The note.</p></aside>")
            .bytes());
    EXPECT_EQ(pointer_to(book, "two"),
              "/body[1]/DocFragment[1]/body[1]/table[1]/tr[1]/td[2]/p[1]/text()[1].0");
    EXPECT_EQ(pointer_to(book, "goes"), "/body[1]/DocFragment[1]/body[1]/p[1]/text()[2].1");
}

TEST(Zoo, AFixedLayoutBookOfPicturesHasPagesButNoText) {
    TestEpub epub;
    for (int i = 0; i < 5; ++i)
        epub.chapter("p" + std::to_string(i) + ".xhtml", "<div><img src=\"p.jpg\" alt=\"\"/></div>");
    const Book book = read_bytes(epub.bytes());
    EXPECT_EQ(book.map.length(), 0U);
    EXPECT_TRUE(book.map.sections().empty());
    EXPECT_EQ(book.map.structure().lines.pages, 5U);
    EXPECT_EQ(write_xpointer(book.map, {})->text, "/body/DocFragment[1]");
}

TEST(Zoo, AFileThatIsNotStrictIsNamedAsAWhole) {
    const Book book = read_bytes(TestEpub()
                                     .chapter("good.xhtml", "<p>good</p>")
                                     .chapter("soup.xhtml", "<p>one<p>two<br>three AT&T &amp; more")
                                     .bytes());
    EXPECT_TRUE(book.map.items()[0].safe);
    EXPECT_FALSE(book.map.items()[1].safe);
    EXPECT_EQ(pointer_to(book, "three"), "/body/DocFragment[2]");
}

TEST(Zoo, EncodingsAreReadAsDeclared) {
    const std::string head =
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>t</title></head><body><p>";
    TestEpub epub;
    epub.document("l.xhtml",
                  "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + head + "caf\xE9</p></body></html>");
    epub.document("w.xhtml", "<?xml version=\"1.0\" encoding=\"windows-1251\"?>" + head +
                                 "\xEC\xE8\xF0</p></body></html>");
    std::string wide = "\xFF\xFE";
    for (const char c : head + "wide</p></body></html>") {
        wide += c;
        wide += '\0';
    }
    epub.document("u.xhtml", wide);
    epub.document("x.xhtml", "<?xml version=\"1.0\" encoding=\"x-unknown\"?>" + head + "x</p></body></html>");
    const Book book = read_bytes(epub.bytes());
    // The engine reads UTF-8 under a name that it does not know.
    EXPECT_EQ(book.text.slice({}, 50), "caf\u00E9\u043C\u0438\u0440widex");
    EXPECT_TRUE(book.map.items()[3].safe);
}

TEST(Zoo, TheIdentityHoldsDigestsAndMetadata) {
    const std::string bytes =
        TestEpub().chapter("a.xhtml", "<p>a</p>").chapter("b.xhtml", "<p>b</p>").bytes();
    const Book book = read_bytes(bytes);
    const BookIdentity& id = book.map.identity();
    EXPECT_EQ(id.title, "Test & Book");
    EXPECT_EQ(id.authors, "A. Author, B. Author");
    EXPECT_EQ(id.identifier, "urn:x:test");
    EXPECT_EQ(id.filename_md5.size(), 32U);
    EXPECT_EQ(id.partial_md5.size(), 32U);
    EXPECT_EQ(id.structure_digest.size(), 32U);
}

}  // namespace
}  // namespace koshelf::core::text::test
