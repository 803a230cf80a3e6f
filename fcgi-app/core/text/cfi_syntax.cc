#include <charconv>

#include "core/text/cfi.h"

namespace koshelf::core::text {
namespace {

constexpr std::size_t kLongestCfi = 16'384;
constexpr std::string_view kOpening = "epubcfi(";

class Parser {
  public:
    explicit Parser(std::string_view text) : whole_(text), rest_(text) {}

    Result<Cfi> parse() {
        if (whole_.size() > kLongestCfi || !rest_.starts_with(kOpening) || !rest_.ends_with(')'))
            return bad();
        rest_ = rest_.substr(kOpening.size(), rest_.size() - kOpening.size() - 1);
        if (!path()) return bad();
        if (rest_.starts_with(',')) {
            // A range: its start continues the path that both ends share; where it ends does not matter.
            rest_.remove_prefix(1);
            if (!path() || !rest_.starts_with(',')) return bad();
            rest_.remove_prefix(1);
            Cfi start = std::move(cfi_);
            cfi_ = {};
            const bool redirected = redirected_;
            if (!path()) return bad();
            cfi_ = std::move(start);
            redirected_ = redirected;
        }
        if (!rest_.empty() || !redirected_ || cfi_.package.empty()) return bad();
        return std::move(cfi_);
    }

  private:
    [[nodiscard]] tl::unexpected<TextError> bad() const {
        return fail(TextErrorCode::kBadSyntax, std::string(whole_.substr(0, 80)));
    }

    bool path() {
        while (!rest_.empty() && rest_.front() != ',') {
            const char mark = rest_.front();
            rest_.remove_prefix(1);
            if (mark == '/') {
                if (!step()) return false;
            } else if (mark == '!') {
                if (redirected_) return false;
                redirected_ = true;
            } else if (mark == ':') {
                const auto number = integer();
                if (!number) return false;
                cfi_.offset = number;
                if (!assertion()) return false;
            } else if (mark == '~' || mark == '@') {
                skip_coordinates();
            } else {
                return false;
            }
        }
        return true;
    }

    bool step() {
        const auto number = integer();
        if (!number || cfi_.offset) return false;
        (redirected_ ? cfi_.content : cfi_.package).push_back({*number, {}});
        last_id_ = &(redirected_ ? cfi_.content : cfi_.package).back().id;
        const bool fine = assertion();
        last_id_ = nullptr;
        return fine;
    }

    std::optional<std::uint32_t> integer() {
        std::uint32_t value = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (error != std::errc{}) return std::nullopt;
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return value;
    }

    // `[…]` if there is one; "^" escapes. Of a step the part before "," or ";" is an id.
    bool assertion() {
        if (!rest_.starts_with('[')) return true;
        std::string id;
        bool is_id = true;
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            char c = rest_[i];
            if (c == ']') {
                rest_.remove_prefix(i + 1);
                if (last_id_ != nullptr) *last_id_ = std::move(id);
                return true;
            }
            if (c == ',' || c == ';') is_id = false;
            if (c == '^' && ++i == rest_.size()) return false;
            c = rest_[i];
            if (is_id) id += c;
        }
        return false;
    }

    void skip_coordinates() {
        const std::size_t end = rest_.find_first_not_of("0123456789.:");
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end);
    }

    std::string_view whole_;
    std::string_view rest_;
    Cfi cfi_;
    bool redirected_ = false;
    std::string* last_id_ = nullptr;
};

void append_steps(std::string& out, const std::vector<Cfi::Step>& steps) {
    for (const Cfi::Step& step : steps) {
        out += "/" + std::to_string(step.number);
        if (step.id.empty()) continue;
        out += '[';
        for (const char c : step.id) {
            if (std::string_view("^[](),;=").find(c) != std::string_view::npos) out += '^';
            out += c;
        }
        out += ']';
    }
}

}  // namespace

Result<Cfi> parse_cfi(std::string_view text) {
    return Parser(text).parse();
}

std::string to_string(const Cfi& cfi) {
    std::string out(kOpening);
    append_steps(out, cfi.package);
    out += '!';
    append_steps(out, cfi.content);
    if (cfi.offset) out += ":" + std::to_string(*cfi.offset);
    return out + ')';
}

}  // namespace koshelf::core::text
