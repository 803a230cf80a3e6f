#include "web/address_digests.h"

#include "platform/crypto.h"

namespace koshelf::web {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kDigits = 16;

}  // namespace

AddressDigests AddressDigests::make() {
    return AddressDigests(platform::random_bytes(kKeyBytes).value_or(""));
}

std::string AddressDigests::of(const core::Username& username, std::string_view address) const {
    if (key_.empty() || address.empty()) return {};
    // Neither holds a NUL.
    const std::string text = username.str() + '\0' + std::string(address);
    return platform::hmac_sha256_hex(key_, text).substr(0, kDigits);
}

}  // namespace koshelf::web
