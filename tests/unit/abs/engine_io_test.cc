#include "abs/engine_io.h"

#include <gtest/gtest.h>

namespace koshelf::abs::engine_io {
namespace {

using std::chrono::milliseconds;

TEST(EngineIo, SplitsABodyIntoPackets) {
    const auto packets = split(
        "0{}\x1e"
        "2\x1e"
        "42[\"x\"]\x1e"
        "1\x1e"
        "6");
    ASSERT_TRUE(packets.has_value());
    ASSERT_EQ(packets->size(), 5U);
    EXPECT_EQ((*packets)[0], (Packet{PacketType::kOpen, "{}"}));
    EXPECT_EQ((*packets)[1], (Packet{PacketType::kPing, ""}));
    EXPECT_EQ((*packets)[2], (Packet{PacketType::kMessage, "2[\"x\"]"}));
    EXPECT_EQ((*packets)[3], (Packet{PacketType::kClose, ""}));
    EXPECT_EQ((*packets)[4], (Packet{PacketType::kNoop, ""}));
    EXPECT_TRUE(split("")->empty());
}

TEST(EngineIo, RefusesBodiesThatAreNone) {
    EXPECT_EQ(split("\x1e").error(), PayloadError::kEmptyPacket);
    EXPECT_EQ(split("2\x1e").error(), PayloadError::kEmptyPacket);
    EXPECT_EQ(split("2\x1e\x1e"
                    "2")
                  .error(),
              PayloadError::kEmptyPacket);
    EXPECT_EQ(split("7").error(), PayloadError::kUnknownType);
    EXPECT_EQ(split("bAAAA").error(), PayloadError::kUnknownType);
    EXPECT_EQ(split("<html>").error(), PayloadError::kUnknownType);
    std::string many;
    for (std::size_t i = 0; i <= kMaxPackets; ++i) many += "2\x1e";
    EXPECT_EQ(split(many + "2").error(), PayloadError::kTooManyPackets);
}

TEST(EngineIo, WritesPackets) {
    EXPECT_EQ(packet(PacketType::kPong, ""), "3");
    EXPECT_EQ(packet(PacketType::kMessage, event("auth", "\"t\"")), R"(42["auth","t"])");
    EXPECT_EQ(event("a\"b", ""), R"(2["a\"b"])");
}

TEST(EngineIo, ReadsAHandshake) {
    const auto handshake = parse_handshake(
        R"({"sid":"r4xs","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})");
    ASSERT_TRUE(handshake.has_value());
    EXPECT_EQ(handshake->session, "r4xs");
    EXPECT_EQ(handshake->ping_interval, milliseconds(25000));
    EXPECT_EQ(handshake->ping_timeout, milliseconds(20000));
}

TEST(EngineIo, BoundsWhatAHandshakeAsksFor) {
    const auto handshake = parse_handshake(R"({"sid":"s","pingInterval":-1,"pingTimeout":1e300})");
    EXPECT_EQ(handshake->ping_interval, milliseconds(1000));
    EXPECT_EQ(handshake->ping_timeout, milliseconds(600000));
    for (const std::string_view json :
         {"", "{}", "[]", R"({"sid":""})", R"({"sid":5})", R"({"sid":"a b"})", R"({"sid":"a\nb"})"}) {
        EXPECT_FALSE(parse_handshake(json).has_value()) << json;
    }
    EXPECT_FALSE(parse_handshake("{\"sid\":\"" + std::string(201, 'x') + "\"}").has_value());
}

TEST(SocketIo, ReadsPacketsOfTheMainNamespace) {
    EXPECT_EQ(parse_socket_packet(R"(0{"sid":"x"})"), (SocketPacket{SocketType::kConnect, R"({"sid":"x"})"}));
    EXPECT_EQ(parse_socket_packet("1"), (SocketPacket{SocketType::kDisconnect, ""}));
    EXPECT_EQ(parse_socket_packet(R"(2["x"])"), (SocketPacket{SocketType::kEvent, R"(["x"])"}));
    EXPECT_EQ(parse_socket_packet(R"(2/,17["x"])"), (SocketPacket{SocketType::kEvent, R"(["x"])"}));
    EXPECT_EQ(parse_socket_packet(R"(4{"message":"no"})"),
              (SocketPacket{SocketType::kConnectError, R"({"message":"no"})"}));
    for (const std::string_view data : {"", "x", "5", "51-[\"x\",{}]", "2/admin,[\"x\"]", "2/admin"}) {
        EXPECT_FALSE(parse_socket_packet(data).has_value()) << data;
    }
}

}  // namespace
}  // namespace koshelf::abs::engine_io
