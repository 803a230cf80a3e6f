#include "store/account_image.h"

#include <algorithm>
#include <cmath>

#include "core/number.h"

namespace koshelf::store {

const Fields* DocumentImage::section(std::string_view member) const {
    const auto found =
        std::ranges::find_if(sections, [member](const Section& each) { return each.key->member == member; });
    return found == sections.end() ? nullptr : &found->fields;
}

std::string_view field(const Fields& fields, std::string_view name) {
    const auto found = std::ranges::find_if(fields, [name](const auto& each) { return each.first == name; });
    return found == fields.end() ? std::string_view() : found->second;
}

double position_time(const Fields& position) {
    const double time = core::parse_stored_number(field(position, "timestamp")).value_or(0);
    return std::abs(time) < 1e15 ? time : 0;
}

}  // namespace koshelf::store
