// ByteSource: where the bytes of a book come from. The seam that lets the same reader work on memory, on a
// file, or on HTTP ranges (only the directory and the text entries are then transferred).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/text/error.h"

namespace koshelf::core::text {

class ByteSource {
  public:
    ByteSource() = default;
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;
    virtual ~ByteSource() = default;

    [[nodiscard]] virtual std::uint64_t size() const = 0;

    // Fills `into` from `offset` on; the number of bytes is less than asked for only at the end of the book.
    [[nodiscard]] virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) = 0;
};

// Bytes that the caller keeps alive.
class MemorySource final : public ByteSource {
  public:
    explicit MemorySource(std::span<const std::byte> bytes) : bytes_(bytes) {}

    [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
    [[nodiscard]] Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) override;

  private:
    std::span<const std::byte> bytes_;
};

}  // namespace koshelf::core::text
