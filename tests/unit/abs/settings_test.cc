#include "abs/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koshelf::abs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

core::Username user(std::string_view name) {
    return *core::Username::parse(name);
}

Settings from(Values environment, const Values& overrides = {}) {
    environment.try_emplace("AUDIOBOOKSHELF_BASE_URL", "https://abs.example/");
    return make_settings(environment, overrides);
}

Settings with_map(const std::string& map) {
    return from({{"AUDIOBOOKSHELF_USER_MAP", map}});
}

TEST(Settings, OfNothingAreNotConfiguredAndHaveNoProblem) {
    const Settings settings = make_settings({}, {});
    EXPECT_FALSE(settings.configured());
    EXPECT_TRUE(settings.problems.empty());
    EXPECT_EQ(settings.device_name, "Audiobookshelf");
    EXPECT_EQ(settings.server.timeout.count(), 5000);
    EXPECT_TRUE(settings.http.verify_tls);
    EXPECT_EQ(settings.credential_of(user("ann")), nullptr);
}

TEST(Settings, ReadAllVariables) {
    const Settings settings = from({{"AUDIOBOOKSHELF_API_KEY", " key\n"},
                                    {"AUDIOBOOKSHELF_USER_ID", "id"},
                                    {"AUDIOBOOKSHELF_USER_TOKEN", "token"},
                                    {"AUDIOBOOKSHELF_DEVICE_NAME", "Hörbuch"},
                                    {"AUDIOBOOKSHELF_HTTP_TIMEOUT", "1500"},
                                    {"AUDIOBOOKSHELF_CA_FILE", "/ca.pem"},
                                    {"AUDIOBOOKSHELF_TLS_VERIFY", "Off"},
                                    {"AUDIOBOOKSHELF_DOCUMENT_MAP", R"({"book": "li_1"})"},
                                    {"KOSHELF_ABS_PROXY", "http://proxy:3128"}});
    EXPECT_TRUE(settings.problems.empty());
    EXPECT_TRUE(settings.configured());
    EXPECT_EQ(settings.server.base_url, "https://abs.example");
    EXPECT_EQ(settings.server.timeout.count(), 1500);
    const Account expected{.credential = {.key = "key", .user_token = "token", .user_id = "id"},
                           .device_name = "Hörbuch"};
    ASSERT_NE(settings.credential_of(user("anybody")), nullptr);
    EXPECT_EQ(*settings.credential_of(user("anybody")), expected);
    EXPECT_EQ(settings.http.ca_file, "/ca.pem");
    EXPECT_FALSE(settings.http.verify_tls);
    EXPECT_EQ(settings.http.proxy, "http://proxy:3128");
    EXPECT_EQ(settings.item_of(*core::DocumentId::parse("book")), core::LibraryItemId::parse("li_1"));
    EXPECT_EQ(settings.item_of(*core::DocumentId::parse("other")), std::nullopt);
}

TEST(Settings, AKeyWithoutAServerConnectsNobody) {
    const Settings settings = make_settings({{"AUDIOBOOKSHELF_API_KEY", "key"}}, {});
    EXPECT_FALSE(settings.configured());
    EXPECT_EQ(settings.credential_of(user("ann")), nullptr);
}

TEST(Settings, TheUserMapKnowsTheAliases) {
    const Settings settings = with_map(R"({
        "plain": {"api_key": "k", "user_id": "i", "device": "d", "user_token": "t"},
        "camel": {"apiKey": "k", "userId": "i", "deviceName": "d", "userToken": "t"},
        "others": {"token": "k", "id": "i", "device_name": "d", "user_token": "t"},
        "nulls": {"api_key": null, "apiKey": "k", "userId": "i", "device": null, "device_name": "d",
                  "user_token": "t", "unknown": [1, {"a": 2}]}})");
    EXPECT_TRUE(settings.problems.empty());
    const Account expected{.credential = {.key = "k", .user_token = "t", .user_id = "i"}, .device_name = "d"};
    for (const char* name : {"plain", "camel", "others", "nulls"}) {
        ASSERT_NE(settings.credential_of(user(name)), nullptr) << name;
        EXPECT_EQ(*settings.credential_of(user(name)), expected) << name;
    }
}

TEST(Settings, ABareStringIsTheKey) {
    const Settings settings = with_map(R"({"ann": "abs_key"})");
    ASSERT_NE(settings.credential_of(user("ann")), nullptr);
    EXPECT_EQ(settings.credential_of(user("ann"))->credential.key, "abs_key");
    EXPECT_EQ(settings.credential_of(user("ann"))->device_name, "Audiobookshelf");
    EXPECT_EQ(settings.credential_of(user("bob")), nullptr);
}

TEST(Settings, AMappingCountsBeforeTheDefaultKey) {
    const Settings settings = from(
        {{"AUDIOBOOKSHELF_API_KEY", "all"}, {"AUDIOBOOKSHELF_USER_MAP", R"({"ann": "hers", "ä*": "x"})"}});
    EXPECT_EQ(settings.credential_of(user("ann"))->credential.key, "hers");
    EXPECT_EQ(settings.credential_of(user("ä*"))->credential.key, "x");
    EXPECT_EQ(settings.credential_of(user("bob"))->credential.key, "all");
}

TEST(Settings, BadJsonIsNamedWithLineAndColumnAndNeverRepeated) {
    const Settings settings = with_map("{\"ann\": \"topsecret\",\n \"bäb\": oops}");
    ASSERT_EQ(settings.problems.size(), 1U);
    EXPECT_EQ(settings.problems[0].variable, "AUDIOBOOKSHELF_USER_MAP");
    EXPECT_THAT(settings.problems[0].why, HasSubstr("line 2, column 9"));
    EXPECT_THAT(settings.problems[0].why, Not(HasSubstr("topsecret")));
}

TEST(Settings, AnUnreadableMapConnectsNobodyNotEvenByTheDefaultKey) {
    for (const char* map :
         {"{", "[]", "\"text\"", "nonsense", "{\"a\": \"b\",}", "{'a': 'b'}", "\xFF", "{} {}"}) {
        const Settings settings = from({{"AUDIOBOOKSHELF_API_KEY", "all"}, {"AUDIOBOOKSHELF_USER_MAP", map}});
        EXPECT_EQ(settings.problems.size(), 1U) << map;
        EXPECT_FALSE(settings.configured()) << map;
        EXPECT_EQ(settings.credential_of(user("ann")), nullptr) << map;
    }
}

TEST(Settings, AnEntryThatMakesNoSenseConnectsNotThatAccount) {
    for (const char* entry :
         {"{}", "1", "null", "true", "[\"k\"]", "\"\"", "\" \"", R"({"api_key": ""})", R"({"api_key": 5})",
          R"({"user_id": "i"})", R"({"api_key": "two words"})", R"({"api_key": "k", "user_id": 7})",
          R"({"api_key": "k\r\nX: y"})", R"({"api_key": "k\u0000"})", R"({"api_key": "k", "device": "a\nb"})",
          R"({"api_key": "k", "user_token": "ü"})"}) {
        const Settings settings =
            from({{"AUDIOBOOKSHELF_API_KEY", "all"},
                  {"AUDIOBOOKSHELF_USER_MAP", std::string(R"({"bob": "his", "ann": )") + entry + "}"}});
        ASSERT_EQ(settings.problems.size(), 1U) << entry;
        EXPECT_THAT(settings.problems[0].why, HasSubstr("entry 2, ann")) << entry;
        EXPECT_EQ(settings.credential_of(user("ann")), nullptr) << entry;
        EXPECT_EQ(settings.credential_of(user("bob"))->credential.key, "his") << entry;
        EXPECT_EQ(settings.credential_of(user("eve"))->credential.key, "all") << entry;
    }
}

TEST(Settings, OfTwoEntriesForOneNameTheLastCounts) {
    const Settings settings = with_map(R"({"ann": 5, "ann": "second"})");
    EXPECT_EQ(settings.credential_of(user("ann"))->credential.key, "second");
    EXPECT_TRUE(settings.unusable.empty());
}

TEST(Settings, ANameThatIsNoUsernameIsReported) {
    for (const char* name : {"", "a:b", "a\\u0000b"}) {
        const Settings settings = with_map(std::string("{\"") + name + R"(": "k"})");
        EXPECT_EQ(settings.problems.size(), 1U) << name;
        EXPECT_TRUE(settings.users.empty()) << name;
    }
}

TEST(Settings, WrongPartsOfADocumentMapAreLeftOut) {
    const Settings settings =
        from({{"AUDIOBOOKSHELF_DOCUMENT_MAP",
               R"({"good": "li_1", "b:d": "li_2", "path": "../x", "number": 7, "empty": ""})"}});
    EXPECT_EQ(settings.documents.size(), 1U);
    EXPECT_EQ(settings.problems.size(), 4U);
    EXPECT_THAT(settings.problems[0].why, HasSubstr("entry 2"));
}

TEST(Settings, ValuesThatMakeNoSenseCountAsUnset) {
    const std::vector<std::pair<std::string, std::string>> bad = {
        {"AUDIOBOOKSHELF_BASE_URL", "ftp://x"},       {"AUDIOBOOKSHELF_BASE_URL", "abs.example"},
        {"AUDIOBOOKSHELF_HTTP_TIMEOUT", "5s"},        {"AUDIOBOOKSHELF_HTTP_TIMEOUT", "0"},
        {"AUDIOBOOKSHELF_HTTP_TIMEOUT", "-1"},        {"AUDIOBOOKSHELF_HTTP_TIMEOUT", "9999999999"},
        {"AUDIOBOOKSHELF_TLS_VERIFY", "perhaps"},     {"AUDIOBOOKSHELF_API_KEY", "two words"},
        {"AUDIOBOOKSHELF_DEVICE_NAME", "two\nlines"}, {"AUDIOBOOKSHELF_DEVICE_NAME", "\xFF"}};
    for (const auto& [name, value] : bad) {
        const Settings settings = from({{name, value}});
        ASSERT_EQ(settings.problems.size(), 1U) << name << value;
        EXPECT_EQ(settings.problems[0].variable, name);
        EXPECT_EQ(settings.server.timeout.count(), 5000);
        EXPECT_TRUE(settings.http.verify_tls);
        EXPECT_EQ(settings.device_name, "Audiobookshelf");
    }
}

TEST(Settings, AnOverrideCountsBeforeTheEnvironmentUnlessItIsEmpty) {
    const Values environment = {{"AUDIOBOOKSHELF_BASE_URL", "http://env"}, {"AUDIOBOOKSHELF_API_KEY", "env"}};
    EXPECT_EQ(make_settings(environment, {{"AUDIOBOOKSHELF_BASE_URL", "http://set/abs/"}}).server.base_url,
              "http://set/abs");
    EXPECT_EQ(make_settings(environment, {{"AUDIOBOOKSHELF_BASE_URL", ""}}).server.base_url, "http://env");
    EXPECT_EQ(make_settings(environment, {{"AUDIOBOOKSHELF_API_KEY", "set"}}, 7).fallback->credential.key,
              "set");
    EXPECT_EQ(make_settings(environment, {}, 7).version, 7);
}

TEST(Settings, WhatGuardsTheConnectionCannotBeOverridden) {
    const Settings settings = from({}, {{"AUDIOBOOKSHELF_TLS_VERIFY", "off"},
                                        {"AUDIOBOOKSHELF_CA_FILE", "/evil.pem"},
                                        {"KOSHELF_ABS_PROXY", "http://evil"}});
    EXPECT_TRUE(settings.http.verify_tls);
    EXPECT_EQ(settings.http.ca_file, "");
    EXPECT_EQ(settings.http.proxy, "");
}

TEST(Settings, CheckASingleValue) {
    EXPECT_TRUE(check_setting("AUDIOBOOKSHELF_HTTP_TIMEOUT", "1000").empty());
    EXPECT_EQ(check_setting("AUDIOBOOKSHELF_HTTP_TIMEOUT", "soon").size(), 1U);
}

}  // namespace
}  // namespace koshelf::abs
