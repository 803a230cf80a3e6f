#include "abs/lone_surrogates.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace koshelf::abs {
namespace {

constexpr std::size_t kEscape = 6;  // \uXXXX

// The code unit of the escape at `at`; 0 if there is none.
unsigned unit_at(std::string_view json, std::size_t at) {
    const std::string_view escape = json.substr(std::min(at, json.size()), kEscape);
    if (escape.size() < kEscape || !escape.starts_with("\\u")) return 0;
    unsigned unit = 0;
    const auto [end, error] = std::from_chars(escape.data() + 2, escape.data() + kEscape, unit, 16);
    return error == std::errc{} && end == escape.data() + kEscape ? unit : 0;
}

bool is_high(unsigned unit) {
    return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low(unsigned unit) {
    return unit >= 0xDC00 && unit < 0xE000;
}

}  // namespace

std::string replace_lone_surrogates(std::string_view json) {
    std::string out(json);
    for (std::size_t at = json.find('\\'); at != std::string_view::npos; at = json.find('\\', at)) {
        const unsigned unit = unit_at(json, at);
        if (unit == 0) {
            at += 2;  // another escape, an escaped backslash included
        } else if (is_high(unit) && is_low(unit_at(json, at + kEscape))) {
            at += 2 * kEscape;
        } else {
            if (is_high(unit) || is_low(unit)) out.replace(at, kEscape, "\\ufffd");
            at += kEscape;
        }
    }
    return out;
}

}  // namespace koshelf::abs
