// AlignedBook: a linked document with its text and its audio laid beside each other, and where reader and
// listener are in both.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audio/timeline.h"
#include "core/text/text_offset.h"
#include "relay/books.h"
#include "store/calibrations.h"
#include "web/admin_api/loaded_document.h"

namespace koshelf::web {

struct AlignedBook {
    enum class State {
        kReady,
        kNoText,      // no e-book
        kNoAudio,     // no audiobook
        kPending,     // the bridge is still at it, or not running
        kImpossible,  // the e-book cannot be read, or not be aligned
    };
    struct Place {
        std::optional<core::text::TextOffset> offset;
        std::optional<double> seconds;
        bool exact = true;  // false: estimated from a percentage
    };

    relay::Subject subject;
    std::shared_ptr<const relay::Book> book;  // null while kPending
    State state = State::kPending;
    std::string message;             // for people; may be "" for kReady
    std::optional<Place> reading;    // has an offset: where the device is, if that is a place in this text
    std::optional<Place> listening;  // has seconds: where the audio was seen last, by whoever asked
    store::Calibrations::List said;  // by the account, whether it fits this book or not
    std::vector<core::audio::AudioChapter> chapters;  // that the alignment's stretches count
};

// "ready", "no_text", "no_audio", "pending", "impossible".
[[nodiscard]] std::string_view to_string(AlignedBook::State state);

// Nobody but Redis is asked. kNotLinked if the document has no item.
[[nodiscard]] OrResponse<AlignedBook> open_aligned_book(Services& services, const LoadedDocument& loaded);

// {item, text_item, tier, …}: docs/api.md.
[[nodiscard]] std::string alignment_json(const AlignedBook& aligned, const LoadedDocument& loaded);

}  // namespace koshelf::web
