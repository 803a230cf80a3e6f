#include "core/text/packed.h"

#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "core/utf8.h"

namespace koshelf::core::text {
namespace {

constexpr std::size_t kChecksumSize = 8;

// FNV-1a, 64 bits, over the bytes behind the header.
std::uint64_t checksum(std::string_view bytes) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : bytes) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ULL;
    }
    return hash;
}

std::string header_for(std::string_view magic, unsigned version, std::string_view body) {
    std::string out(magic);
    out += static_cast<char>(static_cast<unsigned char>(version));
    const std::uint64_t sum = checksum(body);
    for (unsigned i = 0; i < kChecksumSize; ++i)
        out += static_cast<char>(static_cast<unsigned char>(sum >> (8 * i)));
    return out;
}

}  // namespace

void PackedWriter::number(std::uint64_t value) {
    while (value >= 0x80) {
        bytes_ += static_cast<char>(static_cast<unsigned char>(value | 0x80U));
        value >>= 7U;
    }
    bytes_ += static_cast<char>(static_cast<unsigned char>(value));
}

void PackedWriter::signed_number(std::int32_t value) {
    const auto bits = static_cast<std::uint32_t>(value);
    number(value < 0 ? (static_cast<std::uint64_t>(~bits) << 1U) | 1U
                     : static_cast<std::uint64_t>(bits) << 1U);
}

void PackedWriter::word(std::uint32_t value) {
    little_endian(value, 4);
}

void PackedWriter::real(double value) {
    little_endian(std::bit_cast<std::uint64_t>(value), 8);
}

void PackedWriter::small_real(float value) {
    word(std::bit_cast<std::uint32_t>(value));
}

void PackedWriter::string(std::string_view text) {
    number(text.size());
    bytes_.append(text);
}

void PackedWriter::little_endian(std::uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i)
        bytes_ += static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
}

std::uint64_t PackedReader::number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty() && !failed_; shift += 7) {
        const auto byte = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if (byte < 0x80) return value;
    }
    failed_ = true;
    return 0;
}

std::uint32_t PackedReader::number32() {
    const std::uint64_t value = number();
    check(value <= std::numeric_limits<std::uint32_t>::max());
    return failed_ ? 0 : static_cast<std::uint32_t>(value);
}

std::int32_t PackedReader::signed_number() {
    const std::uint64_t value = number();
    check((value >> 1U) <= static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max()));
    if (failed_) return 0;
    const auto half = static_cast<std::int32_t>(value >> 1U);
    return (value & 1U) != 0 ? -half - 1 : half;
}

std::uint32_t PackedReader::word() {
    return static_cast<std::uint32_t>(little_endian(4));
}

double PackedReader::real() {
    const auto value = std::bit_cast<double>(little_endian(8));
    check(std::isfinite(value));
    return failed_ ? 0.0 : value;
}

float PackedReader::small_real() {
    const auto value = std::bit_cast<float>(word());
    check(std::isfinite(value));
    return failed_ ? 0.0F : value;
}

std::string PackedReader::string() {
    const std::size_t size = count();
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    check(is_utf8(text));
    return std::string(text);
}

std::size_t PackedReader::count() {
    const std::uint64_t value = number();
    check(value <= rest_.size());
    return failed_ ? 0 : static_cast<std::size_t>(value);
}

std::uint64_t PackedReader::little_endian(unsigned size) {
    check(rest_.size() >= size);
    if (failed_) return 0;
    std::uint64_t value = 0;
    for (unsigned i = 0; i < size; ++i)
        value |= static_cast<std::uint64_t>(static_cast<unsigned char>(rest_[i])) << (8 * i);
    rest_.remove_prefix(size);
    return value;
}

std::string sealed(std::string_view magic, unsigned version, std::string_view body) {
    std::string out = header_for(magic, version, body);
    out += body;
    return out;
}

Result<std::string_view> unsealed(std::string_view magic, unsigned version, std::string_view bytes,
                                  TextErrorCode damaged) {
    const std::size_t header_size = magic.size() + 1 + kChecksumSize;
    if (bytes.size() < header_size || !bytes.starts_with(magic)) return fail(damaged, "header");
    const auto found = static_cast<unsigned char>(bytes[magic.size()]);
    if (found != version) return fail(TextErrorCode::kUnsupportedVersion, std::to_string(found));
    const std::string_view body = bytes.substr(header_size);
    if (header_for(magic, version, body) != bytes.substr(0, header_size)) return fail(damaged, "checksum");
    return body;
}

std::string resealed(std::string_view magic, std::string_view bytes) {
    const std::size_t header_size = magic.size() + 1 + kChecksumSize;
    if (bytes.size() < header_size) return std::string(bytes);
    return sealed(bytes.substr(0, magic.size()), static_cast<unsigned char>(bytes[magic.size()]),
                  bytes.substr(header_size));
}

}  // namespace koshelf::core::text
