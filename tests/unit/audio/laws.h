// Laws: what every alignment keeps to, however it came about.
#pragma once

#include <cstdint>
#include <vector>

#include "core/audio/alignment.h"
#include "made_book.h"

namespace koshelf::core::audio::testing {

// Both directions are monotone and within the book; text -> audio -> text and audio -> text -> audio -> text
// come to rest at once. Tried at `offsets` and at many others.
void expect_lawful(const Alignment& alignment, std::vector<std::uint32_t> offsets, Dice& dice);

}  // namespace koshelf::core::audio::testing
