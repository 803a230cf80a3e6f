#include "core/bridge/suggestion.h"

#include <algorithm>
#include <optional>

#include "core/bridge/book_name.h"

namespace koshelf::core::bridge {
namespace {

constexpr double kWorthShowing = 0.35;

// A side of the comparison, taken apart once.
struct Name {
    BookTitle title;
    NameWords authors;
};

Name read(std::string_view title, std::string_view authors) {
    return {read_title(title), read_authors(authors)};
}

struct Verdict {
    double score = 0;
    std::string reason;
};

Verdict compare_titles(const BookTitle& a, const BookTitle& b) {
    if (a.main.empty() || b.main.empty()) return {0, "a title is missing"};
    const NameWords all_a = a.all();
    const NameWords all_b = b.all();
    if (all_a == all_b) return {1, "the same title"};
    if (a.main == b.main) {
        if (a.rest.empty() || b.rest.empty()) return {0.95, "the same title, but for the subtitle"};
        return {0.5 + 0.45 * overlap(a.rest, b.rest), "the same title with other additions"};
    }
    if (a.main == b.rest || b.main == a.rest || a.main == all_b || b.main == all_a)
        return {0.85, "the title is the other's subtitle"};
    const double both = overlap(all_a, all_b);
    const double main = overlap(a.main, b.main);
    const double alike = std::max(both, main);
    if (alike >= 0.9) return {0.9, "the same title, written otherwise"};
    const double inside = containment(a.main, b.main);
    const bool two_words = std::min(a.main.size(), b.main.size()) >= 2;
    const double part = inside >= 0.95 && two_words ? 0.45 + 0.35 * main : 0;
    const double score = std::max(0.85 * alike * alike, part);
    if (score >= 0.5) return {score, "most words of the title"};
    return {score, score > 0.15 ? "some words of the title" : "another title"};
}

bool has_latin(const NameWords& words) {
    return std::ranges::any_of(words, [](const std::string& word) {
        return std::ranges::any_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
    });
}

// 1 the same, 0 others; nothing if it cannot be told, also because they are written in different scripts.
std::optional<double> compare_authors(const NameWords& a, const NameWords& b) {
    if (a.empty() || b.empty() || has_latin(a) != has_latin(b)) return std::nullopt;
    return containment(a, b);
}

std::optional<Verdict> compare_volumes(const std::optional<int>& a, const std::optional<int>& b) {
    if (a == b) return std::nullopt;
    if (a && b) {
        return Verdict{0.2, "another volume (" + std::to_string(*a) + ", not " + std::to_string(*b) + ")"};
    }
    // The first volume of a series often does not say so.
    if (a.value_or(b.value_or(1)) == 1) return Verdict{0.97, "only one of them says that it is volume 1"};
    return Verdict{0.75, "only one of them has a volume number"};
}

Likeness compare_names(const Name& document, const Name& item) {
    constexpr double kSame = 0.5;
    constexpr double kUnknownAuthor = 0.85;
    constexpr double kOtherAuthor = 0.35;
    const Verdict title = compare_titles(document.title, item.title);
    Likeness likeness{.score = title.score, .reasons = {title.reason}};
    const auto authors = compare_authors(document.authors, item.authors);
    if (!authors) {
        likeness.score *= kUnknownAuthor;
        likeness.reasons.emplace_back("the author cannot be compared");
    } else if (*authors >= kSame) {
        likeness.score *= 0.9 + 0.1 * *authors;
        // An author says little about a title, but a lot about one that is nearly the same.
        likeness.score += 0.3 * likeness.score * (1 - likeness.score);
        likeness.reasons.emplace_back(*authors > 0.99 ? "the same author" : "an author of a similar name");
    } else {
        likeness.score *= kOtherAuthor;
        likeness.reasons.emplace_back("another author");
    }
    if (const auto volume = compare_volumes(document.title.volume, item.title.volume)) {
        likeness.score *= volume->score;
        likeness.reasons.push_back(volume->reason);
    }
    return likeness;
}

// All that a document's name may mean.
std::vector<Name> readings_of(const DocumentName& document) {
    std::vector<Name> readings;
    if (!read_title(document.title).main.empty()) {
        readings.push_back(read(document.title, document.authors));
        return readings;
    }
    for (const FileNameReading& each : read_file_name(document.filename))
        readings.push_back(read(each.title, each.authors.empty() ? document.authors : each.authors));
    return readings;
}

Likeness best_of(const std::vector<Name>& readings, const Name& item) {
    Likeness best;
    for (const Name& reading : readings) {
        Likeness likeness = compare_names(reading, item);
        if (best.reasons.empty() || likeness.score > best.score) best = std::move(likeness);
    }
    return best;
}

}  // namespace

Likeness compare(const DocumentName& document, const ItemName& item) {
    return best_of(readings_of(document), read(item.title, item.authors));
}

std::vector<Suggestion> suggest(const DocumentName& document, std::span<const ItemName> items,
                                std::size_t limit) {
    const std::vector<Name> readings = readings_of(document);
    std::vector<Suggestion> found;
    for (std::size_t i = 0; i < items.size(); ++i) {
        Likeness likeness = best_of(readings, read(items[i].title, items[i].authors));
        if (likeness.score >= kWorthShowing) found.push_back({i, std::move(likeness)});
    }
    std::ranges::stable_sort(
        found, [](const Suggestion& a, const Suggestion& b) { return a.likeness.score > b.likeness.score; });
    if (found.size() > limit) found.resize(limit);
    return found;
}

std::optional<std::size_t> certain(std::span<const Rated> best_first) {
    constexpr double kNear = 0.1;
    if (best_first.empty() || best_first.front().score < kSure) return std::nullopt;
    const double near = best_first.front().score - kNear;
    const auto end =
        std::ranges::find_if(best_first, [near](const Rated& each) { return each.score < near; });
    const std::span<const Rated> close(best_first.begin(), end);
    if (close.size() == 1) return 0;
    const auto heard = [](const Rated& each) { return each.audio; };
    if (std::ranges::count_if(close, heard) != 1) return std::nullopt;
    const auto only = std::ranges::find_if(close, heard);
    if (only->score < kSure) return std::nullopt;
    return static_cast<std::size_t>(only - close.begin());
}

}  // namespace koshelf::core::bridge
