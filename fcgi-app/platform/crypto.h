// The few cryptographic functions that are needed, by OpenSSL.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace koshelf::platform {

// Whether two secrets are equal, in a time that depends on neither their content nor where they differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

// So many bytes that nobody can foresee; nothing if there are none to be had.
[[nodiscard]] std::optional<std::string> random_bytes(std::size_t count);

// SHA-1 in lowercase hex: the name by which Redis knows a script.
[[nodiscard]] std::string sha1_hex(std::string_view bytes);

// SHA-256 in lowercase hex.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

// HMAC-SHA-256 in lowercase hex.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

// SHA-256 of what comes piece by piece.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256(Sha256&&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    Sha256& operator=(Sha256&&) = delete;

    void add(std::string_view bytes);
    // Of everything so far; nothing can be added any more.
    [[nodiscard]] std::string hex();

  private:
    evp_md_ctx_st* context_;
};

}  // namespace koshelf::platform
