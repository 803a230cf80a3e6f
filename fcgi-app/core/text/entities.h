// HTML's named character references.
#pragma once

#include <string_view>

namespace koshelf::core::text {

// One or two code points; `second` is 0 for almost all names.
struct EntityValue {
    char32_t first = 0;  // 0: no such name
    char32_t second = 0;
};

// `name` without "&" and ";". Names are case-sensitive ("Auml" is not "auml").
[[nodiscard]] EntityValue find_entity(std::string_view name);

}  // namespace koshelf::core::text
