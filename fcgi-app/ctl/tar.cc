#include "ctl/tar.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace koshelf::ctl {
namespace {

// Where the fields of a header are.
struct Slot {
    std::size_t offset;
    std::size_t size;
};
constexpr Slot kName{0, 100};
constexpr Slot kMode{100, 8};
constexpr Slot kOwner{108, 8};
constexpr Slot kGroup{116, 8};
constexpr Slot kSize{124, 12};
constexpr Slot kModified{136, 12};
constexpr Slot kChecksum{148, 8};
constexpr Slot kType{156, 1};
constexpr Slot kMagic{257, 8};

constexpr std::uint64_t kLargestOctal = (std::uint64_t{1} << 33U) - 1;  // eleven digits

void put(std::string& block, Slot place, std::string_view text) {
    block.replace(place.offset, std::min(text.size(), place.size), text.substr(0, place.size));
}

void put_octal(std::string& block, Slot place, std::uint64_t number) {
    for (std::size_t i = place.size - 1; i-- > 0; number >>= 3U)
        block[place.offset + i] = static_cast<char>('0' + (number & 7U));
}

void put_size(std::string& block, std::uint64_t size) {
    if (size <= kLargestOctal) return put_octal(block, kSize, size);
    block[kSize.offset] = static_cast<char>(0x80);
    for (std::size_t i = kSize.size; i-- > 1; size >>= 8U)
        block[kSize.offset + i] = static_cast<char>(size & 0xFFU);
}

// The sum of all bytes, those of the sum itself counting as blanks.
std::uint64_t checksum(std::string_view block) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kTarBlock; ++i) {
        const bool own = i >= kChecksum.offset && i < kChecksum.offset + kChecksum.size;
        sum += own ? ' ' : static_cast<unsigned char>(block[i]);
    }
    return sum;
}

std::optional<std::uint64_t> octal(std::string_view text) {
    text = text.substr(std::min(text.find_first_not_of(' '), text.size()));
    text = text.substr(0, text.find_first_of(std::string_view(" \0", 2)));
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 8);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::uint64_t> read_size(std::string_view field) {
    if (static_cast<unsigned char>(field[0]) != 0x80) return octal(field);
    std::uint64_t size = 0;
    for (const char c : field.substr(4)) size = size << 8U | static_cast<unsigned char>(c);
    return size;
}

}  // namespace

std::string tar_header(const TarEntry& entry) {
    std::string block(kTarBlock, '\0');
    put(block, kName, entry.name);
    put_octal(block, kMode, 0600);
    put_octal(block, kOwner, 0);
    put_octal(block, kGroup, 0);
    put_size(block, entry.size);
    put_octal(block, kModified, static_cast<std::uint64_t>(std::max<core::EpochSeconds>(entry.modified, 0)));
    put(block, kType, "0");
    put(block, kMagic, std::string_view("ustar\00000", 8));
    put_octal(block, {kChecksum.offset, 7}, checksum(block));
    block[kChecksum.offset + 7] = ' ';
    return block;
}

std::size_t tar_padding(std::uint64_t size) {
    return static_cast<std::size_t>((kTarBlock - size % kTarBlock) % kTarBlock);
}

std::string tar_end() {
    std::string blocks(2 * kTarBlock, '\0');
    return blocks;
}

tl::expected<std::optional<TarEntry>, std::string> parse_tar_header(std::string_view block) {
    if (block.size() != kTarBlock) return tl::unexpected(std::string("it is cut short"));
    if (block.find_first_not_of('\0') == std::string_view::npos) return std::optional<TarEntry>();
    const auto field = [block](Slot place) { return block.substr(place.offset, place.size); };
    if (!field(kMagic).starts_with("ustar")) return tl::unexpected(std::string("it is no archive of tar"));
    if (octal(field(kChecksum)) != checksum(block)) return tl::unexpected(std::string("a checksum is wrong"));
    const std::string_view name = field(kName);
    const auto size = read_size(field(kSize));
    const char type = block[kType.offset];
    if (!size || (type != '0' && type != '\0' && type != '5'))
        return tl::unexpected(std::string("it has something else than regular files"));
    return TarEntry{.name = std::string(name.substr(0, name.find('\0'))),
                    .size = *size,
                    .modified = static_cast<core::EpochSeconds>(octal(field(kModified)).value_or(0)),
                    .directory = type == '5'};
}

}  // namespace koshelf::ctl
