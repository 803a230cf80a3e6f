#include "platform/privilege.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace koshelf::platform {
namespace {

using Sets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

// Both are in the first word.
constexpr std::uint32_t kReadSearch = 1U << static_cast<unsigned>(CAP_DAC_READ_SEARCH);
constexpr std::uint32_t kOverride = 1U << static_cast<unsigned>(CAP_DAC_OVERRIDE);

__user_cap_header_struct own_header() {
    return {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
}

// The kernel's own interface: a library would be one more for two calls. Empty sets if it cannot be asked.
Sets own_sets() {
    Sets sets{};
    auto header = own_header();
    if (syscall(SYS_capget, &header, sets.data()) != 0) return {};
    return sets;
}

}  // namespace

bool reads_files_of_others() {
    return (own_sets()[0].effective & (kReadSearch | kOverride)) != 0;
}

void give_up_reading_everything() {
    Sets sets = own_sets();
    if (((sets[0].permitted | sets[0].inheritable) & kReadSearch) == 0) return;
    // What is neither permitted nor inheritable is not ambient either.
    sets[0].effective &= ~kReadSearch;
    sets[0].permitted &= ~kReadSearch;
    sets[0].inheritable &= ~kReadSearch;
    auto header = own_header();
    if (syscall(SYS_capset, &header, sets.data()) == 0) return;
    std::fputs("cannot give up the right to read everything\n", stderr);
    std::_Exit(1);
}

}  // namespace koshelf::platform
