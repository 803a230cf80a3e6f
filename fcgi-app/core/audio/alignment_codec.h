// The stored form of an Alignment: compact, versioned, checked.
#pragma once

#include <string>
#include <string_view>

#include "core/audio/alignment.h"
#include "core/text/error.h"

namespace koshelf::core::audio {

// Raised whenever the form changes, or the rules that align change so much that older alignments should be
// made again from book and marks.
inline constexpr unsigned kAlignmentVersion = 2;

// About 10 bytes a knot (one in a thousand characters), 60 a stretch; of a novel of 1 MB some 15 KB.
[[nodiscard]] std::string serialise(const Alignment& alignment);

// The alignment that was serialised, equal to the last bit. Any other bytes are refused:
// kDamagedAlignment (truncated, altered, or not an Alignment by that class's guarantees: knots out of order,
// a confidence beyond 1, …), kUnsupportedVersion. Never more memory than some tens of times the input.
//
// Whether it belongs to a certain book and audiobook is for the caller to know: the bytes do not say.
[[nodiscard]] text::Result<Alignment> deserialise_alignment(std::string_view bytes);

// The checksum over everything behind the header, for tests that alter bytes on purpose.
[[nodiscard]] std::string with_fresh_alignment_checksum(std::string_view bytes);

}  // namespace koshelf::core::audio
