#include "core/json_syntax.h"

#include <algorithm>

#include "core/ascii.h"

namespace koshelf::core {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Walks the text once. Every reader returns false after it has set `error`.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    bool document() {
        skip_blanks();
        if (!values()) return false;
        return at_end() || fail("bytes after the value");
    }

    [[nodiscard]] const JsonSyntaxError& error() const { return error_; }
    [[nodiscard]] std::vector<std::size_t> take_nul_escapes() { return std::move(nul_escapes_); }

  private:
    [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
    [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }

    bool fail(std::string_view reason) {
        error_ = {at_, reason};
        return false;
    }

    void skip_blanks() {
        while (!at_end() && is_blank(text_[at_])) ++at_;
    }

    bool take(char c) {
        if (at_end() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    bool take_word(std::string_view word) {
        if (!text_.substr(at_).starts_with(word)) return fail("unexpected character");
        at_ += word.size();
        return true;
    }

    // One value and all that it contains. A stack of open brackets instead of recursion: depth costs a byte.
    bool values() {
        do {
            if (!value_start()) return false;
            skip_blanks();
            if (!after_value()) return false;
        } while (expecting_value_);
        return true;
    }

    // A scalar, an empty container, or the opening of a container up to its first value.
    bool value_start() {
        switch (peek()) {
            case '{': return open('{', '}');
            case '[': return open('[', ']');
            case '"': return scalar(string());
            case 't': return scalar(take_word("true"));
            case 'f': return scalar(take_word("false"));
            case 'n': return scalar(take_word("null"));
            default: return scalar(number());
        }
    }

    bool scalar(bool ok) {
        expecting_value_ = false;
        return ok;
    }

    bool open(char bracket, char closing) {
        if (open_.size() == kMaxJsonDepth) return fail("nested too deeply");
        ++at_;
        skip_blanks();
        if (take(closing)) return scalar(true);
        open_.push_back(bracket);
        expecting_value_ = true;
        return bracket == '[' || member_name();
    }

    // Closes what ends here and steps over one comma, if a value is to follow.
    bool after_value() {
        if (expecting_value_) return true;
        while (!open_.empty()) {
            const bool in_object = open_.back() == '{';
            if (take(',')) {
                skip_blanks();
                expecting_value_ = true;
                return !in_object || member_name();
            }
            if (!take(in_object ? '}' : ']')) return fail("expected a comma or a closing bracket");
            open_.pop_back();
            skip_blanks();
        }
        return true;
    }

    bool member_name() {
        if (peek() != '"') return fail("expected a member name in quotes");
        if (!string()) return false;
        skip_blanks();
        if (!take(':')) return fail("expected a colon");
        skip_blanks();
        return true;
    }

    bool string() {
        ++at_;
        while (!at_end()) {
            const char c = text_[at_];
            if (c == '"') {
                ++at_;
                return true;
            }
            if (static_cast<unsigned char>(c) < 0x20) return fail("control character in a string");
            if (c == '\\') {
                if (!escape()) return false;
            } else {
                ++at_;
            }
        }
        return fail("unterminated string");
    }

    bool escape() {
        constexpr std::string_view kSimple = "\"\\/bfnrt";
        const std::size_t start = at_++;
        if (at_end()) return fail("unterminated string");
        if (peek() != 'u') {
            if (kSimple.find(peek()) == std::string_view::npos) return fail("unknown escape");
            ++at_;
            return true;
        }
        unsigned unit = 0;
        if (!hex_unit(unit)) return false;
        if (unit == 0) nul_escapes_.push_back(start);
        if (unit >= 0xDC00 && unit <= 0xDFFF) return fail("lone surrogate");
        if (unit < 0xD800 || unit > 0xDBFF) return true;
        unsigned low = 0;
        if (!take('\\') || peek() != 'u') return fail("lone surrogate");
        if (!hex_unit(low)) return false;
        return (low >= 0xDC00 && low <= 0xDFFF) || fail("lone surrogate");
    }

    // The "uXXXX" at the current place.
    bool hex_unit(unsigned& unit) {
        ++at_;
        for (int i = 0; i < 4; ++i, ++at_) {
            const char c = peek();
            if (is_digit(c)) {
                unit = unit * 16 + static_cast<unsigned>(c - '0');
            } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
                unit = unit * 16 + static_cast<unsigned>((c | 0x20) - 'a') + 10;
            } else {
                return fail("four hex digits expected");
            }
        }
        return true;
    }

    bool number() {
        take('-');
        if (!is_digit(peek())) return fail("unexpected character");
        if (!take('0')) skip_digits();
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            return digits();
        }
        return true;
    }

    bool digits() {
        if (!is_digit(peek())) return fail("digit expected");
        skip_digits();
        return true;
    }

    void skip_digits() {
        while (is_digit(peek())) ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool expecting_value_ = true;
    std::vector<char> open_;
    std::vector<std::size_t> nul_escapes_;
    JsonSyntaxError error_;
};

}  // namespace

tl::expected<std::vector<std::size_t>, JsonSyntaxError> check_json(std::string_view text) {
    Scanner scanner(text);
    if (!scanner.document()) return tl::unexpected(scanner.error());
    return scanner.take_nul_escapes();
}

std::string describe_place(std::string_view text, const JsonSyntaxError& error) {
    const std::string_view before = text.substr(0, error.offset);
    const auto line = std::ranges::count(before, '\n') + 1;
    const std::string_view in_line = before.substr(before.rfind('\n') + 1);
    const auto column = std::ranges::count_if(in_line, [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;  // not the later bytes of a character
    });
    return std::string(error.reason) + " in line " + std::to_string(line) + ", column " +
           std::to_string(column + 1);
}

}  // namespace koshelf::core
