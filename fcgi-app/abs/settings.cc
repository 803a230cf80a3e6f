#include "abs/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>

#include "core/ascii.h"
#include "core/json_syntax.h"
#include "core/utf8.h"
#include "platform/json.h"

namespace koshelf::abs {
namespace {

using platform::JsonDocument;
using platform::JsonValue;

constexpr std::string_view kBaseUrl = "AUDIOBOOKSHELF_BASE_URL";
constexpr std::string_view kApiKey = "AUDIOBOOKSHELF_API_KEY";
constexpr std::string_view kUserId = "AUDIOBOOKSHELF_USER_ID";
constexpr std::string_view kUserToken = "AUDIOBOOKSHELF_USER_TOKEN";
constexpr std::string_view kDeviceName = "AUDIOBOOKSHELF_DEVICE_NAME";
constexpr std::string_view kUserMap = "AUDIOBOOKSHELF_USER_MAP";
constexpr std::string_view kDocumentMap = "AUDIOBOOKSHELF_DOCUMENT_MAP";
constexpr std::string_view kHttpTimeout = "AUDIOBOOKSHELF_HTTP_TIMEOUT";
constexpr std::array kOverridable = {kBaseUrl,    kApiKey,  kUserId,      kUserToken,
                                     kDeviceName, kUserMap, kDocumentMap, kHttpTimeout};

constexpr int kShortestTimeout = 100;
constexpr int kLongestTimeout = 120'000;
constexpr std::size_t kMaxSecretBytes = 4096;

// What a header can carry: visible ASCII.
bool is_token(std::string_view text) {
    return text.size() <= kMaxSecretBytes &&
           std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

// A name that a device shows and a log holds.
bool is_device_name(std::string_view text) {
    return text.size() <= 200 && core::is_utf8(text) && std::ranges::none_of(text, [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
           });
}

class Maker {
  public:
    Maker(const Values& environment, const Values& overrides)
        : environment_(environment), overrides_(overrides) {}

    Settings make() {
        read_server();
        read_http();
        read_device_name();
        read_fallback();
        read_users();
        read_documents();
        return std::move(settings_);
    }

  private:
    // The value that counts, without blanks around it; "" if there is none.
    [[nodiscard]] std::string value(std::string_view name) const {
        const bool overridable = std::ranges::find(kOverridable, name) != kOverridable.end();
        for (const Values* values : {overridable ? &overrides_ : nullptr, &environment_}) {
            if (values == nullptr) continue;
            const auto found = values->find(name);
            if (found == values->end()) continue;
            if (const auto text = core::trimmed(found->second); !text.empty()) return std::string(text);
        }
        return {};
    }

    void report(std::string_view variable, std::string why) {
        settings_.problems.push_back({std::string(variable), std::move(why)});
    }

    void read_server() {
        if (const std::string text = value(kBaseUrl); !text.empty()) {
            auto url = normalise_base_url(text);
            if (url) {
                settings_.server.base_url = std::move(*url);
            } else {
                report(kBaseUrl, "is no base URL: " + std::string(url.error()));
            }
        }
        if (const std::string text = value(kHttpTimeout); !text.empty()) {
            int timeout = 0;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), timeout);
            if (error != std::errc() || end != text.data() + text.size() || timeout < kShortestTimeout ||
                timeout > kLongestTimeout) {
                report(kHttpTimeout, "must be a number of milliseconds from " +
                                         std::to_string(kShortestTimeout) + " to " +
                                         std::to_string(kLongestTimeout));
            } else {
                settings_.server.timeout = std::chrono::milliseconds(timeout);
            }
        }
    }

    void read_http() {
        settings_.http.ca_file = value("AUDIOBOOKSHELF_CA_FILE");
        settings_.http.proxy = value("KOSHELF_ABS_PROXY");
        std::string verify = value("AUDIOBOOKSHELF_TLS_VERIFY");
        std::ranges::transform(verify, verify.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        const auto is_one_of = [&verify](std::initializer_list<std::string_view> words) {
            return std::ranges::find(words, verify) != words.end();
        };
        if (is_one_of({"off", "false", "no", "0"})) {
            settings_.http.verify_tls = false;
        } else if (!verify.empty() && !is_one_of({"on", "true", "yes", "1"})) {
            report("AUDIOBOOKSHELF_TLS_VERIFY", "must be on or off; certificates are verified");
        }
    }

    void read_device_name() {
        std::string name = value(kDeviceName);
        if (name.empty()) return;
        if (is_device_name(name)) {
            settings_.device_name = std::move(name);
        } else {
            report(kDeviceName, "is longer than 200 bytes, or no UTF-8 text of one line");
        }
    }

    // A value that is sent in a header or path; "" if it is not set or cannot be sent.
    [[nodiscard]] std::string token(std::string_view name) {
        std::string text = value(name);
        if (is_token(text)) return text;
        report(name, "holds blanks or characters that no header can carry, or is longer than 4096 bytes");
        return {};
    }

    void read_fallback() {
        Credential credential{
            .key = token(kApiKey), .user_token = token(kUserToken), .user_id = token(kUserId)};
        if (credential.key.empty()) return;
        settings_.fallback =
            Account{.credential = std::move(credential), .device_name = settings_.device_name};
    }

    // The object that a map is written as; nothing, and a problem, if it is none.
    [[nodiscard]] std::optional<JsonDocument> object(std::string_view name, std::string_view text,
                                                     std::string_view consequence) {
        auto document = JsonDocument::parse(text);
        if (!document) {
            report(name,
                   "is no JSON: " + core::describe_place(text, document.error()) + std::string(consequence));
            return std::nullopt;
        }
        if (!document->root().is_object()) {
            report(name, "must be a JSON object" + std::string(consequence));
            return std::nullopt;
        }
        return std::move(*document);
    }

    void read_users() {
        const std::string text = value(kUserMap);
        if (text.empty()) return;
        const auto map = object(kUserMap, text,
                                "; nobody is connected, lest somebody's positions go to another's account");
        if (!map) {
            settings_.fallback.reset();
            return;
        }
        int place = 0;
        for (JsonValue entry = map->root().first(); entry.exists(); entry = entry.next()) {
            read_user(entry, ++place);
        }
    }

    void read_user(JsonValue entry, int place) {
        const auto username = core::Username::parse(entry.name());
        if (!username) {
            report(kUserMap, "entry " + std::to_string(place) + ": the name is no username");
            return;
        }
        // The last one counts where a name stands there twice.
        settings_.users.erase(username->str());
        settings_.unusable.erase(username->str());
        auto account = read_account(entry);
        if (account) {
            settings_.users.emplace(username->str(), std::move(*account));
            return;
        }
        report(kUserMap, "entry " + std::to_string(place) + ", " + username->str() + ": " + account.error());
        settings_.unusable.insert(username->str());
    }

    [[nodiscard]] tl::expected<Account, std::string> read_account(JsonValue entry) const {
        Account account{.credential = {}, .device_name = settings_.device_name};
        if (entry.is_string()) {
            account.credential.key = core::trimmed(entry.string());
        } else if (entry.is_object()) {
            auto key = member(entry, {"api_key", "apiKey", "token"});
            auto user_id = member(entry, {"user_id", "userId", "id"});
            auto user_token = member(entry, {"user_token", "userToken"});
            auto device = member(entry, {"device", "device_name", "deviceName"});
            for (const auto* text : {&key, &user_id, &user_token, &device}) {
                if (!*text) return tl::unexpected(text->error());
            }
            account.credential = {.key = *key, .user_token = *user_token, .user_id = *user_id};
            if (!is_device_name(*device)) {
                return tl::unexpected(
                    std::string("the device name is too long, or no UTF-8 text of one line"));
            }
            if (!device->empty()) account.device_name = *device;
        } else {
            return tl::unexpected(std::string("must be an object, or a string that is the key"));
        }
        const Credential& credential = account.credential;
        if (credential.key.empty()) return tl::unexpected(std::string("there is no api_key"));
        if (!is_token(credential.key) || !is_token(credential.user_id) || !is_token(credential.user_token)) {
            return tl::unexpected(
                std::string("a key, token or id holds blanks or characters that no header can carry"));
        }
        return account;
    }

    // The first of these members that is there and not null, as text without blanks around it; "" for none.
    [[nodiscard]] static tl::expected<std::string, std::string> member(
        JsonValue object, std::initializer_list<std::string_view> names) {
        for (const std::string_view name : names) {
            const JsonValue found = object.member(name);
            if (!found.exists() || found.is_null()) continue;
            if (!found.is_string()) return tl::unexpected(std::string(name) + " must be a string");
            return std::string(core::trimmed(found.string()));
        }
        return std::string();
    }

    void read_documents() {
        const std::string text = value(kDocumentMap);
        if (text.empty()) return;
        const auto map = object(kDocumentMap, text, "");
        if (!map) return;
        int place = 0;
        for (JsonValue entry = map->root().first(); entry.exists(); entry = entry.next()) {
            ++place;
            const auto document = core::DocumentId::parse(entry.name());
            const auto item = core::LibraryItemId::parse(core::trimmed(entry.string()));
            if (document && item) {
                settings_.documents.insert_or_assign(document->str(), *item);
            } else {
                report(kDocumentMap, "entry " + std::to_string(place) +
                                         ": must be a document id with the id of a library item, a string");
            }
        }
    }

    const Values& environment_;
    const Values& overrides_;
    Settings settings_;
};

}  // namespace

bool Settings::configured() const {
    return !server.base_url.empty() && (fallback || !users.empty());
}

const Account* Settings::credential_of(const core::Username& username) const {
    if (server.base_url.empty()) return nullptr;
    if (const auto found = users.find(username.str()); found != users.end()) return &found->second;
    if (!fallback || unusable.contains(username.str())) return nullptr;
    return &*fallback;
}

std::optional<core::LibraryItemId> Settings::item_of(const core::DocumentId& document) const {
    const auto found = documents.find(document.str());
    if (found == documents.end()) return std::nullopt;
    return found->second;
}

Settings make_settings(const Values& environment, const Values& overrides, std::int64_t version) {
    Settings settings = Maker(environment, overrides).make();
    settings.version = version;
    return settings;
}

std::vector<Problem> check_setting(const std::string& name, const std::string& value) {
    return make_settings({}, {{name, value}}).problems;
}

}  // namespace koshelf::abs
