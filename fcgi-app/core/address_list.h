// AddressList: IP addresses and networks, and who belongs to them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace koshelf::core {

// An IPv4 address in IPv6 clothes ("::ffff:192.0.2.1") is that IPv4 address, here and there.
class AddressList {
  public:
    // "127.0.0.0/8, ::1, 192.0.2.7": separated by commas or blanks; bits behind the prefix do not count. ""
    // is a list of nobody. Nothing if something in it is neither an address nor a network.
    [[nodiscard]] static std::optional<AddressList> parse(std::string_view text);

    // False for what is no address: a name, "unix:", "".
    [[nodiscard]] bool contains(std::string_view address) const;

  private:
    using Bytes = std::array<std::uint8_t, 16>;  // IPv6, or IPv4 as ::ffff:0:0/96
    struct Network {
        Bytes address{};
        int bits = 128;
    };

    [[nodiscard]] static std::optional<Network> parse_network(std::string_view text);

    std::vector<Network> networks_;
};

}  // namespace koshelf::core
