#include "web/refusals.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace koshelf::web {
namespace {

constexpr core::EpochSeconds kNow = 1'795'475'760;  // the first second of a minute

void refuse_times(Refusals& refusals, int times, std::string_view address) {
    for (int i = 0; i < times; ++i) refusals.count(address, kNow);
}

TEST(Refusals, BlockAnAddressAtItsLimitUntilTheMinuteIsOver) {
    Refusals refusals(3);
    refuse_times(refusals, 2, "192.0.2.1");
    EXPECT_FALSE(refusals.blocks("192.0.2.1", kNow));
    refuse_times(refusals, 1, "192.0.2.1");
    EXPECT_TRUE(refusals.blocks("192.0.2.1", kNow + 59));
    EXPECT_FALSE(refusals.blocks("192.0.2.1", kNow + 60));
}

TEST(Refusals, DoNotBlockAnotherAddress) {
    Refusals refusals(1);
    refuse_times(refusals, 5, "192.0.2.1");
    EXPECT_FALSE(refusals.blocks("192.0.2.2", kNow));
    EXPECT_FALSE(refusals.blocks("", kNow));
}

TEST(Refusals, CountAnIpv6NetworkAsOne) {
    Refusals refusals(1);
    refuse_times(refusals, 1, "2001:db8:1:2::1");
    EXPECT_TRUE(refusals.blocks("2001:db8:1:2:ffff::9", kNow));
    EXPECT_FALSE(refusals.blocks("2001:db8:1:3::1", kNow));
}

TEST(Refusals, TellMappedIpv4AddressesApart) {
    Refusals refusals(1);
    refuse_times(refusals, 1, "::ffff:192.0.2.1");
    EXPECT_TRUE(refusals.blocks("::ffff:192.0.2.1", kNow));
    EXPECT_FALSE(refusals.blocks("::ffff:192.0.2.2", kNow));
    EXPECT_FALSE(refusals.blocks("::1", kNow));
}

TEST(Refusals, CanBeSwitchedOff) {
    Refusals refusals(0);
    refuse_times(refusals, 1000, "192.0.2.1");
    EXPECT_FALSE(refusals.blocks("192.0.2.1", kNow));
}

TEST(Refusals, AreSharedWithForkedWorkers) {
    Refusals refusals(2);
    refuse_times(refusals, 1, "192.0.2.1");
    const pid_t child = fork();
    if (child == 0) {
        refusals.count("192.0.2.1", kNow);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(refusals.blocks("192.0.2.1", kNow));
}

}  // namespace
}  // namespace koshelf::web
