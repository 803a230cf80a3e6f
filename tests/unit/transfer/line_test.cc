#include "transfer/line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "transfer/exact_text.h"

namespace koshelf::transfer {
namespace {

using store::Fields;
using ::testing::HasSubstr;

std::optional<std::string> read_back(std::string_view bytes) {
    const auto document = platform::JsonDocument::parse(exact_json(bytes));
    return document ? read_exact(document->root()) : std::nullopt;
}

template <typename T>
T reread(const T& value) {
    const auto line = parse_line(to_json(value));
    EXPECT_TRUE(line.has_value()) << to_json(value) << ": " << (line ? "" : line.error());
    return line ? std::get<T>(*line) : T();
}

std::string why_not(std::string_view text) {
    const auto line = parse_line(text);
    return line ? "it was understood" : line.error();
}

store::Section section(std::string_view member, Fields fields) {
    return {.key = store::account_key(member), .fields = std::move(fields)};
}

TEST(ExactText, ComesBackWhateverTheBytes) {
    const std::string all = [] {
        std::string bytes;
        for (int c = 0; c < 256; ++c) bytes += static_cast<char>(c);
        return bytes;
    }();
    for (const std::string_view bytes :
         {std::string_view(""), std::string_view("plain"), std::string_view("\"\\\n\t\x7F"),
          std::string_view("Ä€😀"), std::string_view("\xFF"), std::string_view("a\0b", 3),
          std::string_view("\xED\xA0\x80"), std::string_view(all)})
        EXPECT_EQ(read_back(bytes), bytes);
}

TEST(ExactText, IsPlainWhereItCanBe) {
    EXPECT_EQ(exact_json(std::string_view("Ä")), "\"Ä\"");
    EXPECT_EQ(exact_json(std::string_view("\xFF")), R"({"base64":"/w=="})");
}

TEST(ExactText, TakesNoOtherJsonForText) {
    for (const char* json : {"5", "null", "[]", R"({"base64":"!"})", R"({"base64":"","more":1})",
                             R"({"base64":5})", R"("a\u0000b")", "{}"}) {
        const auto document = platform::JsonDocument::parse(json);
        EXPECT_FALSE(read_exact(document->root())) << json;
    }
}

TEST(ExactText, FieldsKeepTheirOrderAndTheirDoubles) {
    for (const Fields& fields : {Fields{{"b", "1"}, {"a", "2"}}, Fields{{"a", "1"}, {"a", "2"}},
                                 Fields{{"\xFF", "\0"}}, Fields{{"", "x"}}}) {
        const auto document = platform::JsonDocument::parse(exact_json(fields));
        EXPECT_EQ(read_exact_fields(document->root()), fields);
    }
    EXPECT_EQ(exact_json(Fields{{"b", "1"}}), R"({"b":"1"})");
}

TEST(Line, EveryKindComesBack) {
    const ExportHeader header{.version = 1, .made = 1764000000, .by = "0.1.0"};
    EXPECT_EQ(reread(header), header);
    const ExportEnd end{.accounts = 2, .documents = 30, .lines = 40};
    EXPECT_EQ(reread(end), end);
    const store::AccountImage account{.username = "ann\xFF",
                                      .credential = "secret",
                                      .administers = true,
                                      .sections = {section("profile", {{"created", "1"}})}};
    EXPECT_EQ(reread(account), account);
    const store::AliasImage alias{.username = "ann", .value = "v", .target = "md5:d"};
    EXPECT_EQ(reread(alias), alias);
    const store::HistoryImage history{.username = "ann",
                                      .document = "d",
                                      .entries = {{"17-0", {{"b", "1"}, {"a", "2"}}}, {"17-1", {{"x", ""}}}}};
    EXPECT_EQ(reread(history), history);
}

TEST(Line, ADocumentHasEverythingOfTheTable) {
    store::DocumentImage image{.username = "ann", .document = "\xFE", .sections = {}};
    for (const store::AccountKey& key : store::kAccountKeys) {
        const bool is_value =
            key.scope == store::KeyScope::kByDocument || key.scope == store::KeyScope::kRanked;
        if (is_value) image.sections.push_back({.key = &key, .fields = {{"", "17.5"}}});
        if (key.scope == store::KeyScope::kDocument)
            image.sections.push_back({.key = &key, .fields = {{"a", "\xFF"}, {"b", ""}}});
    }
    EXPECT_EQ(reread(image), image);
}

TEST(Line, AnAccountWithoutACredentialStaysWithoutOne) {
    const store::AccountImage account{
        .username = "ann", .credential = std::nullopt, .administers = false, .sections = {}};
    EXPECT_EQ(to_json(account), R"({"type":"account","user":"ann"})");
    EXPECT_EQ(reread(account), account);
}

TEST(Line, WhatIsNotUnderstoodIsSaidInWords) {
    EXPECT_THAT(why_not("{"), HasSubstr("no JSON"));
    EXPECT_THAT(why_not("[]"), HasSubstr("\"type\""));
    EXPECT_THAT(why_not(R"({"type":"note"})"), HasSubstr("\"note\""));
    EXPECT_THAT(why_not(R"({"type":"export","version":7})"), HasSubstr("version 7"));
    EXPECT_THAT(why_not(R"({"type":"document","user":"a","document":"d","new":{}})"), HasSubstr("\"new\""));
    EXPECT_THAT(why_not(R"({"type":"account","user":"a","meta":{"a":"b"}})"), HasSubstr("\"meta\""));
    EXPECT_THAT(why_not(R"({"type":"document","user":"a","document":"d","due":"soon"})"),
                HasSubstr("\"due\""));
}

TEST(Line, NothingReachesOutOfItsAccount) {
    EXPECT_THAT(why_not(R"({"type":"account","user":"a:b"})"), HasSubstr("colon"));
    EXPECT_THAT(why_not(R"({"type":"document","user":"a","document":"d:e"})"), HasSubstr("colon"));
    EXPECT_THAT(why_not(R"({"type":"alias","user":"a","value":"v:w","target":"t:d"})"), HasSubstr("colon"));
    EXPECT_THAT(why_not(R"({"type":"account","user":{"base64":"YTpi"}})"), HasSubstr("colon"));
}

}  // namespace
}  // namespace koshelf::transfer
