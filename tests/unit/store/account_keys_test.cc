#include "store/account_keys.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koshelf::store {
namespace {

std::string read_file(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

std::set<std::string> found_in(const std::string& text, const std::string& pattern) {
    const std::regex regex(pattern);
    std::set<std::string> names;
    for (std::sregex_iterator each(text.begin(), text.end(), regex), end; each != end; ++each)
        names.insert((*each)[1]);
    return names;
}

const std::filesystem::path kStore = std::filesystem::path(KOSHELF_SOURCE_DIR) / "fcgi-app" / "store";

std::set<std::string> names_in_the_table() {
    std::set<std::string> names;
    for (const AccountKey& key : kAccountKeys) names.emplace(key.name);
    return names;
}

TEST(AccountKeys, HaveEveryKeyThatKeysBuilds) {
    const auto built =
        found_in(read_file(kStore / "keys.cc"), R"re(account\(username\)(?: \+ |\.append\()"([a-z_]+:?)")re");
    ASSERT_TRUE(built.contains("profile") && built.contains("meta:"));
    for (const std::string& name : built)
        EXPECT_TRUE(names_in_the_table().contains(name)) << name << " would be lost in an export";
}

TEST(AccountKeys, HaveEveryKeyThatAScriptWrites) {
    std::set<std::string> written;
    for (const auto& file : std::filesystem::directory_iterator(kStore / "scripts"))
        written.merge(found_in(read_file(file.path()), R"re((?:prefix|ARGV\[\d\]) \.\. '([a-z_]+:?)')re"));
    ASSERT_TRUE(written.contains("outbox") && written.contains("document:"));
    for (const std::string& name : written)
        EXPECT_TRUE(names_in_the_table().contains(name)) << name << " would be lost in an export";
}

TEST(AccountKeys, AreFoundByTheirNameInAnExport) {
    for (const AccountKey& key : kAccountKeys) EXPECT_EQ(account_key(key.member), &key);
    EXPECT_EQ(account_key("documents"), nullptr);
}

TEST(AccountKeys, AreCalledDifferentlyAndMeetOnlyInWaysThatTheirKindHas) {
    std::set<std::string_view> members;
    for (const AccountKey& key : kAccountKeys) {
        EXPECT_TRUE(members.insert(key.member).second) << key.member;
        const bool is_each = key.scope == KeyScope::kDocument || key.scope == KeyScope::kHistory ||
                             key.scope == KeyScope::kPassing;
        EXPECT_EQ(key.name.ends_with(':'), is_each || key.member == "alias") << key.name;
        const bool is_number = key.meeting == Meeting::kTime || key.meeting == Meeting::kDue;
        EXPECT_EQ(key.scope == KeyScope::kRanked, is_number) << key.name;
        EXPECT_EQ(key.scope == KeyScope::kGroups, key.meeting == Meeting::kGroups) << key.name;
        if (key.scope == KeyScope::kByDocument || key.scope == KeyScope::kAccount) {
            EXPECT_EQ(key.meeting, Meeting::kStays) << key.name;
        }
    }
}

}  // namespace
}  // namespace koshelf::store
