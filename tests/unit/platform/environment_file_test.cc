#include "platform/environment_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "platform/json.h"

namespace koshelf::platform {
namespace {

TEST(EnvironmentFile, ReadsTheLinesOfTheTableAsTheScriptsDo) {
    std::ifstream table(KOSHELF_SOURCE_DIR "/tests/data/env_file.jsonl");
    int cases = 0;
    for (std::string line; std::getline(table, line); ++cases) {
        const auto row = JsonDocument::parse(line);
        ASSERT_TRUE(row.has_value()) << line;
        const JsonValue root = row->root();
        const auto setting = parse_setting(root.member("line").string());
        EXPECT_EQ(!setting, root.member("wrong").is_true()) << line;
        if (!setting) continue;
        EXPECT_EQ(setting->has_value(), root.member("name").is_string()) << line;
        if (!*setting) continue;
        EXPECT_EQ((*setting)->name, root.member("name").string()) << line;
        EXPECT_EQ((*setting)->value, root.member("value").string()) << line;
    }
    EXPECT_GT(cases, 20);
}

class LoadedFile : public ::testing::Test {
  protected:
    void load(const std::string& text) {
        std::ofstream(path_, std::ios::trunc) << text;
        loaded_ = load_environment_file(path_);
    }
    void TearDown() override {
        load("");
        std::filesystem::remove(path_);
    }
    static std::string value(const char* name) {
        const char* text = std::getenv(name);
        return text == nullptr ? "unset" : text;
    }

    std::string path_ = ::testing::TempDir() + "koshelf-env-file";
    tl::expected<void, std::string> loaded_;
};

TEST_F(LoadedFile, GivesBackWhatItNoLongerHas) {
    setenv("KS_TEST_A", "at the start", 1);
    unsetenv("KS_TEST_B");
    load("KS_TEST_A=1\nKS_TEST_B=1\n");
    EXPECT_EQ(value("KS_TEST_A") + value("KS_TEST_B"), "11");
    load("KS_TEST_A=2\n#KS_TEST_B=1\n");
    EXPECT_EQ(value("KS_TEST_A"), "2");
    EXPECT_EQ(value("KS_TEST_B"), "unset");
    load("KS_TEST_B=\n");
    EXPECT_EQ(value("KS_TEST_A"), "at the start");
    EXPECT_EQ(value("KS_TEST_B"), "");
}

TEST_F(LoadedFile, ChangesNothingIfALineMakesNoSense) {
    load("KS_TEST_A=1\n");
    load("KS_TEST_A=2\n\nnonsense\n");
    ASSERT_FALSE(loaded_.has_value());
    EXPECT_NE(loaded_.error().find("line 3: expected NAME=VALUE"), std::string::npos);
    EXPECT_EQ(value("KS_TEST_A"), "1");
}

}  // namespace
}  // namespace koshelf::platform
