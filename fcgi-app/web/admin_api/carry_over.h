// CarryOver: a position crosses once more, because what it becomes on the other side has changed.
#pragma once

#include <string>

#include "web/admin_api/loaded_document.h"

namespace koshelf::web {

struct CarriedOver {
    std::string outcome;  // "queued", "imported", "nothing", or "later": it did not work now
    std::string message;  // for people
};

// The newest change wins, as always. Where both sides agreed, it is the side that had moved last. Never
// fails: what has changed stays changed.
[[nodiscard]] CarriedOver carry_over(Services& services, const LoadedDocument& loaded);

}  // namespace koshelf::web
