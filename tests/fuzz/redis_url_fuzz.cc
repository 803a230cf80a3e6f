// The value of REDIS_URL.

#include <cstdint>

#include "platform/redis_address.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace koshelf;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto address = platform::RedisAddress::parse(text);
    if (!address) return 0;
    fuzz::require(address->port > 0 && address->port <= 65535, "the port is one");
    fuzz::require(address->database >= 0, "the database is one");
    return 0;
}
