#include "core/invitation_code.h"

namespace koshelf::core {
namespace {

constexpr std::string_view kCodeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kGroup = 5;

char as_written(char c) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'I' || c == 'L') return '1';
    return c == 'O' ? '0' : c;
}

}  // namespace

std::optional<std::string> make_invitation_code(std::string_view random_bytes) {
    if (random_bytes.size() != kInvitationCodeBytes) return std::nullopt;
    std::string code;
    for (std::size_t i = 0; i < random_bytes.size(); ++i) {
        if (i > 0 && i % kGroup == 0) code += '-';
        code += kCodeAlphabet[static_cast<unsigned char>(random_bytes[i]) % kCodeAlphabet.size()];
    }
    return code;
}

std::optional<std::string> parse_invitation_code(std::string_view text) {
    std::string code;
    for (const char c : text) {
        if (c == ' ' || c == '-' || c == '\t' || c == '\r' || c == '\n') continue;
        code += as_written(c);
        if (kCodeAlphabet.find(code.back()) == std::string_view::npos || code.size() > kInvitationCodeBytes)
            return std::nullopt;
    }
    return code.size() == kInvitationCodeBytes ? std::optional(std::move(code)) : std::nullopt;
}

}  // namespace koshelf::core
