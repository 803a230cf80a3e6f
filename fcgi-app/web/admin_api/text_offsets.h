// TextOffsets: places in a text as a request names them, and the sections that they are in.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/json_text.h"
#include "core/text/text_map.h"
#include "relay/subject.h"
#include "web/admin_api/session.h"

namespace koshelf::web {

// A query parameter that is a number of code points; nothing if it is absent or empty. The error names the
// field.
[[nodiscard]] OrResponse<std::optional<std::int64_t>> offset_parameter(const Request& request,
                                                                       std::string_view name);

// The map of the text that a document is linked to, as far as it is made.
[[nodiscard]] OrResponse<std::optional<core::text::TextMap>> map_of(Services& services,
                                                                    const relay::Subject& subject,
                                                                    std::string_view text_fingerprint);

// Adds "section" (an index into those of the alignment) and "section_title"; null and "" without a map.
void add_section(core::JsonObject& json, const std::optional<core::text::TextMap>& map,
                 core::text::TextOffset offset);

}  // namespace koshelf::web
