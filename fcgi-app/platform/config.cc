#include "platform/config.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "platform/environment_file.h"

namespace koshelf::platform {
namespace {

using Failure = tl::unexpected<std::string>;

std::optional<bool> parse_switch(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (text == "true" || text == "on" || text == "yes" || text == "1") return true;
    if (text == "false" || text == "off" || text == "no" || text == "0") return false;
    return std::nullopt;
}

std::optional<int> parse_int(std::string_view text, int minimum, int maximum) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < minimum || value > maximum) {
        return std::nullopt;
    }
    return value;
}

// Reads variables one after the other and remembers the first thing that was wrong.
class Reader {
  public:
    explicit Reader(const Config::Environment& environment) : environment_(environment) {}

    void on_off(std::string_view name, bool& setting) {
        const auto text = value(name);
        if (!text) return;
        const auto parsed = parse_switch(*text);
        if (!parsed) return fail(name, "must be on or off");
        setting = *parsed;
    }

    [[nodiscard]] int number(std::string_view name, int otherwise, int minimum, int maximum) {
        const auto text = value(name);
        if (!text) return otherwise;
        const auto parsed = parse_int(*text, minimum, maximum);
        if (!parsed) {
            fail(name, "must be a number from " + std::to_string(minimum) + " to " + std::to_string(maximum));
        }
        return parsed.value_or(otherwise);
    }

    [[nodiscard]] std::optional<std::string> value(std::string_view name) const {
        auto text = environment_(name);
        return text && text->empty() ? std::nullopt : text;
    }

    void fail(std::string_view name, const std::string& what) {
        if (error_.empty()) error_ = std::string(name) + ": " + what;
    }

    [[nodiscard]] const std::string& error() const { return error_; }

  private:
    const Config::Environment& environment_;
    std::string error_;
};

void read_redis(Reader& reader, Config& config) {
    if (const auto url = reader.value("REDIS_URL")) {
        auto address = RedisAddress::parse(*url);
        if (address) {
            config.redis = std::move(*address);
        } else {
            reader.fail("REDIS_URL", address.error());
        }
    }
    config.redis_timeout = std::chrono::milliseconds(reader.number(
        "KOSHELF_REDIS_TIMEOUT_MS", static_cast<int>(config.redis_timeout.count()), 10, 60'000));
}

void read_base_path(Reader& reader, Config& config) {
    const auto own = reader.value("KOSHELF_BASE_PATH");
    const auto of_nginx = reader.value("BASE_PATH");
    std::string path = own ? *own : of_nginx.value_or("");
    while (path.ends_with('/')) path.pop_back();
    if (!path.empty() && !path.starts_with('/'))
        reader.fail(own ? "KOSHELF_BASE_PATH" : "BASE_PATH", "must start with a slash");
    config.base_path = std::move(path);
}

// Names may have blanks within them, but not around them.
void read_admin_users(Reader& reader, Config& config) {
    const std::string text = reader.value("KOSHELF_ADMIN_USERS").value_or("");
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::size_t first = text.find_first_not_of(" \t", begin);
        if (first < end) {
            const std::size_t last = text.find_last_not_of(" \t", end - 1);
            config.admin_users.insert(text.substr(first, last - first + 1));
        }
        begin = end + 1;
    }
}

void read_metrics(Reader& reader, Config& config) {
    config.metrics_dir = reader.value("KOSHELF_METRICS_DIR").value_or("");
    if (!config.metrics_dir.empty() && !config.metrics_dir.starts_with('/'))
        reader.fail("KOSHELF_METRICS_DIR", "must be an absolute path");
    const std::string allowed = reader.value("KOSHELF_METRICS_ALLOW").value_or("127.0.0.0/8, ::1");
    if (allowed == "off") return;
    auto list = core::AddressList::parse(allowed);
    if (!list) return reader.fail("KOSHELF_METRICS_ALLOW", "must be addresses and networks, or off");
    config.metrics_allow = std::move(*list);
}

void read_audiobookshelf(Reader& reader, Config& config) {
    for (const std::string_view name : kAudiobookshelfVariables) {
        if (auto value = reader.value(name)) config.audiobookshelf.emplace(name, std::move(*value));
    }
    config.pull_budget = std::chrono::milliseconds(
        reader.number("KOSHELF_PULL_BUDGET_MS", static_cast<int>(config.pull_budget.count()), 0, 3000));
    config.abs_poll = std::chrono::seconds(
        reader.number("KOSHELF_ABS_POLL_S", static_cast<int>(config.abs_poll.count()), 5, 86'400));
    config.download_limit_mb =
        reader.number("KOSHELF_ABS_DOWNLOAD_LIMIT_MB", config.download_limit_mb, 1, 4'096);
    const std::string state = reader.value("STATE_DIR").value_or("./var");
    config.secret_file = reader.value("KOSHELF_SECRET_FILE").value_or(state + "/secrets/key");
}

}  // namespace

tl::expected<Config, std::string> Config::read(const Environment& environment) {
    Config config;
    Reader reader(environment);
    read_redis(reader, config);
    reader.on_off("ENABLE_USER_REGISTRATION", config.user_registration);
    reader.on_off("KOSHELF_STALE_GUARD", config.stale_guard);
    reader.on_off("KOSHELF_TEST_HOOKS", config.test_hooks);
    config.history_limit = reader.number("KOSHELF_HISTORY_LIMIT", config.history_limit, 1, 100'000);
    config.documents_limit = reader.number("KOSHELF_DOCUMENTS_LIMIT", config.documents_limit, 0, 100'000'000);
    config.refusals_per_minute =
        reader.number("KOSHELF_REFUSALS_PER_MINUTE", config.refusals_per_minute, 0, 65'000);
    if (const auto text = reader.value("KOSHELF_LOG_LEVEL")) {
        const auto level = parse_log_level(*text);
        if (!level) reader.fail("KOSHELF_LOG_LEVEL", "must be debug, info, warn or error");
        config.log_level = level.value_or(config.log_level);
    }
    read_base_path(reader, config);
    read_audiobookshelf(reader, config);
    read_admin_users(reader, config);
    read_metrics(reader, config);
    if (!reader.error().empty()) return Failure(reader.error());
    return config;
}

Config::Environment process_environment() {
    return [](std::string_view name) -> std::optional<std::string> {
        const char* value = std::getenv(std::string(name).c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
}

std::optional<Config> read_config(const std::string& environment_file, const Log& log) {
    if (!environment_file.empty()) {
        if (const auto loaded = load_environment_file(environment_file); !loaded) {
            log.error("config.invalid").with("why", loaded.error());
            return std::nullopt;
        }
    }
    auto config = Config::read(process_environment());
    if (!config) {
        log.error("config.invalid").with("why", config.error());
        return std::nullopt;
    }
    return std::move(*config);
}

}  // namespace koshelf::platform
