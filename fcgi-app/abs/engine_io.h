// Engine.IO 4 packets over long polling, and the Socket.IO 5 packets inside them. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace koshelf::abs::engine_io {

// More packets in one body are no honest server's.
inline constexpr std::size_t kMaxPackets = 10000;

enum class PacketType { kOpen, kClose, kPing, kPong, kMessage, kUpgrade, kNoop };

struct Packet {
    PacketType type = PacketType::kNoop;
    std::string_view data;  // a view into the body

    bool operator==(const Packet&) const = default;
};

enum class PayloadError {
    kEmptyPacket,
    kUnknownType,  // also binary ("b…"), which Audiobookshelf never sends
    kTooManyPackets,
};
[[nodiscard]] std::string_view to_string(PayloadError error);

// A body: packets separated by the byte 0x1E. The views live as long as `body`. An empty body is no packets.
[[nodiscard]] tl::expected<std::vector<Packet>, PayloadError> split(std::string_view body);

// The text of one packet to be sent.
[[nodiscard]] std::string packet(PacketType type, std::string_view data);

// What an open packet tells.
struct Handshake {
    std::string session;                             // 1 to 200 visible ASCII characters
    std::chrono::milliseconds ping_interval{25000};  // clamped to 1 s to 10 min
    std::chrono::milliseconds ping_timeout{20000};   // likewise
};
// Nothing if it has no usable session.
[[nodiscard]] std::optional<Handshake> parse_handshake(std::string_view data);

enum class SocketType { kConnect, kDisconnect, kEvent, kAck, kConnectError };

// A message packet's data, of the main namespace.
struct SocketPacket {
    SocketType type = SocketType::kEvent;
    std::string_view json;  // "" if there is none

    bool operator==(const SocketPacket&) const = default;
};
// Nothing if it is malformed, binary, or of another namespace.
[[nodiscard]] std::optional<SocketPacket> parse_socket_packet(std::string_view data);

// The data of a message packet with that event: 2["name",argument]; `json` is the argument's JSON.
[[nodiscard]] std::string event(std::string_view name, std::string_view json);

}  // namespace koshelf::abs::engine_io
