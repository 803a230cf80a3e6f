#include "test_epub.h"

#include <array>
#include <random>
#include <stdexcept>

#include <zip.h>

namespace koshelf::core::text::test {
namespace {

constexpr std::string_view kXhtml = "application/xhtml+xml";

class Generator {
  public:
    explicit Generator(std::uint32_t seed) : random_(seed) {}

    std::string body() {
        std::string out;
        const unsigned blocks = 3 + pick(12);
        for (unsigned i = 0; i < blocks; ++i) out += blank() + block(0);
        return out + blank();
    }

  private:
    unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }

    std::string blank() {
        static constexpr std::array<std::string_view, 6> kBlanks = {"", "", " ", "\n", "\n  \t", "\r\n   "};
        return std::string(kBlanks[pick(kBlanks.size())]);
    }

    std::string word() {
        static constexpr std::array<std::string_view, 16> kWords = {"wolf",
                                                                    "a",
                                                                    "Stra\u00DFe",
                                                                    "na\u00EFve",
                                                                    "\u6F22\u5B57",
                                                                    "\U0001F600",
                                                                    "&amp;",
                                                                    "&nbsp;",
                                                                    "&hellip;",
                                                                    "x.y",
                                                                    "\u05E9\u05DC\u05D5\u05DD",
                                                                    "&#x1F600;",
                                                                    "&#8212;",
                                                                    "o\u0301",
                                                                    "soft\u00ADhyphen",
                                                                    "end."};
        return std::string(kWords[pick(kWords.size())]);
    }

    std::string run() {
        std::string out = pick(3) == 0 ? blank() : "";
        for (unsigned i = 1 + pick(8); i > 0; --i) out += word() + (pick(6) == 0 ? "  \n " : " ");
        if (pick(60) == 0) {
            for (int i = 0; i < 2000; ++i) out += "long ";
        }
        return pick(2) == 0 ? out : out.substr(0, out.size() - 1);
    }

    std::string inline_content(unsigned depth) {
        std::string out;
        for (unsigned i = 1 + pick(4); i > 0; --i) {
            switch (pick(depth > 3 ? 6 : 13)) {
                case 0: out += "<br/>"; break;
                case 1: out += "<img src=\"i.png\" alt=\"\"/>"; break;
                case 2: out += "<!-- c -->"; break;
                case 3: out += blank(); break;
                case 6: out += "<em>" + inline_content(depth + 1) + "</em>"; break;
                case 7: out += "<span>" + blank() + "<b>" + run() + "</b>" + blank() + "</span>"; break;
                case 8: out += "<?pi data?>"; break;
                case 9: out += "<![CDATA[ raw <b> & " + std::to_string(pick(100)) + " ]]>"; break;
                case 10: out += "<ruby>\u6F22<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>"; break;
                case 11: out += "<a id=\"a" + std::to_string(++ids_) + "\"></a>"; break;
                case 12: out += "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>in svg</text></svg>"; break;
                default: out += run();
            }
        }
        return out;
    }

    std::string block(unsigned depth) {
        static constexpr std::array<std::string_view, 5> kNames = {"p", "p", "p", "h2", "li"};
        switch (pick(depth > 4 ? 4 : 11)) {
            case 4:
                return "<div>" + blank() + block(depth + 1) + blank() + block(depth + 1) + blank() + "</div>";
            case 5: return "<div>" + inline_content(0) + block(depth + 1) + inline_content(0) + "</div>";
            case 6:
                return "<table>" + blank() + "<tr><td>" + run() + "</td><td>" + block(depth + 1) +
                       "</td></tr></table>";
            case 7: return "<pre>\n" + run() + "\n\tx" + run() + "</pre>";
            case 8:
                return "<section id=\"s" + std::to_string(++ids_) + "\">" + block(depth + 1) + "</section>";
            case 9: return "<em>" + block(depth + 1) + inline_content(2) + "</em>";
            case 10: return "<p style=\"display:none\">" + run() + "</p>" + inline_content(1);
            default: {
                const std::string name(kNames[pick(kNames.size())]);
                return "<" + name + ">" + inline_content(0) + "</" + name + ">";
            }
        }
    }

    std::mt19937 random_;
    unsigned ids_ = 0;
};

}  // namespace

std::string make_zip(const std::vector<std::pair<std::string, std::string>>& files) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
    if (archive == nullptr) throw std::runtime_error("zip_open_from_source");
    zip_source_keep(target);
    for (const auto& [path, content] : files) {
        zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
        if (zip_file_add(archive, path.c_str(), source, ZIP_FL_ENC_UTF_8) < 0) throw std::runtime_error(path);
    }
    if (zip_close(archive) != 0) throw std::runtime_error("zip_close");
    std::string out;
    zip_source_open(target);
    std::array<char, 65536> chunk{};
    for (zip_int64_t got = 0; (got = zip_source_read(target, chunk.data(), chunk.size())) > 0;) {
        out.append(chunk.data(), static_cast<std::size_t>(got));
    }
    zip_source_close(target);
    zip_source_free(target);
    return out;
}

TestEpub& TestEpub::chapter(std::string_view name, std::string_view body, std::string_view head) {
    std::string content =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE html>\n"
        "<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\"><head>";
    content.append(head).append("</head>\n<body>").append(body).append("</body></html>");
    return document(name, content);
}

TestEpub& TestEpub::document(std::string_view name, std::string_view content, std::string_view attributes) {
    const std::string id = "i" + std::to_string(files_.size());
    manifest_ += "<item id=\"" + id + "\" href=\"" + std::string(name) + "\" media-type=\"" +
                 std::string(kXhtml) + "\"/>";
    spine_ += "<itemref idref=\"" + id + "\" " + std::string(attributes) + "/>";
    files_.emplace_back("OEBPS/" + std::string(name), content);
    return *this;
}

TestEpub& TestEpub::file(std::string_view path, std::string_view content, std::string_view manifest) {
    manifest_ += manifest;
    files_.emplace_back(path, content);
    return *this;
}

TestEpub& TestEpub::nav(std::string_view list) {
    const std::string content =
        "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\" "
        "xmlns:epub=\"http://www.idpf.org/2007/ops\"><head><title>n</title></head><body>"
        "<nav epub:type=\"toc\"><ol>" +
        std::string(list) + "</ol></nav></body></html>";
    return file(
        "OEBPS/nav.xhtml", content,
        "<item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>");
}

TestEpub& TestEpub::ncx(std::string_view points) {
    spine_attributes_ = " toc=\"ncx\"";
    const std::string content =
        "<?xml version=\"1.0\"?><ncx xmlns=\"http://www.daisy.org/z3986/2005/ncx/\" version=\"2005-1\">"
        "<navMap>" +
        std::string(points) + "</navMap></ncx>";
    return file("OEBPS/toc.ncx", content,
                "<item id=\"ncx\" href=\"toc.ncx\" media-type=\"application/x-dtbncx+xml\"/>");
}

TestEpub& TestEpub::guide(std::string_view references) {
    guide_ = "<guide>" + std::string(references) + "</guide>";
    return *this;
}

std::string TestEpub::bytes() const {
    std::vector<std::pair<std::string, std::string>> files;
    files.emplace_back("mimetype", "application/epub+zip");
    files.emplace_back(
        "META-INF/container.xml",
        "<?xml version=\"1.0\"?><container xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\" "
        "version=\"1.0\"><rootfiles><rootfile full-path=\"OEBPS/content.opf\" "
        "media-type=\"application/oebps-package+xml\"/></rootfiles></container>");
    files.emplace_back(
        "OEBPS/content.opf",
        "<?xml version=\"1.0\"?><package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" "
        "unique-identifier=\"id\"><metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
        "<dc:identifier id=\"id\"> urn:x:test </dc:identifier><dc:title>Test &amp; Book</dc:title>"
        "<dc:creator>A. Author</dc:creator><dc:creator>B. Author</dc:creator>"
        "<dc:language>en</dc:language></metadata><manifest>" +
            manifest_ + "</manifest><spine" + spine_attributes_ + ">" + spine_ + "</spine>" + guide_ +
            "</package>");
    files.insert(files.end(), files_.begin(), files_.end());
    return make_zip(files);
}

Book read_bytes(std::string_view bytes) {
    MemorySource source(std::as_bytes(std::span(bytes)));
    auto book = read_book(source, "test.epub");
    if (!book)
        throw std::runtime_error(std::string(to_string(book.error().code)) + ": " + book.error().detail);
    return std::move(*book);
}

std::string nasty_body(std::uint32_t seed) {
    return Generator(seed).body();
}

std::string novel_body(std::uint32_t seed, std::size_t size) {
    static constexpr std::array<std::string_view, 12> kWords = {"the", "river",  "candle",  "said",
                                                                "and", "winter", "orchard", "whispered",
                                                                "of",  "a",      "morning", "lantern"};
    std::mt19937 random(seed);
    std::string out = "<h2>Chapter " + std::to_string(seed) + "</h2>\n";
    while (out.size() < size) {
        out += "    <p>";
        std::size_t column = 7;
        for (unsigned words = 20 + static_cast<unsigned>(random() % 140); words > 0; --words) {
            const std::string word(kWords[random() % kWords.size()]);
            const bool emphasis = random() % 60 == 0;
            out += emphasis ? "<em>" + word + "</em>" : word;
            column += word.size() + 1;
            const bool wrap = column > 76;
            out += wrap ? "\n      " : " ";
            if (wrap) column = 6;
        }
        out += "end.</p>\n";
    }
    return out;
}

Book nasty_book() {
    return read_bytes(TestEpub().chapter("a.xhtml", nasty_body(1)).chapter("b.xhtml", nasty_body(2)).bytes());
}

}  // namespace koshelf::core::text::test
