#include "core/doctor/certificate.h"

#include <algorithm>
#include <cctype>

namespace koshelf::core::doctor {
namespace {

constexpr EpochSeconds kADay = 86'400;
constexpr EpochSeconds kSoon = 21 * kADay;  // those of a public authority are renewed a month before

constexpr const char* kReplace =
    "Put a new cert.pem and key.pem into STATE_DIR/tls and restart nginx; without them, the next start makes "
    "a "
    "self-signed one.";

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

Finding judge_dates(const CertificateFacts& facts, EpochSeconds now) {
    const EpochSeconds days = (facts.not_after - now) / kADay;
    if (now < facts.not_before) {
        return {"certificate.dates", State::kFailed, "The certificate is not valid yet.",
                "Is the clock of this machine right?"};
    }
    if (now >= facts.not_after) {
        return {"certificate.dates", State::kFailed,
                "The certificate has expired " + std::to_string(-days) +
                    " days ago. KOReader does not mind, browsers and "
                    "proxies do.",
                kReplace};
    }
    if (facts.not_after - now < kSoon) {
        return {"certificate.dates", State::kWarning,
                "The certificate expires in " + std::to_string(days) + " days.", kReplace};
    }
    return {"certificate.dates", State::kOk,
            "The certificate is valid for " + std::to_string(days) + " more days."};
}

}  // namespace

bool covers(const std::vector<std::string>& names, std::string_view wanted) {
    return std::ranges::any_of(names, [wanted](const std::string& name) {
        if (same_name(name, wanted)) return true;
        const std::size_t dot = wanted.find('.');
        return name.starts_with("*.") && dot != std::string_view::npos &&
               same_name(std::string_view(name).substr(1), wanted.substr(dot));
    });
}

Findings judge_certificate(const CertificateFacts& facts, const std::vector<std::string>& wanted,
                           EpochSeconds now) {
    if (!facts.failure.empty()) {
        return {{"certificate", State::kSkipped,
                 facts.file + " " + facts.failure + ": the certificate was not looked at.",
                 "STATE_DIR (or KOSHELF_TLS_DIR) says where it is; only its owner may read the key."}};
    }
    Findings findings = {judge_dates(facts, now)};
    if (facts.key_fits == false) {
        findings.push_back({"certificate.key", State::kFailed, "key.pem is not the key of cert.pem.",
                            "Put both of one certificate into STATE_DIR/tls."});
    }
    std::vector<std::string> missing;
    for (const std::string& name : wanted) {
        if (!covers(facts.names, name)) missing.push_back(name);
    }
    if (missing.empty()) {
        findings.push_back({"certificate.names", State::kOk, "It is for " + joined(facts.names) + "."});
    } else {
        findings.push_back(
            {"certificate.names", State::kWarning,
             "It is not for " + joined(missing) + ", but for " + joined(facts.names) + ".",
             "KOReader does not look, browsers warn. Set KOSHELF_HOSTNAMES, remove STATE_DIR/tls/cert.pem "
             "and key.pem, and restart: a new one is made."});
    }
    return findings;
}

}  // namespace koshelf::core::doctor
