#include "core/text/ascii.h"

#include <algorithm>

namespace koshelf::core::text {

std::string lower_ascii(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), to_lower);
    return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool all_blank(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_blank);
}

std::string_view trim_blanks(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string collapse_blanks(std::string_view text) {
    std::string out;
    for (const char c : trim_blanks(text)) {
        if (!is_blank(c)) {
            out += c;
        } else if (out.back() != ' ') {
            out += ' ';
        }
    }
    return out;
}

bool has_word(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        list = trim_blanks(list);
        const std::size_t end = std::min(list.find_first_of(" \t\r\n"), list.size());
        if (equals_ignoring_case(list.substr(0, end), word)) return true;
        list.remove_prefix(end);
    }
    return false;
}

}  // namespace koshelf::core::text
