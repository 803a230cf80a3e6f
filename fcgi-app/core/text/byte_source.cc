#include "core/text/byte_source.h"

#include <algorithm>

namespace koshelf::core::text {

Result<std::size_t> MemorySource::read(std::uint64_t offset, std::span<std::byte> into) {
    if (offset >= bytes_.size()) return std::size_t{0};
    const auto from = bytes_.subspan(static_cast<std::size_t>(offset));
    const std::size_t count = std::min(from.size(), into.size());
    std::copy_n(from.begin(), count, into.begin());
    return count;
}

}  // namespace koshelf::core::text
