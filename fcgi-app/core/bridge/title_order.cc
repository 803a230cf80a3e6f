#include "core/bridge/title_order.h"

#include <algorithm>
#include <array>
#include <span>

#include "core/audio/words.h"
#include "core/utf8.h"

namespace koshelf::core::bridge {
namespace {

constexpr std::size_t kMostKeyBytes = 200;
constexpr std::size_t kMostTitleBytes = 1000;
// Those that are hardly ever a title's first word for another reason.
constexpr std::array<std::string_view, 17> kLeadingArticles = {"the", "a",  "an",  "der", "die", "das",
                                                               "le",  "la", "les", "el",  "los", "las",
                                                               "il",  "lo", "gli", "het", "een"};

// A number sorts by how many digits it has, then by these.
std::string number_key(std::string_view digits) {
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
    const std::size_t length = std::min<std::size_t>(digits.size(), 9);
    return std::to_string(length) + std::string(digits);
}

void cut(std::string& key) {
    if (key.size() <= kMostKeyBytes) return;
    key.resize(kMostKeyBytes);
    while (!key.empty() && !is_utf8(key)) key.pop_back();
}

}  // namespace

std::string sort_key(std::string_view title) {
    const std::vector<audio::Word> all = audio::words_of(title.substr(0, kMostTitleBytes));
    std::span<const audio::Word> words(all);
    const bool article =
        words.size() > 1 && std::ranges::find(kLeadingArticles, words.front().text) != kLeadingArticles.end();
    if (article) words = words.subspan(1);
    std::string key;
    for (const audio::Word& word : words) {
        if (!key.empty()) key += ' ';
        key += word.digits ? number_key(word.text) : word.text;
        if (key.size() > kMostKeyBytes) break;
    }
    cut(key);
    return key;
}

}  // namespace koshelf::core::bridge
