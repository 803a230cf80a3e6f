// The settings that come from the environment. README.md's table lists the same names (a test compares).
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/address_list.h"
#include "platform/log.h"
#include "platform/redis_address.h"

namespace koshelf::platform {

struct Config {
    RedisAddress redis;                            // REDIS_URL
    std::chrono::milliseconds redis_timeout{800};  // KOSHELF_REDIS_TIMEOUT_MS: longest wait for an answer
    bool user_registration = true;                 // ENABLE_USER_REGISTRATION
    bool stale_guard = true;                       // KOSHELF_STALE_GUARD
    int history_limit = 200;                       // KOSHELF_HISTORY_LIMIT: positions kept for each document
    int documents_limit = 10'000;  // KOSHELF_DOCUMENTS_LIMIT: documents that an account may have; 0: no limit
    LogLevel log_level = LogLevel::kInfo;  // KOSHELF_LOG_LEVEL
    std::string base_path;                 // KOSHELF_BASE_PATH, else BASE_PATH: "" or "/kosync"
    int refusals_per_minute = 300;         // KOSHELF_REFUSALS_PER_MINUTE: from one address; 0: no limit
    std::string
        secret_file;  // KOSHELF_SECRET_FILE, else secrets/key in STATE_DIR: the key of secrets at rest
    std::chrono::milliseconds pull_budget{
        1500};  // KOSHELF_PULL_BUDGET_MS: what a GET may wait for Audiobookshelf
    std::chrono::seconds abs_poll{
        300};                     // KOSHELF_ABS_POLL_S: how often all progress is asked for, beside the feed
    int download_limit_mb = 200;  // KOSHELF_ABS_DOWNLOAD_LIMIT_MB: what may be fetched of one e-book, MiB
    // AUDIOBOOKSHELF_* and KOSHELF_ABS_PROXY, those that are set. What they mean, and whether it makes sense,
    // is for abs/settings.h: a mistake there stops no server.
    std::map<std::string, std::string, std::less<>> audiobookshelf;
    // KOSHELF_ADMIN_USERS: accounts that administer, beside the one that the console made first
    std::set<std::string, std::less<>> admin_users;
    // KOSHELF_METRICS_DIR: where processes keep what they count, so that others can read it; "": nowhere
    std::string metrics_dir;
    core::AddressList metrics_allow;  // KOSHELF_METRICS_ALLOW: who may ask for the metrics
    bool test_hooks = false;          // KOSHELF_TEST_HOOKS: routes that crash and hang, for tests

    // Looks a variable up; nothing if it is not set.
    using Environment = std::function<std::optional<std::string>(std::string_view name)>;

    // Reads all variables; what is unset or empty keeps its default. The error is one sentence that names the
    // variable and never repeats a value that may be secret.
    [[nodiscard]] static tl::expected<Config, std::string> read(const Environment& environment);
};

// The variables that Config::audiobookshelf holds.
inline constexpr std::array<std::string_view, 11> kAudiobookshelfVariables = {"AUDIOBOOKSHELF_BASE_URL",
                                                                              "AUDIOBOOKSHELF_API_KEY",
                                                                              "AUDIOBOOKSHELF_USER_ID",
                                                                              "AUDIOBOOKSHELF_USER_TOKEN",
                                                                              "AUDIOBOOKSHELF_DEVICE_NAME",
                                                                              "AUDIOBOOKSHELF_USER_MAP",
                                                                              "AUDIOBOOKSHELF_DOCUMENT_MAP",
                                                                              "AUDIOBOOKSHELF_HTTP_TIMEOUT",
                                                                              "AUDIOBOOKSHELF_CA_FILE",
                                                                              "AUDIOBOOKSHELF_TLS_VERIFY",
                                                                              "KOSHELF_ABS_PROXY"};

// Every other variable that Config::read asks for.
inline constexpr std::array<std::string_view, 19> kConfigVariables = {"REDIS_URL",
                                                                      "KOSHELF_REDIS_TIMEOUT_MS",
                                                                      "ENABLE_USER_REGISTRATION",
                                                                      "KOSHELF_STALE_GUARD",
                                                                      "KOSHELF_HISTORY_LIMIT",
                                                                      "KOSHELF_DOCUMENTS_LIMIT",
                                                                      "KOSHELF_LOG_LEVEL",
                                                                      "KOSHELF_BASE_PATH",
                                                                      "BASE_PATH",
                                                                      "KOSHELF_TEST_HOOKS",
                                                                      "KOSHELF_REFUSALS_PER_MINUTE",
                                                                      "STATE_DIR",
                                                                      "KOSHELF_SECRET_FILE",
                                                                      "KOSHELF_PULL_BUDGET_MS",
                                                                      "KOSHELF_ABS_POLL_S",
                                                                      "KOSHELF_ABS_DOWNLOAD_LIMIT_MB",
                                                                      "KOSHELF_ADMIN_USERS",
                                                                      "KOSHELF_METRICS_DIR",
                                                                      "KOSHELF_METRICS_ALLOW"};

// The variables of this process.
[[nodiscard]] Config::Environment process_environment();

// Reads this process' environment, after that file ("": none). What is wrong is logged; then nothing.
[[nodiscard]] std::optional<Config> read_config(const std::string& environment_file, const Log& log);

}  // namespace koshelf::platform
