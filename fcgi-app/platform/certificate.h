// What a certificate says of itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "core/position.h"

namespace koshelf::platform {

struct Certificate {
    core::EpochSeconds not_before = 0;
    core::EpochSeconds not_after = 0;
    std::vector<std::string> names;  // DNS names and addresses; the common name if there are none
    bool self_signed = false;
};

// The first certificate of a PEM file. The error is a phrase, for behind the file's name: "is not there".
[[nodiscard]] tl::expected<Certificate, std::string> read_certificate(const std::string& file);

// Whether the private key of a PEM file is that certificate's; nothing if one of them cannot be read.
[[nodiscard]] std::optional<bool> key_fits(const std::string& certificate_file, const std::string& key_file);

}  // namespace koshelf::platform
