#include "transfer/exact_text.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/json_text.h"
#include "core/utf8.h"
#include "platform/base64.h"

namespace koshelf::transfer {
namespace {

constexpr std::string_view kBytes = "base64";

// The strings of the library that reads JSON end at NUL.
bool is_plain_text(std::string_view bytes) {
    return bytes.find('\0') == std::string_view::npos && core::is_utf8(bytes);
}

bool names_fit_an_object(const store::Fields& fields) {
    std::set<std::string_view> names;
    return std::ranges::all_of(fields, [&names](const auto& each) {
        return is_plain_text(each.first) && names.insert(each.first).second;
    });
}

std::optional<store::Fields> read_pairs(platform::JsonValue array) {
    store::Fields fields;
    for (platform::JsonValue pair = array.first(); pair.exists(); pair = pair.next()) {
        auto name = read_exact(pair.first());
        auto value = read_exact(pair.first().next());
        if (!pair.is_array() || !name || !value || pair.first().next().next().exists()) return std::nullopt;
        fields.emplace_back(std::move(*name), std::move(*value));
    }
    return fields;
}

}  // namespace

std::string exact_json(std::string_view bytes) {
    std::string text;
    if (is_plain_text(bytes)) {
        core::append_json_string(text, bytes);
        return text;
    }
    return core::JsonObject().add(kBytes, platform::base64_encode(bytes)).finish();
}

std::optional<std::string> read_exact(platform::JsonValue value) {
    if (value.is_string()) {
        // An escaped U+0000 was made into bytes that are no UTF-8.
        if (!core::is_utf8(value.string())) return std::nullopt;
        return std::string(value.string());
    }
    const platform::JsonValue bytes = value.member(kBytes);
    if (!bytes.is_string() || value.first().next().exists()) return std::nullopt;
    return platform::base64_decode(bytes.string());
}

std::string exact_json(const store::Fields& fields) {
    if (names_fit_an_object(fields)) {
        core::JsonObject object;
        for (const auto& [name, value] : fields) object.add_json(name, exact_json(value));
        return object.finish();
    }
    core::JsonArray array;
    for (const auto& [name, value] : fields)
        array.add_json(core::JsonArray().add_json(exact_json(name)).add_json(exact_json(value)).finish());
    return array.finish();
}

std::optional<store::Fields> read_exact_fields(platform::JsonValue value) {
    if (value.is_array()) return read_pairs(value);
    if (!value.is_object()) return std::nullopt;
    store::Fields fields;
    for (platform::JsonValue member = value.first(); member.exists(); member = member.next()) {
        auto text = read_exact(member);
        if (!text || !core::is_utf8(member.name())) return std::nullopt;
        fields.emplace_back(member.name(), std::move(*text));
    }
    return fields;
}

}  // namespace koshelf::transfer
