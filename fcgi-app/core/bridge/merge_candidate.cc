#include "core/bridge/merge_candidate.h"

#include <algorithm>

#include "core/bridge/suggestion.h"

namespace koshelf::core::bridge {
namespace {

// From here on a person would bet on it.
constexpr double kSameName = 0.8;

bool named_by(const BookFacts& by_name, const BookFacts& by_content) {
    return !by_content.filename_digest.empty() &&
           std::ranges::find(by_name.ids, by_content.filename_digest) != by_name.ids.end();
}

bool called_alike(const BookFacts& a, const BookFacts& b) {
    if (a.title.empty() || b.title.empty()) return false;
    const auto score = [](const BookFacts& one, const BookFacts& other) {
        return compare({.title = one.title, .authors = one.authors, .filename = {}},
                       {.title = other.title, .authors = other.authors})
            .score;
    };
    return std::min(score(a, b), score(b, a)) >= kSameName;
}

}  // namespace

std::optional<MergeReason> same_book(const BookFacts& a, const BookFacts& b) {
    if (named_by(a, b) || named_by(b, a)) {
        return MergeReason{
            .reason = "filename_digest",
            .sure = true,
            .words = "One is matched by file name and the other by content, and it is that file's name"};
    }
    if (!a.item.empty() && a.item == b.item) {
        return MergeReason{
            .reason = "item", .sure = true, .words = "Both are linked to the same book in Audiobookshelf"};
    }
    const bool alike = called_alike(a, b);
    // Many files are called "book.epub".
    if (!a.filename.empty() && a.filename == b.filename)
        return MergeReason{.reason = "filename", .sure = alike, .words = "Their files have the same name"};
    if (alike)
        return MergeReason{.reason = "title", .sure = false, .words = "Title and authors are the same"};
    return std::nullopt;
}

}  // namespace koshelf::core::bridge
