#include "platform/redis_address.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/url.h"

namespace koshelf::platform {
namespace {

using Failure = tl::unexpected<std::string>;

std::optional<int> parse_number(std::string_view text, int maximum) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0 || value > maximum) {
        return std::nullopt;
    }
    return value;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

// Removes "user:pass@" (or ":pass@", or "pass@" as some tools write it) from the front.
void take_credentials(std::string_view& rest, RedisAddress& address) {
    const std::size_t at = rest.substr(0, rest.find('/')).rfind('@');
    if (at == std::string_view::npos) return;
    const std::string_view credentials = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    const std::size_t colon = credentials.find(':');
    if (colon == std::string_view::npos) {
        address.password = core::percent_decode(credentials);
        return;
    }
    address.user = core::percent_decode(credentials.substr(0, colon));
    address.password = core::percent_decode(credentials.substr(colon + 1));
}

tl::expected<RedisAddress, std::string> parse_unix(std::string_view rest) {
    RedisAddress address;
    take_credentials(rest, address);
    const std::size_t question = std::min(rest.find('?'), rest.size());
    address.socket_path = core::percent_decode(rest.substr(0, question));
    if (!address.socket_path.starts_with('/')) return Failure("the path of a unix:// URL must be absolute");
    if (const auto db = core::query_parameter(rest.substr(std::min(question + 1, rest.size())), "db")) {
        const auto number = parse_number(*db, 1'000'000);
        if (!number) return Failure("db must be a number");
        address.database = *number;
    }
    return address;
}

// "host", "host:port", "[v6]:port"
bool parse_host_and_port(std::string_view text, RedisAddress& address) {
    std::string_view host = text;
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t closing = text.find(']');
        if (closing == std::string_view::npos) return false;
        host = text.substr(1, closing - 1);
        port = text.substr(closing + 1);
        if (!port.empty() && !take_prefix(port, ":")) return false;
    } else if (const std::size_t colon = text.rfind(':'); colon != std::string_view::npos) {
        host = text.substr(0, colon);
        port = text.substr(colon + 1);
        if (port.empty()) return false;
    }
    if (!host.empty()) address.host = host;
    if (port.empty()) return true;
    const auto number = parse_number(port, 65535);
    address.port = number.value_or(0);
    return number.has_value() && *number > 0;
}

tl::expected<RedisAddress, std::string> parse_tcp(std::string_view rest) {
    RedisAddress address;
    take_credentials(rest, address);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    if (!parse_host_and_port(rest.substr(0, slash), address)) {
        return Failure("the port must be a number from 1 to 65535");
    }
    const std::string_view database = rest.substr(std::min(slash + 1, rest.size()));
    if (database.empty()) return address;
    const auto number = parse_number(database, 1'000'000);
    if (!number) return Failure("the database after the host must be a number");
    address.database = *number;
    return address;
}

}  // namespace

tl::expected<RedisAddress, std::string> RedisAddress::parse(std::string_view url) {
    if (take_prefix(url, "redis://")) return parse_tcp(url);
    if (take_prefix(url, "unix://")) return parse_unix(url);
    return Failure("expected redis://[user:pass@]host:port/db or unix:///path?db=N");
}

std::string RedisAddress::describe() const {
    const std::string place = socket_path.empty() ? host + ":" + std::to_string(port) : socket_path;
    return place + " db " + std::to_string(database);
}

}  // namespace koshelf::platform
