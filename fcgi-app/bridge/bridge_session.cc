#include "bridge/bridge_session.h"

#include "platform/crypto.h"

namespace koshelf::bridge {
namespace {

// 32 hex digits as a UUID of version 8: made by a rule of one's own (RFC 9562).
std::string as_uuid(std::string hex) {
    hex[12] = '8';
    hex[16] = 'a';
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) +
           "-" + hex.substr(20, 12);
}

std::string digest(std::string_view purpose, const abs::Credential& credential, std::string_view item) {
    std::string text(purpose);
    text += '\n';
    text += credential.digest();
    text += '\n';
    text += item;
    return platform::sha256_hex(text).substr(0, 32);
}

}  // namespace

std::string bridge_session_id(const abs::Credential& credential, std::string_view item) {
    return as_uuid(digest("koshelf session", credential, item));
}

std::string bridge_device_id(const abs::Credential& credential) {
    return "koshelf-" + digest("koshelf device", credential, {}).substr(0, 16);
}

}  // namespace koshelf::bridge
