#include "platform/privilege.h"

#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace koshelf::platform {
namespace {

// Whether one of the five sets of this process has it.
bool is_in_a_set(const char* set) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(set))
            return ((std::stoull(line.substr(8), nullptr, 16) >> CAP_DAC_READ_SEARCH) & 1U) != 0;
    }
    return false;
}

// In a process of its own: what is given up does not come back.
void give_it_up_and_exit() {
    give_up_reading_everything();
    for (const char* set : {"CapInh:", "CapPrm:", "CapEff:", "CapAmb:"}) {
        if (is_in_a_set(set)) _exit(1);
    }
    give_up_reading_everything();
    _exit(0);
}

TEST(Privilege, OfReadingEverythingIsGivenUpForGood) {
    EXPECT_EXIT(give_it_up_and_exit(), ::testing::ExitedWithCode(0), "");
}

TEST(Privilege, OfRootIsSeen) {
    if (geteuid() != 0) GTEST_SKIP();
    EXPECT_TRUE(reads_files_of_others());
}

}  // namespace
}  // namespace koshelf::platform
