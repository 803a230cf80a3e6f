#include "core/utf8.h"

#include <gtest/gtest.h>

namespace koshelf::core {
namespace {

TEST(Utf8, AcceptsEveryLengthOfSequence) {
    EXPECT_TRUE(is_utf8(""));
    EXPECT_TRUE(is_utf8("plain"));
    EXPECT_TRUE(is_utf8("caf\u00e9 \u4e66 \U0001F4DA"));
}

TEST(Utf8, RejectsOverlongForms) {
    EXPECT_FALSE(is_utf8("\xC0\xAF"));
    EXPECT_FALSE(is_utf8("\xE0\x80\xAF"));
    EXPECT_FALSE(is_utf8("\xF0\x80\x80\xAF"));
}

TEST(Utf8, RejectsSurrogatesAndWhatLiesAboveUnicode) {
    EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
    EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));
    EXPECT_FALSE(is_utf8("\xFF"));
}

TEST(Utf8, RejectsTruncatedAndStrayBytes) {
    EXPECT_FALSE(is_utf8("\xE2\x82"));
    EXPECT_FALSE(is_utf8("a\x80"));
    EXPECT_FALSE(is_utf8("\xC3("));
}

TEST(Utf8, MeasuresTheFirstCodePoint) {
    EXPECT_EQ(utf8_length("a"), 1U);
    EXPECT_EQ(utf8_length("\u00e9x"), 2U);
    EXPECT_EQ(utf8_length("\U0001F4DA"), 4U);
    EXPECT_EQ(utf8_length("\x80"), 0U);
    EXPECT_EQ(utf8_length(""), 0U);
}

}  // namespace
}  // namespace koshelf::core
