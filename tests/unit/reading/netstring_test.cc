#include "reading/netstring.h"

#include <gtest/gtest.h>

namespace koshelf::reading {
namespace {

TEST(Netstrings, ComeApartAsTheyWerePutTogether) {
    const std::vector<std::string> parts{"", std::string("a\0b:1:", 6), "12:x"};
    EXPECT_EQ(split_netstrings(join_netstrings(parts)), parts);
    EXPECT_EQ(split_netstrings(""), std::vector<std::string>{});
}

TEST(Netstrings, AreAllOrNothing) {
    const std::string text = join_netstrings({"abc", "de"});
    for (std::size_t length = 1; length < text.size(); ++length) {
        if (length == join_netstrings({"abc"}).size()) continue;
        EXPECT_FALSE(split_netstrings(text.substr(0, length))) << length;
    }
    EXPECT_FALSE(split_netstrings("x"));
    EXPECT_FALSE(split_netstrings("-1:"));
}

}  // namespace
}  // namespace koshelf::reading
