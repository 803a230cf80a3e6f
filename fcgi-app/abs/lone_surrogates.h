// Lone surrogates: what JavaScript strings may hold and JSON's other readers refuse.
#pragma once

#include <string>
#include <string_view>

namespace koshelf::abs {

// Audiobookshelf writes JSON with JSON.stringify, which turns half of a surrogate pair (a title that was cut
// inside an emoji) into an escape like \ud83d. That is no Unicode text, and a strict reader refuses the whole
// answer for it. This replaces each such escape by \ufffd and leaves everything else, valid JSON or not, as
// it is.
[[nodiscard]] std::string replace_lone_surrogates(std::string_view json);

}  // namespace koshelf::abs
