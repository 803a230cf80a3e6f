// Line: one line of an export, a JSON object with a "type". docs/backup.md describes the format for people.
//
//   {"type":"export","version":1,"made":1764000000,"by":"0.1.0"}                       the first line
//   {"type":"account","user":"ann","credential":"5f4d…","profile":{"created":"…"}}
//   {"type":"document","user":"ann","document":"3f0c…","position":{…},"meta":{…},…}    everything but its
//   history
//   {"type":"history","user":"ann","document":"3f0c…","entries":[{"id":"…","fields":{…}}]}
//   {"type":"alias","user":"ann","value":"…","target":"<type>:<document>"}
//   {"type":"end","accounts":1,"documents":1,"lines":6}                                the last line
//
// Values are text, as they are stored; see transfer/exact_text.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <tl/expected.hpp>

#include "core/position.h"
#include "store/account_image.h"

namespace koshelf::transfer {

// Of the format. Another one is refused: what it means is not known here.
inline constexpr int kFormatVersion = 1;

// Longest line that is read, in bytes. The longest that is written has 250 positions of a history.
inline constexpr std::size_t kMaxLineBytes = std::size_t{16} * 1024 * 1024;

struct ExportHeader {
    int version = kFormatVersion;
    core::EpochSeconds made = 0;
    std::string by;  // the version of the server

    bool operator==(const ExportHeader&) const = default;
};

struct ExportEnd {
    // What stands before it, this line not counted; -1 where it was written without counting.
    std::int64_t accounts = -1;
    std::int64_t documents = -1;
    std::int64_t lines = -1;

    bool operator==(const ExportEnd&) const = default;
};

using Line = std::variant<ExportHeader, store::AccountImage, store::DocumentImage, store::HistoryImage,
                          store::AliasImage, ExportEnd>;

// Without a line end.
[[nodiscard]] std::string to_json(const ExportHeader& header);
[[nodiscard]] std::string to_json(const ExportEnd& end);
// The credential is left out if the image has none.
[[nodiscard]] std::string to_json(const store::AccountImage& image);
[[nodiscard]] std::string to_json(const store::DocumentImage& image);
[[nodiscard]] std::string to_json(const store::HistoryImage& image);
[[nodiscard]] std::string to_json(const store::AliasImage& image);

// The error is a phrase for people, for behind "line 7: ". Nothing that is read reaches out of its account.
[[nodiscard]] tl::expected<Line, std::string> parse_line(std::string_view text);

}  // namespace koshelf::transfer
