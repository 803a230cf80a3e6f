// Arbitrary bytes as an EPUB; and as the body of a content document of a well-made one.
#include <cstdint>
#include <string>
#include <string_view>

#include "core/text/book.h"
#include "core/text/cfi.h"
#include "core/text/fragment.h"
#include "core/text/map_codec.h"
#include "core/text/percentage.h"
#include "core/text/stylesheet.h"
#include "core/text/xpointer.h"
#include "test_epub.h"

namespace {

using namespace koshelf::core::text;

constexpr EpubLimits small_limits() {
    EpubLimits limits;
    limits.entries = 200;
    limits.entry_bytes = 1 << 20;
    limits.total_bytes = 4 << 20;
    limits.nesting = 200;
    limits.nodes = 50'000;
    limits.spine_items = 100;
    return limits;
}

void require(bool condition) {
    if (!condition) __builtin_trap();
}

void use(const Book& book) {
    require(book.text.length() == book.map.length());
    const TextLength step = 1 + book.map.length() / 20;
    TextOffset last{0};
    for (TextLength at = 0; at <= book.map.length(); at += step) {
        const auto written = write_xpointer(book.map, TextOffset{at});
        require(written.has_value());
        require(last <= written->offset && written->offset.value <= at);
        last = written->offset;
        const auto resolved = resolve_xpointer(book.map, written->text);
        require(resolved && resolved->offset == written->offset);
        (void)write_cfi(book.map, TextOffset{at});
        require(percentage_at(book.map, TextOffset{at}) <= 1.0);
    }
    const std::string stored = serialise(book.map);
    const auto map = deserialise(stored);
    require(map && serialise(*map) == stored);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (bytes.starts_with("PK")) {
        MemorySource source(std::as_bytes(std::span(bytes)));
        if (const auto book = read_book(source, "x.epub", small_limits())) use(*book);
        return 0;
    }
    test::TestEpub epub;
    epub.document("a.xhtml", bytes);
    epub.chapter("b.xhtml", bytes, "<style>" + std::string(bytes) + "</style>");
    epub.nav(bytes);
    const std::string made = epub.bytes();
    MemorySource source(std::as_bytes(std::span(made)));
    if (const auto book = read_book(source, "x.epub", small_limits())) use(*book);
    return 0;
}
