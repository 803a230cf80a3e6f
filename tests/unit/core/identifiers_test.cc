#include "core/identifiers.h"

#include <gtest/gtest.h>

namespace koshelf::core {
namespace {

DocumentId document(std::string_view id) {
    return DocumentId::parse(id).value();
}

bool is_valid(std::string_view ids) {
    return IdentifierList::parse_query(ids, document("d1")).has_value();
}

TEST(Identifiers, AreReadInOrder) {
    const auto list = IdentifierList::parse_query("content:c1,filename:d1", document("d1"));
    ASSERT_TRUE(list.has_value());
    EXPECT_EQ(list->entries(),
              (std::vector<Identifier>{{"content", "c1", false}, {"filename", "d1", false}}));
    EXPECT_EQ(list->own_index(), 1U);
    EXPECT_EQ(list->to_text(), "content:c1,filename:d1");
}

TEST(Identifiers, MustNameTheRequestsOwnDocument) {
    EXPECT_TRUE(is_valid("content:d1"));
    EXPECT_FALSE(is_valid("content:c1"));
}

TEST(Identifiers, HaveUniqueWellFormedTypes) {
    EXPECT_TRUE(is_valid("a-1:d1"));
    for (const char* ids :
         {"", "d1", ":d1", "A:d1", "1a:d1", "a_b:d1", "a:d1,a:d2", "a:d1,", ",a:d1", "a:d1,b"}) {
        EXPECT_FALSE(is_valid(ids)) << ids;
    }
    EXPECT_TRUE(is_valid(std::string(32, 'a') + ":d1"));
    EXPECT_FALSE(is_valid(std::string(33, 'a') + ":d1"));
}

TEST(Identifiers, HaveWellFormedValues) {
    EXPECT_TRUE(is_valid("a:d1,b:X-y_z.9"));
    for (const char* ids :
         {"a:d1,b:-x", "a:d1,b:.x", "a:d1,b:x y", "a:d1,b:", "a:d1,b:x:y", "a:d1,b:\xC3\xA9"}) {
        EXPECT_FALSE(is_valid(ids)) << ids;
    }
    EXPECT_TRUE(is_valid("a:d1,b:" + std::string(128, 'x')));
    EXPECT_FALSE(is_valid("a:d1,b:" + std::string(129, 'x')));
}

TEST(Identifiers, AreEightAtMost) {
    std::string ids = "a:d1";
    for (char type = 'b'; type <= 'h'; ++type) ids += std::string(",") + type + ":x";
    EXPECT_TRUE(is_valid(ids));
    EXPECT_FALSE(is_valid(ids + ",i:x"));
}

TEST(StrongestSharedType, GoesByTheAskersOrder) {
    const auto asked =
        IdentifierList::parse_query("content:c1,structure:s1,filename:d1", document("d1")).value();
    EXPECT_EQ(strongest_shared_type(asked, "filename:d1,structure:s1"), "structure");
    EXPECT_EQ(strongest_shared_type(asked, "filename:d1"), "filename");
    EXPECT_EQ(strongest_shared_type(asked, "content:other"), "none");
    EXPECT_EQ(strongest_shared_type(asked, "other:c1"), "none");
}

}  // namespace
}  // namespace koshelf::core
