#include "abs/engine_io.h"

#include <algorithm>

#include "abs/json_fields.h"
#include "core/json_text.h"
#include "platform/json.h"

namespace koshelf::abs::engine_io {
namespace {

constexpr char kSeparator = '\x1E';
constexpr std::string_view kTypes = "0123456";  // in the order of PacketType

bool is_visible_ascii(char c) {
    return c > ' ' && c < '\x7F';
}

std::chrono::milliseconds interval(platform::JsonValue object, std::string_view name, double fallback) {
    const double value = number_field(object, name).value_or(fallback);
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(value, 1e3, 6e5)));
}

std::string_view skip_digits(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
    return text;
}

}  // namespace

std::string_view to_string(PayloadError error) {
    switch (error) {
        case PayloadError::kEmptyPacket: return "empty-packet";
        case PayloadError::kUnknownType: return "unknown-type";
        case PayloadError::kTooManyPackets: return "too-many-packets";
    }
    return "unknown";
}

tl::expected<std::vector<Packet>, PayloadError> split(std::string_view body) {
    std::vector<Packet> packets;
    while (!body.empty()) {
        if (packets.size() == kMaxPackets) return tl::unexpected(PayloadError::kTooManyPackets);
        const std::size_t end = body.find(kSeparator);
        const std::string_view text = body.substr(0, end);
        if (text.empty()) return tl::unexpected(PayloadError::kEmptyPacket);
        const std::size_t type = kTypes.find(text.front());
        if (type == std::string_view::npos) return tl::unexpected(PayloadError::kUnknownType);
        packets.push_back({static_cast<PacketType>(type), text.substr(1)});
        if (end == std::string_view::npos) break;
        body.remove_prefix(end + 1);
        if (body.empty()) return tl::unexpected(PayloadError::kEmptyPacket);
    }
    return packets;
}

std::string packet(PacketType type, std::string_view data) {
    return std::string(1, kTypes[static_cast<std::size_t>(type)]).append(data);
}

std::optional<Handshake> parse_handshake(std::string_view data) {
    constexpr std::size_t kLongestSession = 200;
    const auto document = parse_json(data);
    if (!document) return std::nullopt;
    Handshake handshake;
    handshake.session = document->root().member("sid").string();
    if (handshake.session.empty() || handshake.session.size() > kLongestSession ||
        !std::all_of(handshake.session.begin(), handshake.session.end(), is_visible_ascii)) {
        return std::nullopt;
    }
    handshake.ping_interval = interval(document->root(), "pingInterval", 25000);
    handshake.ping_timeout = interval(document->root(), "pingTimeout", 20000);
    return handshake;
}

// <type>[<namespace>,][<acknowledgement id>][JSON]
std::optional<SocketPacket> parse_socket_packet(std::string_view data) {
    constexpr std::string_view kSocketTypes = "01234";
    if (data.empty()) return std::nullopt;
    const std::size_t type = kSocketTypes.find(data.front());
    if (type == std::string_view::npos) return std::nullopt;
    data.remove_prefix(1);
    if (data.starts_with('/')) {
        const std::size_t comma = std::min(data.find(','), data.size());
        if (data.substr(0, comma) != "/") return std::nullopt;
        data.remove_prefix(std::min(comma + 1, data.size()));
    }
    return SocketPacket{static_cast<SocketType>(type), skip_digits(data)};
}

std::string event(std::string_view name, std::string_view json) {
    std::string data = "2[";
    core::append_json_string(data, name);
    if (!json.empty()) data.append(",").append(json);
    return data + "]";
}

}  // namespace koshelf::abs::engine_io
