// Lists of identifiers as GET takes them.

#include <cstdint>

#include "core/identifiers.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace koshelf;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    // The first line is the document, the rest the list.
    const std::size_t line = std::min(text.find('\n'), text.size());
    const auto document = core::DocumentId::parse(text.substr(0, line));
    if (!document) return 0;
    const auto list =
        core::IdentifierList::parse_query(text.substr(std::min(line + 1, text.size())), *document);
    if (!list) return 0;
    const auto again = core::IdentifierList::parse_query(list->to_text(), *document);
    fuzz::require(again.has_value() && again->entries() == list->entries(), "a list survives its own text");
    fuzz::require(core::strongest_shared_type(*list, list->to_text()) == list->entries().front().type,
                  "a list shares its strongest type with itself");
    return 0;
}
