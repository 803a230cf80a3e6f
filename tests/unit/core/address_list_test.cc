#include "core/address_list.h"

#include <gtest/gtest.h>

namespace koshelf::core {
namespace {

bool contains(std::string_view list, std::string_view address) {
    const auto parsed = AddressList::parse(list);
    EXPECT_TRUE(parsed) << list;
    return parsed && parsed->contains(address);
}

TEST(AddressList, KnowsAddressesAndNetworksOfBothKinds) {
    constexpr std::string_view kList = "127.0.0.0/8, ::1  192.0.2.7,2001:db8::/33";
    for (const auto* address : {"127.0.0.1", "127.255.255.255", "::1", "192.0.2.7", "2001:db8:7fff::1"})
        EXPECT_TRUE(contains(kList, address)) << address;
    for (const auto* address : {"128.0.0.1", "126.255.255.255", "::2", "192.0.2.8", "2001:db8:8000::1", "::"})
        EXPECT_FALSE(contains(kList, address)) << address;
}

TEST(AddressList, TakesAnIpv4AddressInIpv6ClothesForWhatItIs) {
    EXPECT_TRUE(contains("127.0.0.1", "::ffff:127.0.0.1"));
    EXPECT_TRUE(contains("::ffff:192.0.2.1", "192.0.2.1"));
    EXPECT_TRUE(contains("::ffff:192.0.2.0/120", "192.0.2.200"));
    EXPECT_FALSE(contains("::ffff:192.0.2.0/120", "192.0.3.200"));
    EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
}

TEST(AddressList, DoesNotCountBitsBehindThePrefix) {
    EXPECT_TRUE(contains("10.1.2.3/9", "10.127.0.1"));
    EXPECT_FALSE(contains("10.1.2.3/9", "10.128.0.1"));
    EXPECT_TRUE(contains("0.0.0.0/0", "203.0.113.9"));
    EXPECT_TRUE(contains("::/0", "203.0.113.9"));
    EXPECT_TRUE(contains("::/0", "2001:db8::1"));
    EXPECT_TRUE(contains("203.0.113.9/32", "203.0.113.9"));
}

TEST(AddressList, HasNobodyIfItIsEmpty) {
    EXPECT_FALSE(contains("", "127.0.0.1"));
    EXPECT_FALSE(contains(" , ,\t", "127.0.0.1"));
}

TEST(AddressList, DoesNotContainWhatIsNoAddress) {
    for (const std::string_view address :
         {"", "unix:", "localhost", "127.0.0.1:80", "127.1", "127.0.0.1 ", "::1%lo"})
        EXPECT_FALSE(contains("0.0.0.0/0, ::/0", address)) << address;
    EXPECT_FALSE(contains("0.0.0.0/0", std::string_view("127.0.0.1\0", 10)));
}

TEST(AddressList, RefusesWhatIsNeither) {
    for (const auto* text :
         {"localhost", "127.0.0.1/33", "::1/129", "127.0.0.1/", "127.0.0.1/-1", "127.0.0.1/8x",
          "127.0.0.0/ 8", "10.0.0.1;10.0.0.2", "127.0.0.256", "::1::", "/8", "127.0.0.1/8/8"})
        EXPECT_FALSE(AddressList::parse(text)) << text;
}

}  // namespace
}  // namespace koshelf::core
