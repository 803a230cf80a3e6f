#include "core/text/markup.h"

#include <algorithm>
#include <optional>

#include "core/text/ascii.h"
#include "core/text/tree_builder.h"

namespace koshelf::core::text {
namespace {

constexpr std::size_t kSplitLength = 8192;  // characters after which the engine splits a run of text

bool is_name_char(char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.' || c == ':';
}

// Characters after which a name counts as one; a tab is not among them (so in the source of KOReader's
// engine).
bool ends_name(char c) {
    return c == ' ' || c == '/' || c == '>' || c == '?' || c == '=' || c == '\0' || c == '\r' || c == '\n';
}

struct QualifiedName {
    std::string_view prefix;
    std::string_view local;
};

class MarkupReader {
  public:
    MarkupReader(std::string_view source, TreeBuilder& builder) : source_(source), builder_(builder) {}

    void read() {
        const std::size_t first = source_.find('<');
        if (first == std::string_view::npos) return;
        at_ = first + 1;
        while (!at_end() && !builder_.failed()) read_tag();
        builder_.finish();
    }

  private:
    // Which end mark the next text runs to.
    enum class TextMode { kNormal, kStyle, kScript };

    [[nodiscard]] bool at_end() const { return at_ >= source_.size(); }
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
    }
    [[nodiscard]] bool looking_at(std::string_view text) const {
        return source_.substr(at_).starts_with(text);
    }

    void skip_blanks() {
        while (!at_end() && is_blank(peek())) ++at_;
    }

    // Moves to the next `mark`, or to the end.
    void skip_to(char mark) { at_ = std::min(source_.find(mark, at_), source_.size()); }

    void skip_past_tag_end() {
        skip_to('>');
        ++at_;
        read_text();
    }

    // Just behind a "<".
    void read_tag() {
        const char first = peek();
        skip_blanks();
        if (at_end()) return;
        const bool closes = first == '/';
        const bool instruction = first == '?';
        if (first == '!' && looking_at("!--")) return skip_comment();
        if (first == '!' && looking_at("![CDATA[")) return read_cdata();
        if (closes || instruction) ++at_;
        const std::optional<QualifiedName> name = read_name();
        if (!name || peek() == '=') {
            if (first != '!') builder_.not_plain();  // a document type declaration is no surprise
            return skip_past_tag_end();
        }
        if (closes) {
            builder_.close(name->local);
            return skip_past_tag_end();
        }
        open(*name, instruction);
    }

    void open(const QualifiedName& name, bool instruction) {
        std::string full = instruction ? "?" + std::string(name.local) : std::string(name.local);
        if (equals_ignoring_case(full, "style")) mode_ = TextMode::kStyle;
        if (equals_ignoring_case(full, "script")) mode_ = TextMode::kScript;
        builder_.open(name.prefix, full);
        while (!at_end() && !builder_.failed()) {
            skip_blanks();
            if (at_end()) return;
            const bool empty = (peek() == '/' || peek() == '?') && peek(1) == '>';
            if (empty || peek() == '>') return end_of_tag(full, empty);
            if (!read_attribute()) {
                // The rest of the tag is skipped, and with it the "<" of the next one and the character
                // behind.
                builder_.not_plain();
                skip_to('<');
                at_ += 2;
                return builder_.enter();
            }
        }
    }

    void end_of_tag(std::string_view name, bool empty) {
        builder_.enter();
        at_ += empty ? 2 : 1;
        if (empty) {
            builder_.close(name);
            mode_ = TextMode::kNormal;
        }
        read_text();
    }

    bool read_attribute() {
        const std::optional<QualifiedName> name = read_name();
        if (!name) return false;
        skip_blanks();
        std::string_view value;
        if (peek() == '=') {
            ++at_;
            skip_blanks();
            value = read_value();
        }
        builder_.attribute(name->local, value);
        return true;
    }

    std::string_view read_value() {
        const char quote = peek() == '"' || peek() == '\'' ? peek() : '\0';
        if (quote != '\0') ++at_;
        const std::size_t begin = at_;
        while (!at_end() && peek() != '>' && peek() != quote && (quote != '\0' || !is_blank(peek()))) ++at_;
        const std::string_view value = source_.substr(begin, at_ - begin);
        if (quote == '\0' || peek() != quote) {
            builder_.not_plain();
        } else {
            ++at_;
        }
        return value;
    }

    std::optional<QualifiedName> read_name() {
        if (!is_letter(peek())) return std::nullopt;
        const std::size_t begin = at_;
        std::size_t colon = std::string_view::npos;
        for (; is_name_char(peek()); ++at_) {
            if (peek() != ':') continue;
            if (colon != std::string_view::npos) break;
            colon = at_;
        }
        QualifiedName name{{}, source_.substr(begin, at_ - begin)};
        if (colon != std::string_view::npos) {
            name = {source_.substr(begin, colon - begin), source_.substr(colon + 1, at_ - colon - 1)};
        }
        if (name.local.empty() || !ends_name(peek())) return std::nullopt;
        return name;
    }

    void skip_comment() {
        const std::size_t close = source_.find("-->", at_ + 3);
        at_ = close == std::string_view::npos ? source_.size() : close + 3;
        read_text();
    }

    void read_cdata() {
        at_ += 8;
        const std::size_t close = std::min(source_.find("]]>", at_), source_.size());
        emit_run(source_.substr(at_, close - at_), true);
        at_ = std::min(close + 3, source_.size());
        read_text();
    }

    // Reads up to and including the next "<".
    void read_text() {
        if (at_end()) return;
        const std::size_t end = std::min(text_end(), source_.size());
        emit_run(source_.substr(at_, end - at_), false);
        at_ = end + 1;
        mode_ = TextMode::kNormal;
    }

    [[nodiscard]] std::size_t text_end() const {
        if (mode_ == TextMode::kNormal) return source_.find('<', at_);
        const std::string_view tag = mode_ == TextMode::kStyle ? "style" : "script";
        std::size_t mark = source_.find("</", at_);
        while (mark != std::string_view::npos &&
               !equals_ignoring_case(source_.substr(mark + 2, tag.size()), tag)) {
            mark = source_.find("</", mark + 2);
        }
        return mark;
    }

    void emit_run(std::string_view run, bool cdata) {
        const bool at_end_of_file = at_ + run.size() >= source_.size();
        if (run.empty() || (at_end_of_file && all_blank(run))) return;
        std::size_t length = 0;
        for (const char c : run) length += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
        bool continued = false;
        while (!run.empty() && !builder_.failed()) {
            const std::size_t size = piece_size(run);
            builder_.text({run.substr(0, size), cdata, continued, length});
            continued = true;
            run.remove_prefix(size);
        }
    }

    // Bytes of the first node that the engine makes of `run`: all of it if shorter than the window, else up
    // to and with the window's last blank (a CR LF pair is not a place to split between), else the window.
    static std::size_t piece_size(std::string_view run) {
        if (run.size() < kSplitLength) return run.size();
        std::size_t window = 0;
        std::size_t characters = 0;
        while (window < run.size() && characters < kSplitLength) {
            ++window;
            while (window < run.size() && (static_cast<unsigned char>(run[window]) & 0xC0U) == 0x80U)
                ++window;
            ++characters;
        }
        if (characters < kSplitLength) return run.size();
        for (std::size_t i = window; i > 0; --i) {
            const char c = run[i - 1];
            const char next = i < window ? run[i] : '\0';
            if (c == ' ' || (c == '\r' && next != '\n') || (c == '\n' && next != '\r')) return i;
        }
        return window;
    }

    std::string_view source_;
    TreeBuilder& builder_;
    std::size_t at_ = 0;
    TextMode mode_ = TextMode::kNormal;
};

}  // namespace

Result<Tree> read_markup(std::string_view source, NameTable& names, const MarkupLimits& limits) {
    TreeBuilder builder(names, limits);
    MarkupReader(source, builder).read();
    return builder.take();
}

}  // namespace koshelf::core::text
