// Accept headers, numbers and names.

#include <cmath>
#include <cstdint>

#include "core/accept.h"
#include "core/ids.h"
#include "core/number.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace koshelf;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(core::negotiate(text));
    fuzz::require(core::negotiate(std::string(text) + ",application/vnd.koreader.v1+json").has_value(),
                  "version 1 anywhere in the list is served");
    if (const auto number = core::parse_json_number(text)) {
        fuzz::require(std::isfinite(*number), "numbers are finite");
        fuzz::require(core::parse_json_number(core::format_number(*number)) == number,
                      "a number survives its text");
        fuzz::require(core::parse_stored_number(text) == number, "what we store can be read back");
    }
    if (const auto username = core::Username::parse(text))
        fuzz::require(username->str() == text, "names are kept whole");
    return 0;
}
