// Content documents in other encodings than UTF-8, and whether offsets into them can be trusted.
#include "core/text/encoding.h"

#include <string>

#include <gtest/gtest.h>

#include "core/text/xpointer.h"
#include "test_epub.h"

namespace koshelf::core::text::test {
namespace {

using std::literals::operator""s;

std::string declared(std::string_view encoding, std::string_view text) {
    return "<?xml version=\"1.0\" encoding=\"" + std::string(encoding) + "\"?>" + std::string(text);
}

std::string without_declaration(const DecodedText& decoded) {
    return decoded.utf8.substr(decoded.utf8.find("?>") + 2);
}

void expect_exact(std::string_view encoding, std::string_view bytes, std::string_view text) {
    const DecodedText decoded = decode_document(declared(encoding, bytes));
    EXPECT_EQ(without_declaration(decoded), text) << encoding;
    EXPECT_TRUE(decoded.exact) << encoding;
}

void expect_doubted(std::string_view encoding, std::string_view bytes, std::string_view text) {
    const DecodedText decoded = decode_document(declared(encoding, bytes));
    EXPECT_EQ(without_declaration(decoded), text) << encoding;
    EXPECT_FALSE(decoded.exact) << encoding;
}

TEST(Encoding, EastAsianFilesAreReadAsDeclared) {
    expect_exact("shift_jis", "\x93\xFA\x96\x7B\x8C\xEA", "\u65E5\u672C\u8A9E");
    expect_exact("euc-jp", "\xC6\xFC\xCB\xDC\xB8\xEC", "\u65E5\u672C\u8A9E");
    expect_exact("gbk", "\xD6\xD0\xCE\xC4", "\u4E2D\u6587");
    expect_exact("gb2312", "\xD6\xD0\xCE\xC4", "\u4E2D\u6587");
    expect_exact("big5", "\xA4\xA4\xA4\xE5", "\u4E2D\u6587");
    expect_exact("euc-kr", "\xC7\xD1\xB1\xDB", "\uD55C\uAE00");
}

TEST(Encoding, HalfWidthKatakanaAndBackslashLikeTrailBytesAreOneCharacterEach) {
    // 0x95 0x5C: the second byte looks like a backslash
    expect_exact("shift_jis", "\xB1\x95\x5C x", "\uFF71\u8868 x");
}

TEST(Encoding, CharactersBeyondWhatTheEngineKnowsAreReadButDoubted) {
    expect_doubted("gbk", "\x81\x30\x84\x36", "\u00A5");  // four bytes: GB18030 only
    expect_doubted("euc-kr", "\x8C\x63", "\uB620");       // the larger Korean code page only
    expect_doubted("gb18030", "\xD6\xD0", "\u4E2D");
}

TEST(Encoding, BytesThatAreNotLegalBecomeReplacements) {
    expect_doubted("shift_jis", "a\x93", "a\uFFFD");
    expect_doubted("euc-jp", "\xC6 b", "\uFFFD b");
}

TEST(Encoding, NamesThatTheEngineForgetsAreDoubted) {
    expect_doubted("Shift_JIS", "\x93\xFA", "\u65E5");
    expect_doubted("iso-8859-15", "\xA4", "\u20AC");
    expect_doubted("x-unknown", "\xE9", "\uFFFD");
}

TEST(Encoding, CapitalsInAMetaElementDoNoHarm) {
    const DecodedText decoded = decode_document("<html><head><meta charset=\"Shift_JIS\"/></head>\x93\xFA");
    EXPECT_TRUE(decoded.utf8.ends_with("\u65E5"));
    EXPECT_TRUE(decoded.exact);
}

TEST(Encoding, NamesOfSingleByteEncodingsMayHaveCapitals) {
    expect_exact("Windows-1251", "\xEC\xE8\xF0", "\u043C\u0438\u0440");
    expect_exact("ISO-8859-1", "caf\xE9", "caf\u00E9");
    expect_exact("CP866", "\xAC\xA8\xE0", "\u043C\u0438\u0440");
}

TEST(Encoding, Utf8UnderAnyOtherNameIsWhatTheEngineReadsThere) {
    for (const char* name : {"x-unknown", "us-ascii", "iso-8859-15", "gb18030"})
        expect_exact(name, "caf\u00E9", "caf\u00E9");
}

TEST(Encoding, WithoutANameOtherBytesThanUtf8AreDoubted) {
    const DecodedText decoded = decode_document("<html>caf\xE9");
    EXPECT_EQ(decoded.utf8, "<html>caf\u00E9");
    EXPECT_FALSE(decoded.exact);
}

std::string utf16(std::string_view ascii, bool big_endian) {
    std::string out;
    for (const char c : ascii) out += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
    return out;
}

TEST(Encoding, Utf16IsDoubtedWhereTheEngineCountsOrReadsOtherwise) {
    EXPECT_TRUE(decode_document("\xFF\xFE" + utf16("<p>wide</p>", false)).exact);
    EXPECT_TRUE(decode_document("\xFE\xFF" + utf16("<p>wide</p>", true)).exact);
    EXPECT_TRUE(decode_document("\xFF\xFE" + utf16(declared("utf-16", "a"), false)).exact);
    EXPECT_FALSE(decode_document("\xFE\xFF" + utf16(declared("utf-16", "a"), true)).exact);
    EXPECT_FALSE(decode_document("\xFF\xFE" + utf16(declared("UTF-16", "a"), false)).exact);
    const DecodedText astral = decode_document("\xFF\xFE" + utf16("<p>", false) + "\x3D\xD8\x00\xDE"s);
    EXPECT_EQ(astral.utf8, "<p>\U0001F600");
    EXPECT_FALSE(astral.exact);
}

TEST(Encoding, NulNeverComesThrough) {
    for (const char* name : {"shift_jis", "gb18030", "utf-8", "windows-1252", "x-unknown"}) {
        const DecodedText decoded = decode_document(declared(name, "a\0b"s));
        EXPECT_EQ(without_declaration(decoded), "a\uFFFDb") << name;
        EXPECT_FALSE(decoded.exact) << name;
    }
}

TEST(Encoding, PointersIntoAShiftJisFileAreWrittenAndIntoADoubtedOneOnlyToTheFile) {
    const std::string body =
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>t</title></head><body>"
        "<p>\x93\xFA\x96\x7B\x8C\xEA</p></body></html>";
    const Book book = read_bytes(TestEpub()
                                     .document("a.xhtml", declared("shift_jis", body))
                                     .document("b.xhtml", declared("Shift_JIS", body))
                                     .bytes());
    EXPECT_EQ(book.text.slice({}, 6), "\u65E5\u672C\u8A9E\u65E5\u672C\u8A9E");
    EXPECT_EQ(write_xpointer(book.map, {2})->text, "/body[1]/DocFragment[1]/body[1]/p[1]/text()[1].2");
    EXPECT_EQ(write_xpointer(book.map, {5})->text, "/body/DocFragment[2]");
}

}  // namespace
}  // namespace koshelf::core::text::test
