#include "web/admin_api/masked_settings.h"

#include <algorithm>
#include <array>

#include "core/json_text.h"
#include "platform/json.h"

namespace koshelf::web {
namespace {

using platform::JsonDocument;
using platform::JsonValue;

constexpr std::array<std::string_view, 5> kSecretMembers = {"api_key", "apiKey", "token", "user_token",
                                                            "userToken"};
constexpr std::size_t kShownFrom = 16;
constexpr std::size_t kShownEnd = 4;

bool is_secret_member(std::string_view name) {
    return std::ranges::find(kSecretMembers, name) != kSecretMembers.end();
}

std::string quoted(std::string_view text) {
    std::string json;
    core::append_json_string(json, text);
    return json;
}

std::string mask_entry(JsonValue entry) {
    if (entry.is_string()) return quoted(mask(entry.string()));
    if (!entry.is_object()) return entry.to_text();
    core::JsonObject object;
    for (JsonValue member = entry.first(); member.exists(); member = member.next()) {
        const bool secret = is_secret_member(member.name()) && member.is_string();
        object.add_json(member.name(), secret ? quoted(mask(member.string())) : member.to_text());
    }
    return object.finish();
}

// The stored text in whose place a masked one stands; "" if there is none.
std::string_view stored_text(JsonValue stored, std::string_view member) {
    if (member.empty()) {
        if (stored.is_string()) return stored.string();
        for (const std::string_view name : {"api_key", "apiKey", "token"}) {
            if (stored.member(name).is_string()) return stored.member(name).string();
        }
        return {};
    }
    if (stored.is_string()) return member.starts_with("user") ? std::string_view() : stored.string();
    return stored.member(member).string();
}

tl::expected<std::string, std::string> unmask_entry(JsonValue entry, JsonValue stored) {
    const auto text_of = [&](JsonValue value,
                             std::string_view member) -> tl::expected<std::string, std::string> {
        if (!value.is_string() || !is_masked(value.string())) return value.to_text();
        const std::string_view known = stored_text(stored, member);
        if (known.empty()) {
            return tl::unexpected(
                "entry " + std::string(entry.name()) +
                ": the key is only shown as asterisks, and none is stored for this user. Type it in");
        }
        return quoted(known);
    };
    if (!entry.is_object()) return text_of(entry, "");
    core::JsonObject object;
    for (JsonValue member = entry.first(); member.exists(); member = member.next()) {
        auto text = is_secret_member(member.name()) ? text_of(member, member.name()) : member.to_text();
        if (!text) return text;
        object.add_json(member.name(), *text);
    }
    return object.finish();
}

}  // namespace

bool is_masked(std::string_view text) {
    return text.starts_with(kMask);
}

std::string mask(std::string_view secret) {
    std::string masked(kMask);
    if (secret.size() >= kShownFrom) masked += secret.substr(secret.size() - kShownEnd);
    return masked;
}

std::string mask_user_map(std::string_view map) {
    const auto document = JsonDocument::parse(map);
    if (!document || !document->root().is_object()) return {};
    core::JsonObject masked;
    for (JsonValue entry = document->root().first(); entry.exists(); entry = entry.next())
        masked.add_json(entry.name(), mask_entry(entry));
    return masked.finish();
}

tl::expected<std::string, std::string> unmask_user_map(std::string_view map, std::string_view stored) {
    const auto document = JsonDocument::parse(map);
    if (!document || !document->root().is_object()) return std::string(map);
    const auto known = JsonDocument::parse(stored);
    core::JsonObject unmasked;
    for (JsonValue entry = document->root().first(); entry.exists(); entry = entry.next()) {
        auto text = unmask_entry(entry, known ? known->root().member(entry.name()) : JsonValue());
        if (!text) return text;
        unmasked.add_json(entry.name(), *text);
    }
    return unmasked.finish();
}

}  // namespace koshelf::web
