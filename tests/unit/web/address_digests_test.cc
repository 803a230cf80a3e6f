#include "web/address_digests.h"

#include <gtest/gtest.h>

namespace koshelf::web {
namespace {

const core::Username kAnn = *core::Username::parse("ann");
const core::Username kBob = *core::Username::parse("bob");

TEST(AddressDigests, AreTheSameForTheSameAddressOfTheSameAccount) {
    const AddressDigests digests = AddressDigests::make();
    const std::string digest = digests.of(kAnn, "192.0.2.1");
    EXPECT_EQ(digest.size(), 16U);
    EXPECT_EQ(digests.of(kAnn, "192.0.2.1"), digest);
    EXPECT_NE(digests.of(kAnn, "192.0.2.2"), digest);
    EXPECT_NE(digests.of(kBob, "192.0.2.1"), digest);
}

TEST(AddressDigests, MeanNothingInAnotherLifeOfTheProgram) {
    EXPECT_NE(AddressDigests::make().of(kAnn, "192.0.2.1"), AddressDigests::make().of(kAnn, "192.0.2.1"));
}

TEST(AddressDigests, TellNothingOfAnUnknownAddressOrWithoutAKey) {
    EXPECT_EQ(AddressDigests::make().of(kAnn, ""), "");
    EXPECT_EQ(AddressDigests().of(kAnn, "192.0.2.1"), "");
}

}  // namespace
}  // namespace koshelf::web
