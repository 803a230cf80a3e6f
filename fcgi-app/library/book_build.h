// BookBuild: from an EPUB on a server to its text map and its alignments.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audio/timeline.h"
#include "reading/ebook.h"
#include "reading/range_source.h"

namespace koshelf::library {

struct BuildOrder {
    reading::EbookOrder book;
    std::vector<core::audio::RawAudiobook> audios;  // to be aligned with the text
};

struct BuiltAlignment {
    std::string bytes;  // as core/audio/alignment_codec writes it; "" with an error
    double confidence = 0;
    std::string error;

    bool operator==(const BuiltAlignment&) const = default;
};

struct BuildOutcome {
    std::string map{};    // as core/text/map_codec writes it; "" with an error
    std::string error{};  // a sentence
    bool lasting =
        false;  // the error is a property of the file or of the rights to it: trying again is no use
    std::vector<BuiltAlignment> alignments{};  // one for each of BuildOrder::audios
    std::uint64_t bytes = 0;                   // transferred
    std::uint64_t fetches = 0;

    bool operator==(const BuildOutcome&) const = default;
};

// Fetches and reads the book in a process of its own: books come from anywhere. False from `keep_on` ends it,
// with an error that is not lasting.
[[nodiscard]] BuildOutcome build_book(const BuildOrder& order, const std::function<bool()>& keep_on);

// Reads the book and makes everything of it, here and now.
[[nodiscard]] BuildOutcome build_from(reading::RangeSource& source, std::string_view file_name,
                                      const std::vector<core::audio::RawAudiobook>& audios,
                                      std::uint64_t download_limit);

// The outcome as text and back; nothing from other text.
[[nodiscard]] std::string to_text(const BuildOutcome& outcome);
[[nodiscard]] std::optional<BuildOutcome> outcome_from(std::string_view text);

}  // namespace koshelf::library
