#include "core/bridge/merge_candidate.h"

#include <gtest/gtest.h>

namespace koshelf::core::bridge {
namespace {

constexpr const char* kContent = "0123456789abcdef0123456789abcdef";
constexpr const char* kNameDigest = "fedcba9876543210fedcba9876543210";

BookFacts book(std::string id, std::string title = "", std::string filename = "") {
    return {.ids = {std::move(id)},
            .title = std::move(title),
            .authors = {},
            .filename = std::move(filename),
            .filename_digest = {},
            .item = {}};
}

struct Case {
    const char* why;
    BookFacts a;
    BookFacts b;
    std::string_view reason;  // "": they are not one book
    bool sure = false;
};

std::vector<Case> cases() {
    std::vector<Case> all;
    BookFacts by_content = book(kContent, "", "Emma.epub");
    by_content.filename_digest = kNameDigest;
    all.push_back({"the id of one is the digest of the other's file name", by_content, book(kNameDigest),
                   "filename_digest", true});
    BookFacts merged = book("main");
    merged.ids.emplace_back(kNameDigest);
    all.push_back({"so is another id of it", by_content, merged, "filename_digest", true});
    all.push_back({"two documents without any names", book("a"), book("b"), "", false});

    BookFacts linked = book("a", "Emma");
    BookFacts linked_too = book("b", "Something else");
    linked.item = linked_too.item = "li_1";
    all.push_back({"linked to one item", linked, linked_too, "item", true});
    linked_too.item = "li_2";
    all.push_back({"linked to different items", linked, linked_too, "", false});

    all.push_back({"the same file name", book("a", "", "book.epub"), book("b", "", "book.epub"), "filename"});
    all.push_back({"the same file name of the same title", book("a", "Emma", "book.epub"),
                   book("b", "EMMA", "book.epub"), "filename", true});
    all.push_back({"the same file name of other titles", book("a", "Emma", "book.epub"),
                   book("b", "Persuasion", "book.epub"), "filename"});
    all.push_back({"another file name", book("a", "", "a.epub"), book("b", "", "b.epub"), ""});

    BookFacts emma = book("a", "Emma");
    BookFacts also_emma = book("b", "Emma");
    emma.authors = "Jane Austen";
    also_emma.authors = "Austen, Jane";
    all.push_back({"the same title and author", emma, also_emma, "title"});
    also_emma.authors = "Charlotte Smith";
    all.push_back({"the same title of another author", emma, also_emma, ""});
    all.push_back({"another volume", book("a", "Discworld 1"), book("b", "Discworld 2"), ""});
    all.push_back({"one without a title", emma, book("b"), ""});
    return all;
}

TEST(MergeCandidate, IsJudgedByWhatIsKnown) {
    for (const Case& each : cases()) {
        for (const auto& why : {same_book(each.a, each.b), same_book(each.b, each.a)}) {
            ASSERT_EQ(why.has_value(), !each.reason.empty()) << each.why;
            if (!why) continue;
            EXPECT_EQ(why->reason, each.reason) << each.why;
            EXPECT_EQ(why->sure, each.sure) << each.why;
            EXPECT_FALSE(why->words.empty());
        }
    }
}

}  // namespace
}  // namespace koshelf::core::bridge
