#include "core/text/entities.h"

#include <charconv>
#include <cstdint>
#include <unordered_map>

namespace koshelf::core::text {
namespace {

constexpr std::string_view kTable =
#include "core/text/entities.inc"
    ;

char32_t parse_hex(std::string_view digits) {
    std::uint32_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return value;
}

EntityValue parse_codes(std::string_view codes) {
    const std::size_t comma = codes.find(',');
    if (comma == std::string_view::npos) return {parse_hex(codes), 0};
    return {parse_hex(codes.substr(0, comma)), parse_hex(codes.substr(comma + 1))};
}

std::unordered_map<std::string_view, EntityValue> index_table() {
    std::unordered_map<std::string_view, EntityValue> index;
    index.reserve(2200);
    std::string_view rest = kTable;
    while (!rest.empty()) {
        const std::size_t end = rest.find(';');
        const std::string_view row = rest.substr(0, end);
        const std::size_t blank = row.find(' ');
        index.emplace(row.substr(0, blank), parse_codes(row.substr(blank + 1)));
        rest.remove_prefix(end + 1);
    }
    return index;
}

}  // namespace

EntityValue find_entity(std::string_view name) {
    static const std::unordered_map<std::string_view, EntityValue> index = index_table();
    const auto found = index.find(name);
    return found == index.end() ? EntityValue{} : found->second;
}

}  // namespace koshelf::core::text
