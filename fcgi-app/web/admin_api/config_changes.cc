#include "web/admin_api/config_changes.h"

#include <string>

#include "core/json_text.h"
#include "web/admin_api/masked_settings.h"

namespace koshelf::web {
namespace {

constexpr std::string_view kUserMap = "AUDIOBOOKSHELF_USER_MAP";
constexpr std::string_view kDocumentMap = "AUDIOBOOKSHELF_DOCUMENT_MAP";

std::string current_value(std::string_view name, const store::StoredSettings& stored,
                          const platform::Config& config) {
    if (const auto found = stored.overrides.find(name); found != stored.overrides.end()) return found->second;
    const auto found = config.audiobookshelf.find(name);
    return found == config.audiobookshelf.end() ? std::string() : found->second;
}

// {code, message, field} and, for text that is no JSON, the offset in bytes at which it ends to be some.
Response invalid(std::string_view name, std::string_view why, std::string_view value) {
    const AdminErrorDescription description = describe(AdminError::kInvalidSetting);
    core::JsonObject json;
    json.add("code", description.code).add("message", why).add("field", name);
    if (name == kUserMap || name == kDocumentMap) {
        const auto document = platform::JsonDocument::parse(value);
        if (!document) json.add("offset", static_cast<std::int64_t>(document.error().offset));
    }
    return json_response(description.http_status, json.finish());
}

}  // namespace

OrResponse<store::Settings::Changes> read_changes(platform::JsonValue body,
                                                  const store::StoredSettings& stored,
                                                  const platform::Config& config) {
    const platform::JsonValue settings = body.member("settings");
    if (!settings.is_object()) return tl::unexpected(field_error("settings", "settings must be an object."));
    store::Settings::Changes changes;
    for (auto value = settings.first(); value.exists(); value = value.next()) {
        const std::string name(value.name());
        if (!store::is_setting(name))
            return tl::unexpected(invalid(name, "is no setting that can be changed here", ""));
        if (value.is_null()) {
            changes.insert_or_assign(name, std::nullopt);
            continue;
        }
        if (!value.is_string()) return tl::unexpected(invalid(name, "must be text, or null", ""));
        std::string text(value.string());
        if (text.empty()) {
            changes.insert_or_assign(name, std::nullopt);
            continue;
        }
        const bool one_secret = store::is_secret_setting(name) && name != kUserMap;
        if (one_secret && is_masked(text)) continue;
        if (name == kUserMap) {
            auto unmasked = unmask_user_map(text, current_value(name, stored, config));
            if (!unmasked) return tl::unexpected(invalid(name, unmasked.error(), text));
            text = std::move(*unmasked);
        }
        if (const auto problems = abs::check_setting(name, text); !problems.empty())
            return tl::unexpected(invalid(name, problems.front().why, text));
        changes.insert_or_assign(name, std::move(text));
    }
    return changes;
}

}  // namespace koshelf::web
