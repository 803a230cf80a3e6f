// Subject: one document of one account and the library item that it is linked to.
#pragma once

#include "core/ids.h"

namespace koshelf::relay {

struct Subject {
    core::Username username;
    core::DocumentId document;
    core::LibraryItemId item;
    core::LibraryItemId text_item;  // whose EPUB gives the text: the same item, unless another one was chosen

    bool operator==(const Subject&) const = default;
};

}  // namespace koshelf::relay
