#include "platform/deflate.h"

#include <string>

#include <gtest/gtest.h>

namespace koshelf::platform {
namespace {

TEST(Deflate, GivesBackWhatItTook) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += "sentence " + std::to_string(i) + ". ";
    for (const std::string& each : {std::string(), std::string("a\0b", 3), text}) {
        const std::string small = deflated(each);
        EXPECT_EQ(inflated(small, each.size()), each);
        if (each.empty()) continue;
        EXPECT_FALSE(inflated(small, each.size() - 1));
    }
    EXPECT_LT(deflated(text).size(), text.size() / 3);
}

TEST(Deflate, RefusesOtherBytes) {
    const std::string small = deflated("some text that is long enough");
    for (std::size_t length = 0; length < small.size(); ++length)
        EXPECT_FALSE(inflated(small.substr(0, length), 1000)) << length;
    EXPECT_FALSE(inflated(small + "x", 1000));
    EXPECT_FALSE(inflated("anything else", 1000));
    // A bomb costs what is allowed, and no more.
    EXPECT_FALSE(inflated(deflated(std::string(50'000'000, 'x')), 1'000'000));
}

}  // namespace
}  // namespace koshelf::platform
