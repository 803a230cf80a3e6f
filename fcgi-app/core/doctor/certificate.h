// What is wrong with a certificate.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/doctor/finding.h"
#include "core/position.h"

namespace koshelf::core::doctor {

struct CertificateFacts {
    std::string file;
    std::string failure{};  // why it cannot be read, a phrase; "": it can
    EpochSeconds not_before = 0;
    EpochSeconds not_after = 0;
    std::vector<std::string> names{};  // DNS names and addresses of it
    bool self_signed = false;
    std::optional<bool> key_fits{};  // nothing: the key could not be read
};

// `wanted`: names and addresses that it should have: those of KOSHELF_HOSTNAMES, and that of --url.
[[nodiscard]] Findings judge_certificate(const CertificateFacts& facts,
                                         const std::vector<std::string>& wanted, EpochSeconds now);

// Whether that name is among them; "*.example.org" stands for one more label.
[[nodiscard]] bool covers(const std::vector<std::string>& names, std::string_view wanted);

}  // namespace koshelf::core::doctor
