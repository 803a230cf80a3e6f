#include <chrono>
#include <utility>

#include "core/doctor/server.h"
#include "ctl/examination.h"
#include "platform/crypto.h"
#include "platform/http_client.h"
#include "platform/json.h"
#include "store/probes.h"

namespace koshelf::ctl {
namespace {

using core::doctor::AnswerFacts;
using core::doctor::Findings;
using core::doctor::SeenFacts;

constexpr std::chrono::milliseconds kAskPatience{8'000};
constexpr std::chrono::milliseconds kAskConnect{3'000};
constexpr std::size_t kMostBytes = 65'536;
// An address that documents use, and nobody has (RFC 5737).
constexpr std::string_view kMadeUp = "198.51.100.77";

platform::HttpRequest request_of(const std::string& url) {
    platform::HttpRequest request;
    request.url = url;
    request.timeout = kAskPatience;
    request.connect_timeout = kAskConnect;
    request.max_bytes = kMostBytes;
    return request;
}

AnswerFacts ask(platform::HttpClient& client, const std::string& url) {
    const auto response = client.perform(request_of(url));
    if (!response) return {.failure = response.error().detail, .status = 0, .body = {}};
    return {.failure = {}, .status = response->status, .body = response->body};
}

Findings examine_port(platform::HttpClient& client, const Surroundings& surroundings, const std::string& name,
                      const std::string& origin) {
    const std::string address = origin + surroundings.base_path;
    return core::doctor::judge_port({.name = name,
                                     .address = address,
                                     .base_path = surroundings.base_path,
                                     .health = ask(client, address + "/healthcheck"),
                                     .ready = ask(client, address + "/readyz"),
                                     .admin = ask(client, address + "/admin/setup")});
}

// What the server saw of a request; the error is why it does not say.
tl::expected<SeenFacts, std::string> seen(platform::HttpClient& client, const std::string& url,
                                          const std::string& token, bool forged) {
    platform::HttpRequest request = request_of(url + "/admin/probe?token=" + token);
    if (forged) request.headers.push_back("X-Forwarded-For: " + std::string(kMadeUp));
    const auto response = client.perform(request);
    if (!response) return tl::unexpected(response.error().detail);
    const auto document = platform::JsonDocument::parse(response->body);
    if (response->status != 200 || !document || !document->root().member("remote_address").is_string()) {
        return tl::unexpected("it answers " + std::to_string(response->status) +
                              " to a question of this server");
    }
    const platform::JsonValue root = document->root();
    const platform::JsonValue trusted = root.member("trusted");
    return SeenFacts{.remote_address = std::string(root.member("remote_address").string()),
                     .peer = std::string(root.member("peer").string()),
                     .trusted = trusted.exists() ? std::optional(trusted.is_true()) : std::nullopt,
                     .forwarded = root.member("forwarded").is_true(),
                     .scheme = std::string(root.member("scheme").string())};
}

// Whether the certificate of that address is one that this machine trusts.
bool is_trusted(const std::string& url) {
    platform::HttpClient strict{platform::HttpOptions{}};
    const auto response = strict.perform(request_of(url + "/healthcheck"));
    return response || response.error().kind != platform::HttpError::Kind::kTls;
}

Findings examine_proxy(platform::HttpClient& client, store::Database& database, const std::string& url) {
    core::doctor::ProxyFacts facts{.url = url, .made_up = std::string(kMadeUp)};
    const auto random = platform::random_bytes(32);
    const std::string token = platform::sha256_hex(random.value_or(""));
    if (!random || !store::Probes(database).allow(token)) return {};
    auto plain = seen(client, url, token, false);
    if (!plain) {
        facts.failure = plain.error();
        return core::doctor::judge_proxy(facts);
    }
    facts.plain = std::move(*plain);
    facts.forged = seen(client, url, token, true).value_or(facts.plain);
    if (url.starts_with("https://")) facts.trusted_certificate = is_trusted(url);
    return core::doctor::judge_proxy(facts);
}

// The ports of this machine; or, with a web server of somebody's own, the pools through that one.
Findings examine_ports(platform::HttpClient& client, const Surroundings& surroundings,
                       const std::string& url) {
    Findings findings;
    const auto take = [&](const std::string& name, const std::string& scheme, std::optional<int> port) {
        if (!port) return;
        const Findings more = examine_port(client, surroundings, name,
                                           scheme + surroundings.host + ":" + std::to_string(*port));
        // The pools are the same.
        findings.insert(findings.end(), more.begin(), findings.empty() ? more.end() : more.begin() + 1);
    };
    take("HTTPS_PORT", "https://", surroundings.https_port);
    take("HTTP_PORT", "http://", surroundings.http_port);
    if (!findings.empty()) return findings;
    if (!url.empty()) {
        return core::doctor::judge_port({.name = "url",
                                         .address = url,
                                         .base_path = surroundings.base_path,
                                         .health = ask(client, url + "/healthcheck"),
                                         .ready = ask(client, url + "/readyz"),
                                         .admin = ask(client, url + "/admin/setup"),
                                         .ours = false});
    }
    return {{"port", core::doctor::State::kSkipped,
             "No port is this server's own: a web server passes requests on to it.",
             "Give the address that devices use, and the pools are asked through it: --url "
             "https://example.org/kosync"}};
}

}  // namespace

std::string host_of_url(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    std::string_view host = url.substr(scheme + 3);
    host = host.substr(0, host.find('/'));
    if (host.starts_with('[')) return std::string(host.substr(1, host.find(']') - 1));
    return std::string(host.substr(0, host.find(':')));
}

Findings examine_server(const Surroundings& surroundings, store::Database& database, bool redis_reached,
                        const std::string& url) {
    // Its own certificate is self-signed, and for other names than the address at which it is asked here.
    platform::HttpOptions options;
    options.verify_tls = false;
    platform::HttpClient client(options);
    Findings findings = examine_ports(client, surroundings, url);
    if (url.empty()) {
        findings.push_back({"proxy", core::doctor::State::kSkipped,
                            "What stands between devices and this server was not looked at.",
                            "Give the address that devices use: --url https://sync.example.org"});
    } else if (!redis_reached) {
        findings.push_back({"proxy", core::doctor::State::kSkipped,
                            "What stands between devices and this server cannot be asked without Redis.",
                            ""});
    } else {
        const Findings proxy = examine_proxy(client, database, url);
        findings.insert(findings.end(), proxy.begin(), proxy.end());
    }
    return findings;
}

}  // namespace koshelf::ctl
