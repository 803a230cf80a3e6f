// What of an item of Audiobookshelf goes into the library cache.
#pragma once

#include <string>

#include "abs/item.h"
#include "store/library_cache.h"

namespace koshelf::relay {

// Changes when the file does: "<ino>|<size>|<mtime>".
[[nodiscard]] std::string fingerprint_of(const abs::EbookFile& file);

// Changes when anything does that an alignment is made from: duration, tracks, chapters, language. "" without
// audio.
[[nodiscard]] std::string fingerprint_of(const core::audio::RawAudiobook& audio, double duration);

// The e-book whose text counts: the primary one, unless only a supplementary one is an EPUB. Null if there is
// none.
[[nodiscard]] const abs::EbookFile* text_file(const abs::Item& item);

// Its e-book is text_file().
[[nodiscard]] store::CachedItem cached_item(const abs::Item& item);

}  // namespace koshelf::relay
