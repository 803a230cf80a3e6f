// Arbitrary strings as CFIs: parsed ones are written and read back, all are resolved.
#include <cstdint>
#include <string_view>

#include "core/text/cfi.h"
#include "test_epub.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace koshelf::core::text;
    static const Book book = test::nasty_book();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto cfi = parse_cfi(text);
    if (cfi && !(parse_cfi(to_string(*cfi)) == *cfi)) __builtin_trap();
    const auto resolved = resolve_cfi(book.map, text);
    if (resolved && resolved->offset.value > book.map.length()) __builtin_trap();
    return 0;
}
