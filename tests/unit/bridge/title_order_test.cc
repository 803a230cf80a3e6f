#include "core/bridge/title_order.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/utf8.h"

namespace koshelf::core::bridge {
namespace {

std::vector<std::string> sorted(std::vector<std::string> titles) {
    std::ranges::stable_sort(titles, {}, [](const std::string& title) { return sort_key(title); });
    return titles;
}

TEST(TitleOrder, NeitherCaseNorDiacriticsNorPunctuationCount) {
    EXPECT_EQ(sort_key("Émile, ou de l’éducation"), sort_key("EMILE ou de l'Education!"));
    EXPECT_EQ(sorted({"zoo", "Émile", "apple", "Zebra", "étude"}),
              (std::vector<std::string>{"apple", "Émile", "étude", "Zebra", "zoo"}));
}

TEST(TitleOrder, ALeadingArticleDoesNotCountUnlessItIsAll) {
    EXPECT_EQ(sorted({"The Time Machine", "Tess", "A Tale", "Der Prozess", "Ulysses"}),
              (std::vector<std::string>{"Der Prozess", "A Tale", "Tess", "The Time Machine", "Ulysses"}));
    EXPECT_EQ(sort_key("The"), "the");
}

TEST(TitleOrder, NumbersGoByTheirValueAndStandBeforeLetters) {
    EXPECT_EQ(sorted({"Dune 10", "Dune Messiah", "Dune 2", "Dune", "Dune 002b", "1984", "99 Francs"}),
              (std::vector<std::string>{"99 Francs", "1984", "Dune", "Dune 2", "Dune 002b", "Dune 10",
                                        "Dune Messiah"}));
    EXPECT_EQ(sort_key("0"), sort_key("000"));
}

TEST(TitleOrder, OtherScriptsHaveAnOrderToo) {
    EXPECT_EQ(sorted({"Яма", "идиот", "Бесы"}), (std::vector<std::string>{"Бесы", "идиот", "Яма"}));
    EXPECT_NE(sort_key("三体"), "");
}

TEST(TitleOrder, AKeyIsShortUtf8WithoutColons) {
    EXPECT_EQ(sort_key(""), "");
    EXPECT_EQ(sort_key("?! :"), "");
    EXPECT_EQ(sort_key("Dune: Part One").find(':'), std::string::npos);
    std::string longest;
    for (int i = 0; i < 300; ++i) longest += "字";
    for (const std::string& title : {longest, "x" + longest, "xy" + longest, std::string(5000, 'a'),
                                     std::string(5000, '7'), std::string("\xFF\xFE broken \xE5")}) {
        EXPECT_LE(sort_key(title).size(), 200U);
        EXPECT_TRUE(is_utf8(sort_key(title)));
    }
}

}  // namespace
}  // namespace koshelf::core::bridge
