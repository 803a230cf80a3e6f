#include "abs/json_fields.h"

#include <cmath>

#include "abs/lone_surrogates.h"
#include "core/number.h"
#include "core/utf8.h"

namespace koshelf::abs {

tl::expected<platform::JsonDocument, core::JsonSyntaxError> parse_json(std::string_view text) {
    auto document = platform::JsonDocument::parse(text);
    if (document) return document;
    return platform::JsonDocument::parse(replace_lone_surrogates(text));
}

std::string text_field(platform::JsonValue object, std::string_view name) {
    const std::string_view text = object.member(name).string();
    return core::is_utf8(text) ? std::string(text) : std::string();
}

std::optional<double> number_field(platform::JsonValue object, std::string_view name) {
    const platform::JsonValue value = object.member(name);
    if (value.is_string()) return core::parse_stored_number(value.string());
    if (!value.is_number() || !std::isfinite(value.number())) return std::nullopt;
    return value.number();
}

platform::EpochMillis time_field(platform::JsonValue object, std::string_view name) {
    constexpr double kYear9999 = 253402300800000;
    const double value = number_field(object, name).value_or(0);
    return value > 0 && value < kYear9999 ? static_cast<platform::EpochMillis>(value) : 0;
}

bool flag_field(platform::JsonValue object, std::string_view name) {
    const platform::JsonValue value = object.member(name);
    if (value.is_string()) return value.string() == "true" || value.string() == "1";
    return value.is_true() || (value.is_number() && value.number() != 0);
}

}  // namespace koshelf::abs
