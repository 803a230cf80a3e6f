// The file of a scoreboard: what another process has left there. Most of the input is taken for a file whose
// header is a right one but for its sizes.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/metrics/tally.h"
#include "platform/scoreboard_layout.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace koshelf;
    namespace scoreboard = platform::scoreboard;
    if (size < 5) return 0;
    scoreboard::Header header;
    header.magic = scoreboard::kMagic;
    header.layout = core::metrics::layout_fingerprint();
    header.tree = data[1];
    header.slots = data[2];
    header.routes = data[3];
    const scoreboard::Geometry geometry{.slots = header.slots, .routes = header.routes};
    // As long as it should be, or not quite.
    const std::size_t length = data[0] == 0 ? size : geometry.bytes() + data[4] / 128;
    if (length > std::size_t{256} * 1024) return 0;
    // Whole words, as mapped memory is.
    std::vector<std::uint64_t> memory(length / 8 + 1);
    auto* bytes = reinterpret_cast<std::byte*>(memory.data());
    if (data[0] == 0) {
        std::memcpy(bytes, data, size);
    } else {
        for (std::size_t i = 0; i < length; ++i) bytes[i] = static_cast<std::byte>(data[i % size]);
        std::memcpy(bytes, &header, std::min(length, sizeof header));
    }
    const auto reading = scoreboard::read(bytes, length);
    if (!reading) return 0;
    fuzz::require(reading->slots.size() == geometry.slots || data[0] == 0, "it has the slots that it says");
    core::metrics::Exposition page;
    core::metrics::tally(page, {&*reading, 1});
    fuzz::require(page.text().ends_with('\n'), "it ends with a line");
    return 0;
}
