// Numbers as titles write them.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "core/audio/words.h"

namespace koshelf::core::audio {

// How a number was written; the weaker the form, the more context a caller should ask for ("I" is also a
// pronoun, "once" is eleven in Spanish).
enum class NumeralForm { kDigits, kRoman, kWord };

struct Numeral {
    int value = 0;          // 0..9999
    std::size_t words = 0;  // how many words it took
    NumeralForm form = NumeralForm::kDigits;
};

// The number that `words` begin with: digits; a canonical roman numeral up to 200; cardinal or ordinal words
// up to ninety-nine ("twenty one", "twentyfirst", "einundzwanzigstes", "vingt et un", "first") in English,
// German, French, Spanish, Italian, Portuguese, Dutch and Russian; Chinese numerals ("十二"). Nothing if
// there is none.
[[nodiscard]] std::optional<Numeral> leading_numeral(std::span<const Word> words);

}  // namespace koshelf::core::audio
