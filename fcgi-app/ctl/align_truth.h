// Ground truth of a narration, as a file with one sentence a line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/audio/accuracy.h"
#include "core/text/book.h"

namespace koshelf::ctl {

// Lines {"spine": 1-based item, "nonspace": code points that are not white space before the sentence in that
// item, "seconds": start in the audio, "weight": its length in seconds}. Empty lines are skipped; the error
// names the first line that is something else, or whose item the book does not have.
[[nodiscard]] tl::expected<std::vector<core::audio::SpokenSentence>, std::string> read_truth(
    std::string_view jsonl, const core::text::Book& book);

}  // namespace koshelf::ctl
