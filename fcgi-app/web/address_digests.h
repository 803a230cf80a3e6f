// AddressDigests: tells whether two requests of an account came from the same address, without keeping
// addresses.
#pragma once

#include <string>
#include <string_view>

#include "core/ids.h"

namespace koshelf::web {

class AddressDigests {
  public:
    // With a random key of its own, which nobody stores: digests of an earlier life of the program are like
    // no other. Made before the workers are forked, so that they share it.
    static AddressDigests make();

    // Without a key: nothing is ever told.
    AddressDigests() = default;

    // 16 hex digits; "" for an unknown address, or without a key. The same address has another digest in
    // another account.
    [[nodiscard]] std::string of(const core::Username& username, std::string_view address) const;

  private:
    explicit AddressDigests(std::string key) : key_(std::move(key)) {}

    std::string key_;
};

}  // namespace koshelf::web
