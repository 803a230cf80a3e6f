#include "core/text/sentences.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "core/text/folding.h"
#include "core/utf8.h"

namespace koshelf::core::text {
namespace {

using Block = std::u32string_view;

// Longer words are no abbreviations.
constexpr std::size_t kLongestAbbreviation = 12;

// Stand in front of a name, with a capital letter; never at the end of a sentence. Folded.
constexpr std::array kTitles = std::to_array<std::u32string_view>({
    U"adm", U"capt", U"cmdr", U"col", U"cpl", U"dott",   U"dr",  U"fr",   U"frl", U"gen", U"gov",
    U"hon", U"hr",   U"ing",  U"lt",  U"maj", U"messrs", U"mgr", U"mlle", U"mme", U"mr",  U"mrs",
    U"ms",  U"mt",   U"prof", U"rev", U"sgt", U"sr",     U"sra", U"srta", U"st",  U"ste", U"supt",
});

// Stand in front of something else.
constexpr std::array kAbbreviations = std::to_array<std::u32string_view>({
    U"bzw",
    U"cf",
    U"esp",
    U"evtl",
    U"ggf",
    U"sog",
    U"str",
    U"vgl",
    U"viz",
    U"vs",
    U"гг",
    U"проф",
    U"св",
    U"см",
    U"стр",
    U"ул",
});

// The same, if a number follows.
constexpr std::array kBeforeNumbers = std::to_array<std::u32string_view>({
    U"abs", U"art", U"bd", U"cap", U"ch", U"chap", U"ed",  U"fig", U"kap", U"n",   U"no", U"nos",
    U"nr",  U"num", U"op", U"p",   U"pp", U"s",    U"sec", U"t",   U"v",   U"vol", U"vv",
});

bool is_one_of(char32_t c, std::u32string_view set) {
    return set.find(c) != std::u32string_view::npos;
}

// Full stops that a blank follows.
bool is_stop(char32_t c) {
    return is_one_of(c, U".!?\u2026\u203D\u2047\u2048\u2049\u061F\u06D4\u0589\u0964\u0965\u1362\u1367\u1368");
}

// Those that need none.
bool is_wide_stop(char32_t c) {
    return is_one_of(c, U"\u3002\uFF01\uFF1F\uFF0E\uFF61\u104B\u17D4\u17D5");
}

bool closes(char32_t c) {
    return is_one_of(c, U"\"')]}\u2019\u201D\u00BB\u203A\u300D\u300F\u3011\u3009\u300B\uFF09\uFF3D\uFF63");
}

bool opens(char32_t c) {
    return is_one_of(c,
                     U"\"'([{\u2018\u201C\u201E\u201A\u00AB\u2039\u00BF\u00A1\u300C\u300E\u3010\u3008\u300A"
                     U"\uFF08\uFF3B\uFF62");
}

bool is_dash(char32_t c) {
    return c == '-' || (c >= 0x2010 && c <= 0x2015);
}

bool is_ascii_digit(char32_t c) {
    return c >= '0' && c <= '9';
}

bool is_latin_capital(char32_t c) {
    return (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x0410 && c <= 0x042F) ||
           (c >= 0x0391 && c <= 0x03A9);
}

bool is_roman(Block word) {
    return !word.empty() && word.find_first_not_of(U"IVXLC") == Block::npos;
}

std::u32string folded(Block word) {
    std::u32string out;
    for (const char32_t c : word) {
        for (const char32_t each : fold(c)) out.push_back(each);
    }
    return out;
}

class SentenceCutter {
  public:
    SentenceCutter(Block block, TextOffset offset, std::vector<Sentence>& out)
        : block_(block), offset_(offset), out_(out) {}

    void cut() {
        std::size_t at = skip_space(0);
        bool first = true;
        while (at < block_.size()) {
            const std::size_t end = end_of_sentence(at);
            add(at, end, first);
            first = false;
            at = skip_space(end);
        }
    }

  private:
    [[nodiscard]] std::size_t skip_space(std::size_t at) const {
        while (at < block_.size() && is_space(block_[at])) ++at;
        return at;
    }

    [[nodiscard]] std::size_t end_of_sentence(std::size_t begin) const {
        for (std::size_t at = begin; at < block_.size();) {
            if (!is_stop(block_[at]) && !is_wide_stop(block_[at])) {
                ++at;
                continue;
            }
            const std::size_t stopped = behind_stops(at);
            std::size_t end = stopped;
            while (end < block_.size() && (closes(block_[end]) || is_mark(block_[end]))) ++end;
            if (ends_here(begin, at, stopped, end)) return end;
            at = end;
        }
        return block_.size();
    }

    // "?!", "...", and ". . ."
    [[nodiscard]] std::size_t behind_stops(std::size_t at) const {
        while (at < block_.size()) {
            if (is_stop(block_[at]) || is_wide_stop(block_[at])) {
                ++at;
            } else if (at + 1 < block_.size() && is_space(block_[at]) && block_[at + 1] == '.') {
                at += 2;
            } else {
                break;
            }
        }
        return at;
    }

    // `stop`: the first of the stops; `stopped`: behind the last; `end`: behind what closes quotes.
    [[nodiscard]] bool ends_here(std::size_t begin, std::size_t stop, std::size_t stopped,
                                 std::size_t end) const {
        if (end == block_.size()) return true;
        // After a quote that is closed the sentence may go on: 「行く。」と言った。
        if (is_wide_stop(block_[stopped - 1]))
            return end == stopped || is_space(block_[end]) || opens(block_[end]);
        if (!is_space(block_[end])) return false;
        std::size_t next = skip_space(end);
        if (next == block_.size()) return true;
        while (next + 1 < block_.size() &&
               (opens(block_[next]) || is_dash(block_[next]) || is_space(block_[next])))
            ++next;
        if (is_small_letter(block_[next])) return false;
        const bool single = stopped == stop + 1 && block_[stop] == '.';
        return !single || !belongs_to_word(begin, stop, block_[next]);
    }

    // The full stop at `stop` is that of an abbreviation, an initial or a number.
    [[nodiscard]] bool belongs_to_word(std::size_t begin, std::size_t stop, char32_t next) const {
        std::size_t from = stop;
        while (from > begin && !is_space(block_[from - 1]) && !opens(block_[from - 1]) &&
               !is_dash(block_[from - 1])) {
            if (stop - from > kLongestAbbreviation) return false;
            --from;
        }
        const Block word = block_.substr(from, stop - from);
        if (word.empty()) return false;
        const bool numbered = std::ranges::all_of(word, is_ascii_digit) || is_roman(word);
        if (from == begin && numbered) return true;  // "12. The Sea"
        if (word.size() == 1)
            return is_initial(word.front(), begin, from) || (is_ascii_digit(next) && named(word, next));
        if (word.find('.') != Block::npos) return is_dotted(word);
        return named(word, next);
    }

    // "J. R. R. Tolkien", but not "It was I. He left."
    [[nodiscard]] bool is_initial(char32_t letter, std::size_t begin, std::size_t from) const {
        if (!is_latin_capital(letter)) return false;
        const bool pronoun = letter == 'I' && from >= begin + 2 && is_small_letter(block_[from - 2]);
        return !pronoun;
    }

    // "U.S." and "z.B.", but not "at 5 p.m. He left."
    [[nodiscard]] static bool is_dotted(Block word) {
        const std::u32string plain = folded(word);
        if (plain == U"a.m" || plain == U"p.m") return false;
        std::size_t letters = 0;
        for (const char32_t c : word) {
            letters = c == '.' ? 0 : letters + 1;
            if (letters > 2) return false;
        }
        return true;
    }

    [[nodiscard]] static bool named(Block word, char32_t next) {
        const std::u32string plain = folded(word);
        const auto is_in = [&plain](const auto& list) {
            return std::ranges::find(list, plain) != list.end();
        };
        if (!is_small_letter(word.front()) && is_in(kTitles)) return true;
        return is_in(kAbbreviations) || (is_ascii_digit(next) && is_in(kBeforeNumbers));
    }

    // In pieces, if it is too long.
    void add(std::size_t begin, std::size_t end, bool first) {
        while (end > begin && is_space(block_[end - 1])) --end;
        while (begin < end) {
            const std::size_t stop = end - begin > kLongestSentence ? pause_in(begin) : end;
            std::size_t last = stop;
            while (last > begin + 1 && is_space(block_[last - 1])) --last;
            out_.push_back({.offset = {offset_.value + static_cast<TextLength>(begin)},
                            .length = static_cast<TextLength>(last - begin),
                            .begins_block = first});
            first = false;
            begin = std::min(end, skip_space(stop));
        }
    }

    // Where one would pause in what follows `begin`, which is longer than a sentence may be.
    [[nodiscard]] std::size_t pause_in(std::size_t begin) const {
        const std::size_t longest = begin + kLongestSentence;
        std::size_t best = longest;
        int best_rank = 0;
        for (std::size_t at = begin + kLongestSentence / 2; at <= longest; ++at) {
            const int rank = pause_before(at);
            if (rank == 0 || rank < best_rank) continue;
            best = at;
            best_rank = rank;
        }
        constexpr std::size_t kMostMarks = 16;
        for (std::size_t i = 0; best_rank == 0 && i < kMostMarks && is_mark(block_[best]); ++i) --best;
        return best;
    }

    // How good a place is for a pause; 0: none.
    [[nodiscard]] int pause_before(std::size_t at) const {
        const char32_t before = block_[at - 1];
        if (is_one_of(before, U"\uFF1B\uFF1A")) return 3;
        if (is_one_of(before, U"\uFF0C\u3001\uFF64")) return 2;
        if (!is_space(block_[at])) return 0;
        if (is_one_of(before, U";:\u061B") || (is_dash(before) && before != '-')) return 3;
        if (is_one_of(before, U",\u060C")) return 2;
        return is_space(before) ? 0 : 1;
    }

    Block block_;
    TextOffset offset_;
    std::vector<Sentence>& out_;
};

}  // namespace

std::vector<Sentence> sentences_of(const BookText& text) {
    std::vector<Sentence> sentences;
    TextLength begin = 0;
    const auto cut = [&](TextLength end) {
        const std::u32string block = code_points_of(text.slice({begin}, end - begin));
        SentenceCutter(block, {begin}, sentences).cut();
        begin = end;
    };
    for (const std::uint32_t start : text.block_starts()) {
        if (start > begin) cut(start);
    }
    if (text.length() > begin) cut(text.length());
    return sentences;
}

}  // namespace koshelf::core::text
