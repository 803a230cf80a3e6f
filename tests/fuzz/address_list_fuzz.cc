// The value of KOSHELF_METRICS_ALLOW, and the address of somebody who asks.

#include <cstdint>
#include <string_view>

#include "core/address_list.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using koshelf::core::AddressList;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::string_view list = text.substr(0, text.find('\n'));
    const std::string_view address = list.size() == text.size() ? list : text.substr(list.size() + 1);
    const auto parsed = AddressList::parse(list);
    const auto all = AddressList::parse("0.0.0.0/0 ::/0");
    if (parsed && parsed->contains(address))
        koshelf::fuzz::require(all->contains(address), "whoever is let in has an address");
    return 0;
}
