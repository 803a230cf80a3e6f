// Bodies of a long poll: packets, handshakes, events, and what is written is read back.
#include <cstdint>
#include <string>
#include <string_view>

#include "abs/engine_io.h"
#include "abs/json_fields.h"
#include "abs/me.h"
#include "require.h"

namespace {

using namespace koshelf::abs;

void check(const engine_io::Packet& packet) {
    const std::string text = engine_io::packet(packet.type, packet.data);
    const auto again = engine_io::split(text);
    koshelf::fuzz::require(again && again->size() == 1 && again->front() == packet, "a packet survives");
    if (const auto handshake = engine_io::parse_handshake(packet.data)) {
        koshelf::fuzz::require(!handshake->session.empty() && handshake->session.size() <= 200,
                               "a session has a name");
        koshelf::fuzz::require(
            handshake->ping_interval.count() >= 1000 && handshake->ping_timeout.count() <= 600000,
            "the times are bounded");
    }
    const auto message = engine_io::parse_socket_packet(packet.data);
    if (!message) return;
    const auto document = parse_json(message->json);
    if (!document) return;
    const auto argument = document->root().first().next();
    static_cast<void>(parse_me(argument));
    static_cast<void>(parse_media_progress(argument.member("data")));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    const auto packets = engine_io::split(body);
    if (!packets) return 0;
    std::size_t total = 0;
    for (const auto& packet : *packets) {
        check(packet);
        total += packet.data.size() + 2;
    }
    koshelf::fuzz::require(body.empty() || total == body.size() + 1, "no byte is lost");
    return 0;
}
