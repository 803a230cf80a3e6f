// BookBuild: from an EPUB on a server to its text map and its alignments.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abs/credential.h"
#include "abs/error.h"
#include "abs/item.h"
#include "abs/server.h"
#include "core/audio/timeline.h"
#include "core/text/error.h"
#include "library/range_source.h"
#include "platform/http.h"

namespace koshelf::library {

struct BuildOrder {
    abs::Server server;
    abs::Credential credential;
    platform::HttpOptions http;
    std::string item;
    abs::EbookFile file;
    std::vector<core::audio::RawAudiobook> audios;  // to be aligned with the text
    std::uint64_t download_limit = 0;               // bytes
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
[[nodiscard]] BuildOutcome build_from(RangeSource& source, std::string_view file_name,
                                      const std::vector<core::audio::RawAudiobook>& audios,
                                      std::uint64_t download_limit);

// What is wrong with a book, for people.
[[nodiscard]] std::string sentence_for(const core::text::TextError& error);
// Why a file could not be had, for people.
[[nodiscard]] std::string sentence_for(const abs::AbsError& error);

// The outcome as text and back; nothing from other text.
[[nodiscard]] std::string to_text(const BuildOutcome& outcome);
[[nodiscard]] std::optional<BuildOutcome> outcome_from(std::string_view text);

}  // namespace koshelf::library
