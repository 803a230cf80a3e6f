// Arbitrary bytes as a header of an archive: a file that is understood is written and read back the same.
#include <cstdint>
#include <string_view>

#include "ctl/tar.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace koshelf;
    const auto entry = ctl::parse_tar_header({reinterpret_cast<const char*>(data), size});
    if (!entry || !*entry || (*entry)->directory || (*entry)->modified < 0) return 0;
    const auto again = ctl::parse_tar_header(ctl::tar_header(**entry));
    fuzz::require(again.has_value() && again->has_value() && (*again)->name == (*entry)->name,
                  "a file that is understood is read back");
    return 0;
}
