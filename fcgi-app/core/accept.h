// Content negotiation: which Accept headers this protocol version serves.
#pragma once

#include <string_view>

#include "core/protocol_error.h"

namespace koshelf::core {

// Reads the value of an Accept header (several headers joined with a comma; empty if there was none).
//
// A media type of the family application/vnd.koreader.vN+json must name version 1 ("v1", "v1.2") in at
// least one of the list's entries; an entry of another version is kUnsupportedVersion, one that cannot be
// parsed kInvalidAccept. Everything else ("*/*", no header, parameters, any case) is served.
[[nodiscard]] ProtocolResult<void> negotiate(std::string_view accept);

}  // namespace koshelf::core
