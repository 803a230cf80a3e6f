#include "abs/me.h"

#include <utility>

#include "abs/json_fields.h"

namespace koshelf::abs {

std::optional<Me> parse_me(platform::JsonValue value) {
    Me me{text_field(value, "id"),
          text_field(value, "username"),
          text_field(value, "type"),
          text_field(value, "token"),
          {}};
    auto progress = parse_media_progress_list(value.member("mediaProgress"));
    if (me.id.empty() || !progress) return std::nullopt;
    me.progress = std::move(*progress);
    return me;
}

}  // namespace koshelf::abs
