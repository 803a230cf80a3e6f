#include "core/text/search.h"

#include <algorithm>

#include "core/text/folding.h"
#include "core/utf8.h"

namespace koshelf::core::text {
namespace {

// So much of the next passage is looked at: the longest query with room for accents and blanks.
constexpr std::size_t kBeyond = 4 * Search::kLongest;

// Folded text, and where each of its code points stands in the book.
struct FoldedText {
    std::u32string text;
    std::vector<TextLength> offsets;

    void add(char32_t c, TextLength offset) {
        if (is_space(c)) return add_space(offset);
        for (const char32_t each : fold(c)) {
            text.push_back(each);
            offsets.push_back(offset);
        }
    }

    void add_space(TextLength offset) {
        if (text.empty() || text.back() == ' ') return;
        text.push_back(' ');
        offsets.push_back(offset);
    }

    // Up to `most` code points of a passage.
    void add(const Passage& passage, std::size_t most) {
        TextLength offset = passage.begin.value;
        std::size_t sentence = 0;
        std::string_view rest = passage.text;
        for (; !rest.empty() && most > 0; --most, ++offset) {
            while (sentence < passage.sentences.size() &&
                   passage.sentences[sentence].offset.value <= offset) {
                if (passage.sentences[sentence++].begins_block) add_space(offset);
            }
            const unsigned length = std::max(1U, utf8_length(rest));
            add(decode_utf8(rest, length), offset);
            rest.remove_prefix(length);
        }
    }
};

}  // namespace

Search::Search(std::string_view query) : wanted_(folded(query)) {
    if (wanted_.size() > kLongest) wanted_.resize(kLongest);
    if (!wanted_.empty() && wanted_.back() == ' ') wanted_.pop_back();
}

std::vector<TextOffset> Search::find_in(const Passage& passage, const Passage* next, TextOffset from,
                                        std::size_t limit) const {
    std::vector<TextOffset> found;
    if (empty()) return found;
    FoldedText folded;
    folded.add(passage, passage.text.size());
    const std::size_t own = folded.text.size();
    if (next != nullptr) folded.add(*next, kBeyond);
    std::size_t at = 0;
    while (found.size() < limit) {
        at = folded.text.find(wanted_, at);
        if (at >= own) break;  // npos too
        if (folded.offsets[at] >= from.value) {
            found.push_back({folded.offsets[at]});
            at += wanted_.size();
        } else {
            ++at;
        }
    }
    return found;
}

}  // namespace koshelf::core::text
