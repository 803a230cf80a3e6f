// The body of PUT /syncs/progress, read field by field.
#pragma once

#include "core/protocol_error.h"
#include "platform/json.h"
#include "store/positions.h"

namespace koshelf::web {

// kDocumentMissing if the document is missing, empty, no string or not servable (core::DocumentId);
// kInvalidRequest if percentage is no finite number (a JSON number, or a string that is one), if progress is
// neither a string nor a number, if device is no string, if device_id is neither null nor a string, or if
// identifiers break a rule (core::IdentifierList). Strings with U+0000 or bytes that are not UTF-8 count as
// no strings. Metadata never makes a push fail: what cannot be kept of it is left out.
[[nodiscard]] core::ProtocolResult<store::Push> read_push(platform::JsonValue body);

}  // namespace koshelf::web
