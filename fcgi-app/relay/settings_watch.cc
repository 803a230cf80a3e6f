#include "relay/settings_watch.h"

namespace koshelf::relay {
namespace {

constexpr core::EpochMillis kInterval = 1000;

}  // namespace

SettingsWatch::SettingsWatch(store::Database& database, const platform::Config& config)
    : database_(database),
      store_(database, platform::SecretBox(config.secret_file)),
      environment_(config.audiobookshelf),
      current_(abs::make_settings(environment_, {})) {}

// The clock may be set back: then it is asked at once.
bool SettingsWatch::due(core::EpochMillis now) {
    if (now >= asked_ && now - asked_ < kInterval) return false;
    asked_ = now;
    return true;
}

bool SettingsWatch::take(platform::RedisValue answer) {
    if (!answer.is_array()) return false;
    loaded_ = true;
    if (answer[0].text() == version_ && answer[1].text() == stored_) return false;
    version_ = answer[0].text();
    stored_ = answer[1].text();
    store::StoredSettings stored = store_.read(answer);
    current_ = abs::make_settings(environment_, stored.overrides, stored.version);
    for (auto& [variable, why] : stored.problems) current_.problems.push_back({variable, why});
    return true;
}

bool SettingsWatch::refresh(core::EpochMillis now) {
    if (!due(now)) return false;
    const auto reply = database_.ask(store::Settings::question());
    return reply && take(reply->value());
}

void SettingsWatch::ride(core::EpochMillis now) {
    if (!due(now)) return;
    database_.ride(store::Settings::question(), [this](platform::RedisValue answer) { take(answer); });
}

void log_problems(const abs::Settings& settings, const platform::Log& log) {
    for (const abs::Problem& problem : settings.problems)
        log.error("config.problem").with("variable", problem.variable).with("why", problem.why);
}

}  // namespace koshelf::relay
