#include "core/text/digests.h"

#include <array>
#include <memory>

#include <openssl/evp.h>

namespace koshelf::core::text {

std::string md5_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) return {};
    static constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    for (unsigned int i = 0; i < size; ++i) {
        out += kHex[digest[i] >> 4U];
        out += kHex[digest[i] & 15U];
    }
    return out;
}

Result<std::string> partial_md5(ByteSource& source) {
    std::string sampled;
    std::array<std::byte, 1024> sample{};
    // i = -1 shifts KOReader's 1024 by -2 bits, which its bit library makes 0.
    for (int i = -1; i <= 10; ++i) {
        const std::uint64_t offset = i < 0 ? 0 : std::uint64_t{1024} << (2U * static_cast<unsigned>(i));
        auto got = source.read(offset, sample);
        if (!got) return tl::make_unexpected(got.error());
        if (*got == 0) break;
        sampled.append(reinterpret_cast<const char*>(sample.data()), *got);
    }
    return md5_hex(sampled);
}

std::string filename_md5(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return md5_hex(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string structure_digest(std::string_view identifier, const std::vector<std::string>& hrefs) {
    std::string lines(identifier);
    for (const std::string& href : hrefs) {
        lines += '\n';
        lines += href;
    }
    return md5_hex(lines);
}

}  // namespace koshelf::core::text
