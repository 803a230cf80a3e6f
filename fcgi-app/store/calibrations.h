// Calibrations: what an account has said about where the narrator of an audiobook is in a text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/position.h"
#include "store/database.h"

namespace koshelf::store {

struct StoredCalibration {
    std::string id;            // within its list
    std::uint32_t offset = 0;  // code points from the start of the text
    double seconds = 0;        // from the start of the audiobook
    core::EpochSeconds at = 0;
    std::string sentence;  // the text there; "" if it was not at hand
    // What it was said of: it means nothing for another text or audio under the same ids.
    std::string text;
    double duration = 0;  // of the audio, seconds
    // What went when this was said, for who takes it back; of those nothing more.
    std::vector<StoredCalibration> replaced{};

    bool operator==(const StoredCalibration&) const = default;
};

// The audiobook, and the item whose e-book gives the text. All documents of an account that are linked to
// them share what was said: it is about the book, and they follow each other's positions.
struct BookPair {
    core::LibraryItemId item;
    core::LibraryItemId text_item;

    bool operator==(const BookPair&) const = default;
};

class Calibrations {
  public:
    struct List {
        std::vector<StoredCalibration> entries;  // oldest first
        std::string stored;                      // as it was read, for replace(); "": there is none
    };
    enum class Change {
        kDone,
        kChanged,    // somebody else was faster: read it again
        kNoAccount,  // there is no such account (any more)
    };

    explicit Calibrations(Database& database) : database_(database) {}

    // Text that is no list counts as an empty one.
    [[nodiscard]] StoreResult<List> of(const core::Username& username, const BookPair& pair);

    // Only if what is stored still is `list.stored`.
    [[nodiscard]] StoreResult<Change> replace(const core::Username& username, const BookPair& pair,
                                              const List& list);

  private:
    Database& database_;
};

}  // namespace koshelf::store
