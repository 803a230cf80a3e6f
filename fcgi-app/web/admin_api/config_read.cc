#include <optional>
#include <string>
#include <string_view>

#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/masked_settings.h"
#include "web/admin_api/session.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

std::string shown(const std::string& name, const std::string& value) {
    if (!store::is_secret_setting(name)) return value;
    return name == "AUDIOBOOKSHELF_USER_MAP" ? mask_user_map(value) : mask(value);
}

// What counts where nothing is set; nothing where that means there is none.
std::optional<std::string> default_of(std::string_view name) {
    const abs::Settings usual;
    if (name == "AUDIOBOOKSHELF_DEVICE_NAME") return usual.device_name;
    if (name == "AUDIOBOOKSHELF_HTTP_TIMEOUT") return std::to_string(usual.server.timeout.count());
    if (name == "AUDIOBOOKSHELF_TLS_VERIFY") return usual.http.verify_tls ? "on" : "off";
    return std::nullopt;
}

std::string setting_json(const std::string& name, const store::StoredSettings& stored,
                         const abs::Values& environment) {
    const auto overridden = stored.overrides.find(name);
    const auto given = environment.find(name);
    core::JsonObject json;
    json.add("name", name)
        .add("editable", store::is_setting(name))
        .add("secret", store::is_secret_setting(name));
    if (const auto usual = default_of(name)) {
        json.add("default", *usual);
    } else {
        json.add_json("default", "null");
    }
    if (overridden != stored.overrides.end()) {
        json.add("origin", "override").add("value", shown(name, overridden->second));
    } else if (given != environment.end()) {
        json.add("origin", "environment").add("value", shown(name, given->second));
    } else {
        json.add("origin", "default").add_json("value", "null");
    }
    return json.finish();
}

}  // namespace

Response read_config(Services& services, const Call& call) {
    const auto session = open_admin_session(services, call.request);
    if (!session) return session.error();
    const auto stored = services.desk.settings.load();
    if (!stored) return store_failed(services, stored.error());
    core::JsonArray settings;
    for (const std::string_view name : platform::kAudiobookshelfVariables)
        settings.add_json(setting_json(std::string(name), *stored, services.config.audiobookshelf));
    core::JsonArray problems;
    const auto report = [&problems](std::string_view name, std::string_view why) {
        problems.add_json(core::JsonObject().add("name", name).add("message", why).finish());
    };
    for (const auto& [name, why] : stored->problems) report(name, why);
    const abs::Settings effective =
        abs::make_settings(services.config.audiobookshelf, stored->overrides, stored->version);
    for (const abs::Problem& problem : effective.problems) report(problem.variable, problem.why);
    return json_response(200, core::JsonObject()
                                  .add("version", stored->version)
                                  .add("configured", effective.configured())
                                  .add_json("settings", settings.finish())
                                  .add_json("problems", problems.finish())
                                  .finish());
}

}  // namespace koshelf::web
