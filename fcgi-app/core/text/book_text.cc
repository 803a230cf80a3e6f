#include "core/text/book_text.h"

#include <algorithm>

#include "core/text/ascii.h"
#include "core/text/folding.h"
#include "core/utf8.h"

namespace koshelf::core::text {
namespace {

constexpr TextLength kStride = 256;

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::size_t next_code_point(std::string_view text, std::size_t byte) {
    ++byte;
    while (byte < text.size() && is_continuation(text[byte])) ++byte;
    return byte;
}

// As narrations' ground truth counts it.
bool is_space_at(std::string_view c) {
    return is_space(decode_utf8(c, static_cast<unsigned>(c.size())));
}

bool ends_sentence(std::string_view c) {
    return c == "." || c == "!" || c == "?" || c == "\u2026" || c == "\u3002" || c == "\uFF01" ||
           c == "\uFF1F";
}

bool closes_quote(std::string_view c) {
    return c == "\"" || c == "'" || c == ")" || c == "]" || c == "\u2019" || c == "\u201D" || c == "\u00BB";
}

}  // namespace

void BookText::append(std::string_view utf8) {
    for (std::size_t byte = 0; byte < utf8.size(); byte = next_code_point(utf8, byte)) {
        if (length_ % kStride == 0) checkpoints_.push_back(static_cast<std::uint32_t>(utf8_.size() + byte));
        ++length_;
    }
    utf8_.append(utf8);
}

void BookText::begin_block() {
    if (block_starts_.empty() || block_starts_.back() != length_) block_starts_.push_back(length_);
}

std::size_t BookText::byte_of(TextLength code_point) const {
    if (code_point >= length_) return utf8_.size();
    std::size_t byte = checkpoints_[code_point / kStride];
    for (TextLength i = code_point % kStride; i > 0; --i) byte = next_code_point(utf8_, byte);
    return byte;
}

std::string_view BookText::slice(TextOffset from, TextLength count) const {
    const TextLength begin = std::min(from.value, length_);
    const std::size_t first = byte_of(begin);
    return std::string_view(utf8_).substr(first, byte_of(begin + std::min(count, length_ - begin)) - first);
}

std::string BookText::excerpt(TextOffset from, TextLength count) const {
    const TextLength begin = std::min(from.value, length_);
    const TextLength end = begin + std::min(count, length_ - begin);
    std::string out;
    TextLength at = begin;
    while (at < end) {
        const auto border = std::upper_bound(block_starts_.begin(), block_starts_.end(), at);
        const TextLength stop = border == block_starts_.end() ? end : std::min<TextLength>(*border, end);
        out.append(slice(TextOffset{at}, stop - at));
        out += ' ';
        at = stop;
    }
    out = collapse_blanks(out);
    const bool whole_block = std::binary_search(block_starts_.begin(), block_starts_.end(), end);
    if (end < length_ && !whole_block &&
        slice(TextOffset{end - (end > begin ? 1 : 0)}, 2).find(' ') == std::string_view::npos) {
        const std::size_t blank = out.rfind(' ');
        if (blank != std::string::npos && blank > out.size() / 2) out.resize(blank);
    }
    return out;
}

std::size_t BookText::blocks_in(TextOffset from, TextLength count) const {
    const auto first = std::lower_bound(block_starts_.begin(), block_starts_.end(), from.value);
    const auto last = std::lower_bound(first, block_starts_.end(), std::uint64_t{from.value} + count);
    return static_cast<std::size_t>(last - first);
}

TextOffset BookText::skip_nonspace(TextOffset from, TextLength count) const {
    TextLength at = std::min(from.value, length_);
    std::size_t byte = byte_of(at);
    while (at < length_) {
        const std::size_t next = next_code_point(utf8_, byte);
        const bool space = is_space_at(std::string_view(utf8_).substr(byte, next - byte));
        if (!space && count == 0) break;
        if (!space) --count;
        byte = next;
        ++at;
    }
    return TextOffset{at};
}

TextOffset BookText::sentence_start(TextOffset at) const {
    const TextLength end = std::min(at.value, length_);
    const auto border = std::upper_bound(block_starts_.begin(), block_starts_.end(), end);
    const TextLength begin = border == block_starts_.begin() ? 0 : *(border - 1);
    TextLength start = begin;
    bool ended = false;
    bool blank_after = true;  // blanks at the very start belong to no sentence
    std::size_t byte = byte_of(begin);
    for (TextLength i = begin; i < end || (i < length_ && i == end); ++i) {
        const std::size_t next = next_code_point(utf8_, byte);
        const std::string_view c = std::string_view(utf8_).substr(byte, next - byte);
        byte = next;
        if (is_space_at(c)) {
            blank_after = blank_after || ended;
        } else {
            if (blank_after) start = i;
            ended = ends_sentence(c) || (ended && closes_quote(c));
            blank_after = false;
        }
    }
    return TextOffset{std::min(start, end)};
}

}  // namespace koshelf::core::text
