// Foreign: what is found in the data of other servers, and where it goes, one account and one document at a
// time.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/position.h"
#include "store/account_image.h"

namespace koshelf::migration {

// Both return false if no more is wanted; whoever gave them knows why.
struct Sink {
    std::function<bool(store::AccountImage)> account;
    std::function<bool(store::DocumentImage)> document;
};

// What has been read, in words for people; the error is a sentence.
using Outcome = tl::expected<std::string, std::string>;

// A position as other servers have it.
struct ForeignPosition {
    std::string percentage;
    std::string progress;
    std::string device;
    std::string device_id;                      // "": none
    std::string time;                           // as read_time() takes it
    std::map<std::string, std::string> meta{};  // title, authors, filename
};

// The position as a document of that account. Its percentage is divided by `scale` first (100 where a server
// counts to a hundred). Nothing if the user or the document is no name, or the percentage is no number.
[[nodiscard]] std::optional<store::DocumentImage> to_image(const std::string& user,
                                                           const std::string& document,
                                                           const ForeignPosition& position, double scale = 1);

// An account. `credential`: as devices send it; "": not known. Nothing if that is no name.
[[nodiscard]] std::optional<store::AccountImage> to_image(const std::string& user,
                                                          const std::string& credential);

// Whether that is what a KOReader sends as its key: 32 lower-case hex digits. Servers that store anything
// else have hashed it once more, and it lets nobody in.
[[nodiscard]] bool is_device_key(std::string_view text);

// A time as databases and JSON have it, in seconds: a number of seconds or (above 10^11) milliseconds, or
// "2023-05-23T11:43:00.225+10:00", "2023-05-23 01:43:00.225000" (UTC where it does not say). Nothing for
// other text.
[[nodiscard]] std::optional<core::EpochSeconds> read_time(std::string_view text);

}  // namespace koshelf::migration
