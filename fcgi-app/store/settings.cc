#include "store/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/json_text.h"
#include "platform/json.h"
#include "store/keys.h"

namespace koshelf::store {
namespace {

using platform::JsonDocument;
using platform::JsonValue;
using platform::RedisCommand;
using platform::RedisValue;

struct Name {
    std::string_view full;
    std::string_view brief;
    bool secret;
};

// A later one wins where both names stand in the JSON.
constexpr std::array<Name, 8> kNames = {{
    {"AUDIOBOOKSHELF_BASE_URL", "base_url", false},
    {"AUDIOBOOKSHELF_API_KEY", "api_key", true},
    {"AUDIOBOOKSHELF_USER_ID", "user_id", false},
    {"AUDIOBOOKSHELF_USER_TOKEN", "user_token", true},
    {"AUDIOBOOKSHELF_DEVICE_NAME", "device_name", false},
    {"AUDIOBOOKSHELF_USER_MAP", "user_map", true},
    {"AUDIOBOOKSHELF_DOCUMENT_MAP", "document_map", false},
    {"AUDIOBOOKSHELF_HTTP_TIMEOUT", "http_timeout", false},
}};

const Name* find_name(std::string_view full) {
    const auto* found = std::ranges::find(kNames, full, &Name::full);
    return found == kNames.end() ? nullptr : found;
}

// A value as text: strings as they are, objects and numbers as JSON; nothing for null and what is absent.
std::optional<std::string> as_text(JsonValue value) {
    if (value.is_string()) return std::string(value.string());
    if (value.is_object() || value.is_array() || value.is_number()) return value.to_text();
    return std::nullopt;
}

std::int64_t read_version(RedisValue value) {
    const std::string_view text = value.text();
    std::int64_t version = 0;
    std::from_chars(text.data(), text.data() + text.size(), version);
    return version;
}

// What is stored, full names, secrets as they are stored.
struct Raw {
    SettingValues values;
    std::optional<std::string> problem;
};

Raw read_raw(std::string_view json) {
    Raw raw;
    if (json.empty()) return raw;
    const auto document = JsonDocument::parse(json);
    if (!document) {
        raw.problem = "is no JSON: " + core::describe_place(json, document.error());
        return raw;
    }
    if (!document->root().is_object()) {
        raw.problem = "is no JSON object";
        return raw;
    }
    for (const Name& name : kNames) {
        auto text = as_text(document->root().member(name.full));
        if (!text) text = as_text(document->root().member(name.brief));
        if (text && !text->empty()) raw.values.emplace(name.full, std::move(*text));
    }
    return raw;
}

std::string to_json(const SettingValues& values) {
    core::JsonObject json;
    for (const auto& [name, value] : values) json.add(name, value);
    return json.finish();
}

}  // namespace

bool is_setting(std::string_view name) {
    return find_name(name) != nullptr;
}

bool is_secret_setting(std::string_view name) {
    const Name* found = find_name(name);
    return found != nullptr && found->secret;
}

RedisCommand Settings::question() {
    return {"MGET", keys::kConfigVersion, keys::kAudiobookshelf};
}

StoredSettings Settings::read(RedisValue answer) const {
    Raw raw = read_raw(answer[1].text());
    StoredSettings settings{
        .overrides = {}, .version = read_version(answer[0]), .has_secrets = false, .problems = {}};
    if (raw.problem) settings.problems.emplace_back(keys::kAudiobookshelf, *raw.problem);
    for (auto& [name, value] : raw.values) {
        if (!platform::SecretBox::is_sealed(value)) {
            settings.overrides.emplace(name, std::move(value));
            continue;
        }
        settings.has_secrets = true;
        if (auto secret = secrets_.open(value, name)) {
            settings.overrides.emplace(name, std::move(*secret));
        } else {
            settings.problems.emplace_back(name, secret.error());
        }
    }
    return settings;
}

StoreResult<void> touch_settings(Database& database) {
    const auto reply = database.ask({"INCR", keys::kConfigVersion});
    if (!reply) return tl::unexpected(reply.error());
    return {};
}

StoreResult<StoredSettings> Settings::load() {
    const auto reply = database_.ask(question());
    if (!reply) return tl::unexpected(reply.error());
    return read(reply->value());
}

StoreResult<std::int64_t> Settings::version() {
    const auto reply = database_.ask({"GET", keys::kConfigVersion});
    if (!reply) return tl::unexpected(reply.error());
    return read_version(reply->value());
}

StoreResult<std::optional<std::int64_t>> Settings::update(const Changes& changes,
                                                          std::int64_t expected_version) {
    const auto reply = database_.ask(question());
    if (!reply) return tl::unexpected(reply.error());
    const std::string before(reply->value()[1].text());
    SettingValues values = read_raw(before).values;
    // What stood there in clear (written by hand) is encrypted on this occasion.
    const auto seal = [this](std::string_view name, std::string value) -> StoreResult<std::string> {
        if (!is_secret_setting(name) || platform::SecretBox::is_sealed(value)) return value;
        auto sealed = secrets_.seal(value, name);
        if (!sealed) return tl::unexpected(StoreError{StoreError::Kind::kUnexpected, sealed.error()});
        return std::move(*sealed);
    };
    for (const auto& [name, value] : changes) {
        if (!is_setting(name)) continue;
        if (value) {
            values.insert_or_assign(name, *value);
        } else {
            values.erase(name);
        }
    }
    for (auto& [name, value] : values) {
        auto sealed = seal(name, value);
        if (!sealed) return tl::unexpected(sealed.error());
        value = std::move(*sealed);
    }
    const auto changed =
        database_.run({.script = update_settings_script(),
                       .keys = {std::string(keys::kAudiobookshelf), std::string(keys::kConfigVersion)},
                       .arguments = {std::to_string(expected_version), before, to_json(values)}});
    if (!changed) return tl::unexpected(changed.error());
    const std::int64_t version = changed->value().integer();
    if (version < 0) return std::nullopt;
    return version;
}

}  // namespace koshelf::store
