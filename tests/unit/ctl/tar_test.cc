#include "ctl/tar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koshelf::ctl {
namespace {

using ::testing::HasSubstr;

TEST(Tar, AHeaderComesBack) {
    for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{511}, (std::uint64_t{1} << 33U) - 1,
                                     std::uint64_t{1} << 33U, std::uint64_t{5} << 40U}) {
        const TarEntry entry{.name = "redis/dump.rdb", .size = size, .modified = 1764000000};
        const auto parsed = parse_tar_header(tar_header(entry));
        ASSERT_TRUE(parsed.has_value()) << parsed.error();
        EXPECT_EQ(*parsed, entry);
    }
}

TEST(Tar, ANameOfAHundredBytesFits) {
    const TarEntry entry{.name = std::string(100, 'n'), .size = 1, .modified = 0};
    EXPECT_EQ(*parse_tar_header(tar_header(entry)), entry);
}

TEST(Tar, AnEmptyBlockIsTheEnd) {
    EXPECT_EQ(tar_end().size(), 1024U);
    EXPECT_EQ(*parse_tar_header(tar_end().substr(0, kTarBlock)), std::nullopt);
}

TEST(Tar, EachFileEndsWithItsBlock) {
    EXPECT_EQ(tar_padding(0), 0U);
    EXPECT_EQ(tar_padding(1), 511U);
    EXPECT_EQ(tar_padding(512), 0U);
    EXPECT_EQ(tar_padding((std::uint64_t{1} << 40U) + 513), 511U);
}

TEST(Tar, WhatIsNoHeaderIsRefused) {
    std::string changed = tar_header({.name = "a", .size = 1, .modified = 0});
    changed[0] = 'b';
    EXPECT_THAT(parse_tar_header(changed).error(), HasSubstr("checksum"));
    EXPECT_THAT(parse_tar_header(std::string(kTarBlock, 'x')).error(), HasSubstr("no archive"));
    EXPECT_THAT(parse_tar_header("short").error(), HasSubstr("cut short"));
}

}  // namespace
}  // namespace koshelf::ctl
