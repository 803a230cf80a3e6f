#include "core/address_list.h"

#include <algorithm>
#include <charconv>
#include <string>

#include <arpa/inet.h>

namespace koshelf::core {
namespace {

struct ParsedAddress {
    std::array<std::uint8_t, 16> bytes{};
    bool is_v4 = false;
};

std::optional<ParsedAddress> parse_address(std::string_view text) {
    // The longest is an IPv6 address that ends with an IPv4 one.
    if (text.size() > 45 || text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string terminated(text);
    ParsedAddress address;
    if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
    address = {};
    address.is_v4 = true;
    address.bytes[10] = address.bytes[11] = 0xFF;
    if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + 12) == 1) return address;
    return std::nullopt;
}

bool same_bits(const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b, int bits) {
    const auto whole = static_cast<std::ptrdiff_t>(bits / 8);
    if (!std::equal(a.begin(), a.begin() + whole, b.begin())) return false;
    const int rest = bits % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xFFU << (8U - static_cast<unsigned>(rest)));
    const auto next = static_cast<std::size_t>(whole);
    return (a[next] & mask) == (b[next] & mask);
}

}  // namespace

std::optional<AddressList::Network> AddressList::parse_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    Network network{.address = address->bytes, .bits = 128};
    if (slash == std::string_view::npos) return network;
    const std::string_view prefix = text.substr(slash + 1);
    const int most = address->is_v4 ? 32 : 128;
    int bits = 0;
    const auto [end, error] = std::from_chars(prefix.data(), prefix.data() + prefix.size(), bits);
    if (error != std::errc() || end != prefix.data() + prefix.size() || bits < 0 || bits > most)
        return std::nullopt;
    network.bits = bits + 128 - most;
    return network;
}

std::optional<AddressList> AddressList::parse(std::string_view text) {
    constexpr std::string_view kSeparators = ", \t";
    AddressList list;
    while (true) {
        const std::size_t begin = text.find_first_not_of(kSeparators);
        if (begin == std::string_view::npos) return list;
        text.remove_prefix(begin);
        const std::size_t end = std::min(text.find_first_of(kSeparators), text.size());
        const auto network = parse_network(text.substr(0, end));
        if (!network) return std::nullopt;
        list.networks_.push_back(*network);
        text.remove_prefix(end);
    }
}

bool AddressList::contains(std::string_view address) const {
    const auto parsed = parse_address(address);
    return parsed && std::ranges::any_of(networks_, [&](const Network& network) {
               return same_bits(network.address, parsed->bytes, network.bits);
           });
}

}  // namespace koshelf::core
