// Books that are broken, hostile or locked: each has its own clear error, and none costs more than its limit.
#include <ctime>

#include <gtest/gtest.h>

#include "core/text/archive.h"
#include "core/text/map_codec.h"
#include "test_epub.h"

namespace koshelf::core::text::test {
namespace {

constexpr std::string_view kFonts =
    "<encryption xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\" "
    "xmlns:enc=\"http://www.w3.org/2001/04/xmlenc#\"><enc:EncryptedData><enc:EncryptionMethod "
    "Algorithm=\"http://www.idpf.org/2008/embedding\"/><enc:CipherData><enc:CipherReference "
    "URI=\"OEBPS/f.otf\"/>"
    "</enc:CipherData></enc:EncryptedData></encryption>";

constexpr std::string_view kLocked =
    "<encryption xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\" "
    "xmlns:enc=\"http://www.w3.org/2001/04/xmlenc#\"><enc:EncryptedData><enc:EncryptionMethod "
    "Algorithm=\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\"/><enc:CipherData><enc:CipherReference "
    "URI=\"OEBPS/a.xhtml\"/></enc:CipherData></enc:EncryptedData></encryption>";

Result<Book> read(std::string_view bytes, const EpubLimits& limits = {}) {
    MemorySource source(std::as_bytes(std::span(bytes)));
    return read_book(source, "", limits);
}

TextErrorCode error_of(std::string_view bytes, const EpubLimits& limits = {}) {
    const auto book = read(bytes, limits);
    return book ? TextErrorCode::kNotFound : book.error().code;
}

TEST(Limits, BytesThatAreNoArchiveAreSaidToBeNone) {
    EXPECT_EQ(error_of(""), TextErrorCode::kNotAnArchive);
    EXPECT_EQ(error_of("%PDF-1.7 and so on"), TextErrorCode::kNotAnArchive);
}

TEST(Limits, AnArchiveWithoutAPackageIsNoEpub) {
    EXPECT_EQ(error_of(make_zip({{"a.txt", "a"}})), TextErrorCode::kNotAnEpub);
    EXPECT_EQ(error_of(TestEpub().bytes()), TextErrorCode::kNotAnEpub);  // empty spine
}

TEST(Limits, ATruncatedBookIsRefusedWhereverItWasCut) {
    const std::string bytes = TestEpub().chapter("a.xhtml", "<p>text</p>").bytes();
    for (std::size_t size = 0; size < bytes.size(); size += 37) EXPECT_FALSE(read(bytes.substr(0, size)));
}

TEST(Limits, DrmIsRefusedByName) {
    TestEpub epub;
    epub.chapter("a.xhtml", "<p>text</p>").file("META-INF/encryption.xml", kLocked);
    EXPECT_EQ(error_of(epub.bytes()), TextErrorCode::kDrm);
    const auto lcp = read(epub.file("META-INF/license.lcpl", "{}").bytes());
    ASSERT_FALSE(lcp);
    EXPECT_EQ(lcp.error().detail, "Readium LCP");
}

TEST(Limits, ObfuscatedFontsAreNoDrm) {
    TestEpub epub;
    epub.chapter("a.xhtml", "<p>text</p>").file("META-INF/encryption.xml", kFonts);
    EXPECT_TRUE(read(epub.bytes()));
}

TEST(Limits, ABombIsRefusedBeforeItIsUnpacked) {
    const std::string bomb = "<p>" + std::string(20'000'000, 'x') + "</p>";
    const std::string bytes = TestEpub().chapter("a.xhtml", bomb).bytes();
    EpubLimits limits;
    limits.compression_ratio = 100;
    EXPECT_EQ(error_of(bytes, limits), TextErrorCode::kLimitExceeded);
    limits = {};
    limits.entry_bytes = 1'000'000;
    EXPECT_EQ(error_of(bytes, limits), TextErrorCode::kLimitExceeded);
}

TEST(Limits, TheTotalCountsOverAllFiles) {
    TestEpub epub;
    for (int i = 0; i < 10; ++i) epub.chapter("c" + std::to_string(i) + ".xhtml", nasty_body(1));
    EpubLimits limits;
    limits.total_bytes = 4'000;
    EXPECT_EQ(error_of(epub.bytes(), limits), TextErrorCode::kLimitExceeded);
}

TEST(Limits, EntriesNodesAndNestingAreCounted) {
    std::string deep;
    for (int i = 0; i < 5'000; ++i) deep += "<div>";
    EXPECT_EQ(error_of(TestEpub().chapter("a.xhtml", deep).bytes()), TextErrorCode::kLimitExceeded);
    EpubLimits limits;
    limits.nodes = 10;
    const std::string many = "<p>a</p><p>b</p><p>c</p><p>d</p><p>e</p><p>f</p>";
    EXPECT_EQ(error_of(TestEpub().chapter("a.xhtml", many).bytes(), limits), TextErrorCode::kLimitExceeded);
    limits = {};
    limits.entries = 3;
    EXPECT_EQ(error_of(TestEpub().chapter("a.xhtml", "<p>a</p>").bytes(), limits),
              TextErrorCode::kLimitExceeded);
}

std::string repeated(std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

std::string book_with_styles(std::string_view sheet, std::string_view head, std::string_view body) {
    return TestEpub().chapter("a.xhtml", body, head).file("OEBPS/s.css", sheet).bytes();
}

constexpr std::string_view kLink = "<link rel=\"stylesheet\" href=\"s.css\"/>";

TEST(Limits, MediaRulesMayNotNestForEver) {
    for (const int closed : {0, 300'000}) {
        const std::string sheet =
            repeated("@media all{", 300'000) + repeated("}", closed) + " p { display: none }";
        EXPECT_TRUE(read(book_with_styles(sheet, kLink, "<p>text</p>")));
    }
    const std::string usual = "@media screen { @media all { b { display: none } } } i { display: none }";
    EXPECT_EQ(read(book_with_styles(usual, kLink, "<p>a<b>b</b>c<i>d</i></p>"))->text.slice({}, 9), "ac");
}

TEST(Limits, StyleSheetsAreNotParsedForEver) {
    const std::string sheet = repeated("p { color: red } ", 10'000);
    EXPECT_EQ(error_of(book_with_styles(sheet, repeated(kLink, 1'000), "<p>text</p>")),
              TextErrorCode::kLimitExceeded);
}

TEST(Limits, ASheetThatAllFilesShareIsParsedOnce) {
    TestEpub epub;
    for (int i = 0; i < 500; ++i) epub.chapter("c" + std::to_string(i) + ".xhtml", "<p>text</p>", kLink);
    epub.file("OEBPS/s.css", repeated("p { color: red } ", 10'000));
    EXPECT_TRUE(read(epub.bytes()));
}

TEST(Limits, StyleRulesAreNotMatchedForEver) {
    std::string sheet;
    for (int i = 0; i < 900; ++i) sheet += ".no b b b b p { display: block } ";
    const std::string body = repeated("<b>", 1'000) + repeated("<p>x</p>", 1'000);
    EXPECT_EQ(error_of(book_with_styles(sheet, kLink, body + repeated("</b>", 1'000))),
              TextErrorCode::kLimitExceeded);
}

TEST(Limits, ThePackageMayNotBeHuge) {
    const std::string bytes = make_zip(
        {{"META-INF/container.xml",
          "<container><rootfiles><rootfile full-path=\"a.opf\"/></rootfiles></container>"},
         {"a.opf", "<package><metadata>" + repeated("<a/><b x=\"1\"/>", 800'000) + "</metadata></package>"}});
    EXPECT_EQ(error_of(bytes), TextErrorCode::kLimitExceeded);
}

// Ten times the files may cost ten times as much, not a hundred times.
TEST(Limits, ABookOfManyFilesCostsInProportion) {
    const auto cost_of = [](int files) {
        TestEpub epub;
        for (int i = 0; i < files; ++i)
            epub.chapter("c" + std::to_string(i) + ".xhtml", repeated("<p>hello</p>", 90));
        const std::string bytes = epub.bytes();
        const std::clock_t start = std::clock();  // of this process: others may be busy
        EXPECT_TRUE(read(bytes));
        return static_cast<double>(std::clock() - start);
    };
    EXPECT_LT(cost_of(3'000), 35 * cost_of(300));
}

TEST(Limits, EntitiesOfADocumentTypeAreNeverExpanded) {
    const std::string laughs =
        "<?xml version=\"1.0\"?><!DOCTYPE html [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
        "<html "
        "xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>t</title></head><body><p>&b;</p></body></html>";
    const Book book = read_bytes(TestEpub().document("a.xhtml", laughs).bytes());
    EXPECT_EQ(book.text.slice({}, 100), "&b;");
    EXPECT_FALSE(book.map.items()[0].safe);
}

TEST(Limits, HrefsThatLeaveTheArchiveNameNothing) {
    EXPECT_EQ(resolve_path("OEBPS/a.opf", "../x.html"), "x.html");
    EXPECT_EQ(resolve_path("OEBPS/a.opf", "../../etc/passwd"), std::nullopt);
    EXPECT_EQ(resolve_path("OEBPS/a.opf", "http://example.org/x"), std::nullopt);
    EXPECT_EQ(resolve_path("OEBPS/a.opf", "//example.org/x"), std::nullopt);
    EXPECT_EQ(resolve_path("OEBPS/t/a.html", "./b/../c%20d.html#x"), "OEBPS/t/c%20d.html");
    const Book book = read_bytes(
        TestEpub().chapter("../../../etc/passwd", "<p>a</p>").chapter("b.xhtml", "<p>b</p>").bytes());
    EXPECT_FALSE(book.map.items()[0].readable);
    EXPECT_TRUE(book.map.items()[1].readable);
}

TEST(Limits, PicturesAreNeverUnpacked) {
    TestEpub epub;
    epub.chapter("a.xhtml", "<p>one</p><img src=\"p.png\"/>");
    for (int i = 0; i < 20; ++i)
        epub.file("OEBPS/p" + std::to_string(i) + ".png", std::string(1'000'000, 'p'));
    EpubLimits limits;
    limits.total_bytes = 10'000;
    EXPECT_TRUE(read(epub.bytes(), limits));
}

}  // namespace
}  // namespace koshelf::core::text::test
