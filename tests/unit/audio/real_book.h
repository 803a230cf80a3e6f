// The real narrations in tests/data/aligned.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/audio/accuracy.h"
#include "core/audio/narration.h"
#include "core/audio/timeline.h"
#include "core/text/book.h"

namespace koshelf::core::audio::testing {

inline constexpr std::array kRealBooks = {"alices_adventures_in_wonderland", "siddhartha", "the_time_machine",
                                          "the_wrong_box"};

struct RealBook {
    text::Book book;
    Narration narration;
    std::vector<SpokenSentence> truth;
};

// `name` is one of kRealBooks, read once and kept. A file that is missing or damaged ends the test program.
[[nodiscard]] const RealBook& open_real_book(const std::string& name);

// `kind` of chapter marks: "titled", "numbered", "tracks", "merged", "none".
[[nodiscard]] RawAudiobook open_real_item(const std::string& name, const std::string& kind);

}  // namespace koshelf::core::audio::testing
