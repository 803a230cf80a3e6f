// Several identifiers for one book: the optional list that lets a device name a book by content, by file
// name, by structure … at once, strongest first. Resolution itself happens in the store, in one step with
// the write (store/scripts/push.lua); this is the list and its rules.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "core/protocol_error.h"

namespace koshelf::core {

struct Identifier {
    std::string type;   // ^[a-z][a-z0-9-]*$, at most 32 characters
    std::string value;  // ^[A-Za-z0-9][A-Za-z0-9-_.]*$, at most 128 characters
    bool weak = false;  // may resolve a read, but no push

    bool operator==(const Identifier&) const = default;
};

// 1 to 8 identifiers, each type once, one of them (anywhere in the list) naming the request's own document.
class IdentifierList {
  public:
    // Checks the rules above; kInvalidRequest if one is broken.
    [[nodiscard]] static ProtocolResult<IdentifierList> create(std::vector<Identifier> entries,
                                                               const DocumentId& document);

    // Reads the form that GET takes: "type:value,type:value", already percent-decoded. No entry is weak
    // there.
    [[nodiscard]] static ProtocolResult<IdentifierList> parse_query(std::string_view ids,
                                                                    const DocumentId& document);

    [[nodiscard]] const std::vector<Identifier>& entries() const { return entries_; }

    // 0-based place of the entry whose value is the request's own document.
    [[nodiscard]] std::size_t own_index() const { return own_index_; }

    // "type:value,type:value": what is stored beside a progress string.
    [[nodiscard]] std::string to_text() const;

  private:
    IdentifierList(std::vector<Identifier> entries, std::size_t own_index)
        : entries_(std::move(entries)), own_index_(own_index) {}

    std::vector<Identifier> entries_;
    std::size_t own_index_;
};

// The strongest type of `asked` that stands with the same value in `stored` (to_text() of the list that was
// pushed with the current progress string): only then was that string made for the file that asks. "none" if
// there is no such type.
[[nodiscard]] std::string strongest_shared_type(const IdentifierList& asked, std::string_view stored);

}  // namespace koshelf::core
