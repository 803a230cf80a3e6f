// Packed: the bytes that stored forms consist of, and the seal (magic, version, checksum) around them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/text/error.h"

namespace koshelf::core::text {

// Appends values to a string that a PackedReader reads back.
class PackedWriter {
  public:
    void number(std::uint64_t value);        // 1 byte below 128, 10 at most
    void signed_number(std::int32_t value);  // small magnitudes take little
    void word(std::uint32_t value);          // always 4 bytes
    void real(double value);                 // always 8 bytes, exact
    void small_real(float value);            // always 4 bytes, exact
    void string(std::string_view text);      // its length, then its bytes

    [[nodiscard]] std::string take() { return std::move(bytes_); }

  private:
    void little_endian(std::uint64_t value, unsigned size);

    std::string bytes_;
};

// Reads hostile bytes. Every read is checked; after the first failure all reads yield nothing and failed()
// stays true, so that a caller may read on and ask once.
class PackedReader {
  public:
    explicit PackedReader(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] std::uint64_t number();
    [[nodiscard]] std::uint32_t number32();
    [[nodiscard]] std::int32_t signed_number();
    [[nodiscard]] std::uint32_t word();
    [[nodiscard]] double real();         // finite, else it fails
    [[nodiscard]] float small_real();    // finite, else it fails
    [[nodiscard]] std::string string();  // UTF-8, else it fails

    // How many things follow, each at least a byte long: no more than bytes are left, so that a forged count
    // reserves no memory.
    [[nodiscard]] std::size_t count();

    void check(bool condition) { failed_ = failed_ || !condition; }
    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }

  private:
    [[nodiscard]] std::uint64_t little_endian(unsigned size);

    std::string_view rest_;
    bool failed_ = false;
};

// `body` behind a header of `magic`, `version` (below 256) and a checksum of the body.
[[nodiscard]] std::string sealed(std::string_view magic, unsigned version, std::string_view body);

// The body again, a view into `bytes`. kUnsupportedVersion, or `damaged` for what is not sealed with `magic`,
// truncated or altered. The checksum finds accidents, not forgers: the body has to be checked all the same.
[[nodiscard]] Result<std::string_view> unsealed(std::string_view magic, unsigned version,
                                                std::string_view bytes, TextErrorCode damaged);

// `bytes` with the checksum that fits its body, for tests that alter bytes on purpose.
[[nodiscard]] std::string resealed(std::string_view magic, std::string_view bytes);

}  // namespace koshelf::core::text
