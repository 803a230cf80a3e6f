// Settings: what an administrator has set in the place of the environment's AUDIOBOOKSHELF_*.
//
// One JSON object in Redis, {"AUDIOBOOKSHELF_BASE_URL": "…"}. Secrets in it are encrypted with the key of
// this server's secret file. Read are also short names ("base_url", "api_key", "user_map" as an object or
// text, …).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/redis.h"
#include "platform/secret_box.h"
#include "store/database.h"

namespace koshelf::store {

// AUDIOBOOKSHELF_* -> value, in clear.
using SettingValues = std::map<std::string, std::string, std::less<>>;

// The eight names that can be set here.
[[nodiscard]] bool is_setting(std::string_view name);
// Those whose value is encrypted at rest, masked when shown, and never logged.
[[nodiscard]] bool is_secret_setting(std::string_view name);

struct StoredSettings {
    SettingValues overrides;
    std::int64_t version = 0;  // 0 before the first change
    bool has_secrets = false;  // some of it is encrypted
    // What could not be used, as (variable, sentence); it counts as not set.
    std::vector<std::pair<std::string, std::string>> problems;
};

// Has all processes read the settings anew, as when one was changed. For who has changed the key of the
// secrets.
[[nodiscard]] StoreResult<void> touch_settings(Database& database);

class Settings {
  public:
    // `secrets` names the key file; it is read when the first secret is met, and made when the first is
    // stored.
    Settings(Database& database, platform::SecretBox secrets)
        : database_(database), secrets_(std::move(secrets)) {}

    [[nodiscard]] StoreResult<StoredSettings> load();
    [[nodiscard]] StoreResult<std::int64_t> version();

    // Sets or (nothing) removes overrides, if the version is still the expected one. Returns the new version;
    // nothing if somebody else has changed something meanwhile. Names that are no settings are ignored.
    using Changes = std::map<std::string, std::optional<std::string>, std::less<>>;
    [[nodiscard]] StoreResult<std::optional<std::int64_t>> update(const Changes& changes,
                                                                  std::int64_t expected_version);

    // The question whose answer read() understands; it may travel with other commands. Its answer has
    // all that is stored, so that a change made past update() is seen as well.
    [[nodiscard]] static platform::RedisCommand question();
    [[nodiscard]] StoredSettings read(platform::RedisValue answer) const;

  private:
    Database& database_;
    platform::SecretBox secrets_;
};

}  // namespace koshelf::store
