#include "platform/crypto.h"

#include <array>
#include <span>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

namespace koshelf::platform {
namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hex(std::span<const unsigned char> bytes) {
    constexpr std::string_view kHexDigits = "0123456789abcdef";
    std::string text;
    for (const unsigned char byte : bytes) {
        text += kHexDigits[byte >> 4U];
        text += kHexDigits[byte & 0xFU];
    }
    return text;
}

}  // namespace

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    // Digests have one length, whatever length the secrets have.
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest_a{};
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest_b{};
    SHA256(bytes_of(a), a.size(), digest_a.data());
    SHA256(bytes_of(b), b.size(), digest_b.data());
    return CRYPTO_memcmp(digest_a.data(), digest_b.data(), digest_a.size()) == 0;
}

std::optional<std::string> random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(bytes.data());
    if (RAND_bytes(out, static_cast<int>(count)) != 1) return std::nullopt;
    return bytes;
}

std::string sha1_hex(std::string_view bytes) {
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(bytes_of(bytes), bytes.size(), digest.data());
    return hex(digest);
}

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(bytes_of(bytes), bytes.size(), digest.data());
    return hex(digest);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes), bytes.size(), digest.data(),
         &size);
    return hex(digest);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(context_, EVP_sha256(), nullptr);
}

Sha256::~Sha256() {
    EVP_MD_CTX_free(context_);
}

void Sha256::add(std::string_view bytes) {
    EVP_DigestUpdate(context_, bytes.data(), bytes.size());
}

std::string Sha256::hex() {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    EVP_DigestFinal_ex(context_, digest.data(), nullptr);
    return platform::hex(digest);
}

}  // namespace koshelf::platform
