// Arbitrary text as a line of an export: what is understood is written and read back the same, and stays in
// its account.
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <variant>

#include "require.h"
#include "transfer/line.h"

namespace {

using namespace koshelf;

template <typename Line>
void check(const Line& line) {
    const auto again = transfer::parse_line(transfer::to_json(line));
    fuzz::require(again.has_value() && std::get<Line>(*again) == line, "what was written is read back");
    if constexpr (!std::is_same_v<Line, transfer::ExportHeader> && !std::is_same_v<Line, transfer::ExportEnd>)
        fuzz::require(!line.username.empty() && line.username.find(':') == std::string::npos,
                      "a name is a part of a key");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto line = transfer::parse_line({reinterpret_cast<const char*>(data), size});
    if (line) std::visit([](const auto& each) { check(each); }, *line);
    return 0;
}
