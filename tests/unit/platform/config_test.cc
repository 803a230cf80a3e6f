#include "platform/config.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

namespace koshelf::platform {
namespace {

Config::Environment environment(std::map<std::string, std::string, std::less<>> variables) {
    return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
}

TEST(Config, HasDefaultsForEverything) {
    const auto config = Config::read(environment({}));
    ASSERT_TRUE(config.has_value());
    EXPECT_TRUE(config->user_registration);
    EXPECT_TRUE(config->stale_guard);
    EXPECT_FALSE(config->test_hooks);
    EXPECT_EQ(config->history_limit, 200);
    EXPECT_EQ(config->documents_limit, 10'000);
    EXPECT_EQ(config->redis.database, 3);
    EXPECT_EQ(config->metrics_dir, "");
    EXPECT_TRUE(config->metrics_allow.contains("127.0.0.1") && config->metrics_allow.contains("::1"));
    EXPECT_FALSE(config->metrics_allow.contains("192.0.2.1"));
}

TEST(Config, ReadsWhatIsSet) {
    const auto config = Config::read(environment({{"ENABLE_USER_REGISTRATION", "False"},
                                                  {"KOSHELF_STALE_GUARD", "off"},
                                                  {"KOSHELF_HISTORY_LIMIT", "7"},
                                                  {"KOSHELF_DOCUMENTS_LIMIT", "0"},
                                                  {"KOSHELF_BASE_PATH", "/kosync/"},
                                                  {"KOSHELF_LOG_LEVEL", "warn"},
                                                  {"REDIS_URL", "unix:///r.sock?db=1"}}));
    ASSERT_TRUE(config.has_value());
    EXPECT_FALSE(config->user_registration);
    EXPECT_FALSE(config->stale_guard);
    EXPECT_EQ(config->history_limit, 7);
    EXPECT_EQ(config->documents_limit, 0);
    EXPECT_EQ(config->base_path, "/kosync");
    EXPECT_EQ(config->log_level, LogLevel::kWarn);
    EXPECT_EQ(config->redis.socket_path, "/r.sock");
}

TEST(Config, TakesTheBasePathOfNginxUnlessItHasItsOwn) {
    EXPECT_EQ(Config::read(environment({{"BASE_PATH", "/kosync/"}}))->base_path, "/kosync");
    EXPECT_EQ(Config::read(environment({{"BASE_PATH", "/a"}, {"KOSHELF_BASE_PATH", "/b"}}))->base_path, "/b");
    const auto wrong = Config::read(environment({{"BASE_PATH", "kosync"}}));
    ASSERT_FALSE(wrong.has_value());
    EXPECT_TRUE(wrong.error().starts_with("BASE_PATH"));
}

TEST(Config, ReadsWhoMaySeeTheMetrics) {
    const auto config = Config::read(environment(
        {{"KOSHELF_METRICS_ALLOW", "192.0.2.0/24"}, {"KOSHELF_METRICS_DIR", "/run/koshelf/metrics"}}));
    ASSERT_TRUE(config.has_value());
    EXPECT_TRUE(config->metrics_allow.contains("192.0.2.1"));
    EXPECT_FALSE(config->metrics_allow.contains("127.0.0.1"));
    EXPECT_EQ(config->metrics_dir, "/run/koshelf/metrics");
    const auto off = Config::read(environment({{"KOSHELF_METRICS_ALLOW", "off"}}));
    ASSERT_TRUE(off.has_value());
    EXPECT_FALSE(off->metrics_allow.contains("127.0.0.1"));
}

TEST(Config, KeepsWhatAudiobookshelfSettingsSayAndJudgesNone) {
    const auto config = Config::read(environment({{"AUDIOBOOKSHELF_USER_MAP", "{bad"},
                                                  {"AUDIOBOOKSHELF_BASE_URL", ""},
                                                  {"KOSHELF_PULL_BUDGET_MS", "3000"},
                                                  {"KOSHELF_ABS_POLL_S", "60"},
                                                  {"KOSHELF_ABS_DOWNLOAD_LIMIT_MB", "7"},
                                                  {"STATE_DIR", "/srv/state"}}));
    ASSERT_TRUE(config.has_value());
    EXPECT_EQ(config->audiobookshelf.size(), 1U);
    EXPECT_EQ(config->audiobookshelf.at("AUDIOBOOKSHELF_USER_MAP"), "{bad");
    EXPECT_EQ(config->pull_budget.count(), 3000);
    EXPECT_EQ(config->abs_poll.count(), 60);
    EXPECT_EQ(config->download_limit_mb, 7);
    EXPECT_EQ(config->secret_file, "/srv/state/secrets/key");
}

TEST(Config, NamesTheVariableThatIsWrong) {
    for (const auto& [name, value] :
         std::map<std::string, std::string>{{"ENABLE_USER_REGISTRATION", "maybe"},
                                            {"KOSHELF_HISTORY_LIMIT", "0"},
                                            {"KOSHELF_HISTORY_LIMIT", "many"},
                                            {"KOSHELF_LOG_LEVEL", "loud"},
                                            {"KOSHELF_PULL_BUDGET_MS", "3001"},
                                            {"KOSHELF_ABS_POLL_S", "0"},
                                            {"KOSHELF_BASE_PATH", "kosync"},
                                            {"KOSHELF_METRICS_ALLOW", "localhost"},
                                            {"KOSHELF_METRICS_DIR", "run/metrics"},
                                            {"REDIS_URL", "secret"}}) {
        const auto config = Config::read(environment({{name, value}}));
        ASSERT_FALSE(config.has_value()) << name;
        EXPECT_TRUE(config.error().starts_with(name)) << config.error();
        EXPECT_EQ(config.error().find("secret"), std::string::npos);
    }
}

TEST(Config, AsksForExactlyTheDocumentedVariables) {
    std::vector<std::string> asked;
    static_cast<void>(Config::read([&asked](std::string_view name) -> std::optional<std::string> {
        asked.emplace_back(name);
        return std::nullopt;
    }));
    std::vector<std::string> documented(kConfigVariables.begin(), kConfigVariables.end());
    documented.insert(documented.end(), kAudiobookshelfVariables.begin(), kAudiobookshelfVariables.end());
    std::ranges::sort(asked);
    std::ranges::sort(documented);
    EXPECT_EQ(asked, documented);
}

TEST(Config, IsInTheReadme) {
    std::ifstream file(KOSHELF_SOURCE_DIR "/README.md");
    std::stringstream text;
    text << file.rdbuf();
    for (const std::string_view name : kAudiobookshelfVariables)
        EXPECT_NE(text.str().find("| `" + std::string(name) + "` |"), std::string::npos) << name;
    for (const std::string_view name : kConfigVariables) {
        if (name == "KOSHELF_TEST_HOOKS") continue;  // for tests, not for people
        EXPECT_NE(text.str().find("| `" + std::string(name) + "` |"), std::string::npos) << name;
    }
}

}  // namespace
}  // namespace koshelf::platform
