#include "core/text/narration.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/text/ascii.h"

namespace koshelf::core::text {
namespace {

// How much a word weighs; the vocabulary is shared by epub:type, the guide, titles and file names.
struct Word {
    std::string_view text;
    float weight;
};

// Title pages and dedications are often read with the opening credits: neither in nor out.
constexpr std::array kTypes = {Word{"cover", 0.02F},
                               Word{"toc", 0.02F},
                               Word{"copyright-page", 0.02F},
                               Word{"titlepage", 0.2F},
                               Word{"title-page", 0.2F},
                               Word{"halftitlepage", 0.05F},
                               Word{"landmarks", 0.0F},
                               Word{"loi", 0.0F},
                               Word{"lot", 0.0F},
                               Word{"index", 0.02F},
                               Word{"colophon", 0.05F},
                               Word{"bibliography", 0.05F},
                               Word{"endnotes", 0.1F},
                               Word{"rearnotes", 0.1F},
                               Word{"footnotes", 0.1F},
                               Word{"page-list", 0.0F},
                               Word{"seriespage", 0.05F},
                               Word{"other-credits", 0.05F},
                               Word{"imprint", 0.05F},
                               Word{"imprimatur", 0.05F},
                               Word{"contributors", 0.1F},
                               Word{"acknowledgements", 0.4F},
                               Word{"acknowledgments", 0.4F},
                               Word{"dedication", 0.6F},
                               Word{"appendix", 0.7F},
                               Word{"glossary", 0.3F},
                               Word{"notes", 0.2F}};

// Titles that are the whole heading.
constexpr std::array kTitles = {Word{"contents", 0.02F},
                                Word{"table of contents", 0.02F},
                                Word{"cover", 0.02F},
                                Word{"copyright", 0.02F},
                                Word{"copyright page", 0.02F},
                                Word{"copyright notice", 0.02F},
                                Word{"title page", 0.2F},
                                Word{"half title", 0.05F},
                                Word{"index", 0.02F},
                                Word{"colophon", 0.05F},
                                Word{"bibliography", 0.05F},
                                Word{"notes", 0.2F},
                                Word{"endnotes", 0.1F},
                                Word{"footnotes", 0.1F},
                                Word{"dedication", 0.6F},
                                Word{"credits", 0.1F},
                                Word{"imprint", 0.05F},
                                Word{"landmarks", 0.0F},
                                Word{"navigation", 0.0F},
                                Word{"newsletter", 0.05F},
                                Word{"advertisement", 0.05F},
                                Word{"advertisements", 0.05F},
                                Word{"list of illustrations", 0.02F},
                                Word{"illustrations", 0.05F},
                                Word{"inhalt", 0.02F},
                                Word{"inhaltsverzeichnis", 0.02F},
                                Word{"impressum", 0.02F},
                                Word{"table des mati\u00E8res", 0.02F},
                                Word{"sommaire", 0.02F},
                                Word{"\u00CDndice", 0.02F},
                                Word{"indice", 0.02F},
                                Word{"sommario", 0.02F},
                                Word{"inhoud", 0.02F},
                                Word{"\u76EE\u5F55", 0.02F},
                                Word{"\u76EE\u6B21", 0.02F},
                                Word{"glossary", 0.3F},
                                Word{"acknowledgements", 0.4F},
                                Word{"acknowledgments", 0.4F}};

// What a title need only begin with.
constexpr std::array kBeginnings = {Word{"also by", 0.03F},
                                    Word{"also available", 0.03F},
                                    Word{"other books", 0.03F},
                                    Word{"books by", 0.03F},
                                    Word{"more from", 0.03F},
                                    Word{"about the author", 0.3F},
                                    Word{"about the publisher", 0.03F},
                                    Word{"about this edition", 0.05F},
                                    Word{"about this ebook", 0.03F},
                                    Word{"about this book", 0.1F},
                                    Word{"about the type", 0.05F},
                                    Word{"praise for", 0.05F},
                                    Word{"copyright ", 0.02F},
                                    Word{"transcriber", 0.05F},
                                    Word{"project gutenberg", 0.03F},
                                    Word{"the full project gutenberg", 0.02F},
                                    Word{"an excerpt from", 0.1F},
                                    Word{"excerpt from", 0.1F},
                                    Word{"preview", 0.1F},
                                    Word{"sneak peek", 0.1F},
                                    Word{"reading group", 0.1F},
                                    Word{"discussion questions", 0.1F},
                                    Word{"discover more", 0.03F},
                                    Word{"uncopyright", 0.02F}};

// Whole file names or manifest ids, without folder and extension, digits dropped.
constexpr std::array kNames = {
    Word{"cover", 0.02F},    Word{"coverpage", 0.02F}, Word{"cover-page", 0.02F},  Word{"toc", 0.02F},
    Word{"nav", 0.02F},      Word{"contents", 0.02F},  Word{"copyright", 0.02F},   Word{"cop", 0.1F},
    Word{"title", 0.2F},     Word{"titlepage", 0.2F},  Word{"title_page", 0.2F},   Word{"halftitle", 0.05F},
    Word{"ads", 0.05F},      Word{"ad", 0.1F},         Word{"advert", 0.05F},      Word{"adcard", 0.05F},
    Word{"colophon", 0.05F}, Word{"imprint", 0.05F},   Word{"uncopyright", 0.02F}, Word{"endnotes", 0.1F},
    Word{"footnotes", 0.1F}, Word{"loi", 0.02F},       Word{"backad", 0.05F},      Word{"alsoby", 0.05F}};

template <std::size_t N>
float weight_in(const std::array<Word, N>& words, std::string_view text) {
    const auto found =
        std::find_if(words.begin(), words.end(), [text](const Word& w) { return w.text == text; });
    return found == words.end() ? 1.0F : found->weight;
}

constexpr float kManyLinks = 0.6F;
constexpr TextLength kFewCharacters = 20;

// Share of the visible characters that stand inside <a href>.
float link_share(const ContentDocument& document, const NameTable& names) {
    TextLength total = 0;
    TextLength linked = 0;
    NodeIndex link_end = 0;
    for (NodeIndex i = 0; i < document.tree.nodes.size(); ++i) {
        const TreeNode& node = document.tree.nodes[i];
        if (!node.is_text()) {
            const bool link = names[node.name] == "a" && !document.tree.attribute(i, "href").empty();
            if (link) link_end = std::max(link_end, node.end);
            continue;
        }
        if (document.looks[i].hidden || document.looks[i].dropped || all_blank(document.stored[i].utf8))
            continue;
        total += document.stored[i].length;
        if (i < link_end) linked += document.stored[i].length;
    }
    return total < kFewCharacters ? 0.0F : static_cast<float>(linked) / static_cast<float>(total);
}

}  // namespace

float weight_of_title(std::string_view title) {
    const std::string lower = lower_ascii(trim_blanks(title));
    const float whole = weight_in(kTitles, lower);
    if (whole < 1.0F) return whole;
    for (const Word& word : kBeginnings) {
        if (std::string_view(lower).starts_with(word.text)) return word.weight;
    }
    return 1.0F;
}

float weight_of_type(std::string_view type) {
    float weight = 1.0F;
    const std::string lower = lower_ascii(type);
    for (const Word& word : kTypes) {
        if (has_word(lower, word.text)) weight = std::min(weight, word.weight);
    }
    return weight;
}

float weight_of_name(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
    path = path.substr(0, path.rfind('.'));
    std::string name;
    for (const char c : path) {
        if (!is_digit(c)) name += to_lower(c);
    }
    while (!name.empty() && (name.back() == '_' || name.back() == '-')) name.pop_back();
    return weight_in(kNames, name);
}

float weight_of_document(const ContentDocument& document, const NameTable& names) {
    const Tree& tree = document.tree;
    float weight = 1.0F;
    // The body, and what fills it alone from the outside in: <body><section epub:type="…">.
    for (NodeIndex i = 0; i < tree.nodes.size();) {
        weight = std::min(weight, weight_of_type(decode_references(tree.attribute(i, "type"))));
        NodeIndex only = kNoNode;
        std::size_t elements = 0;
        for (NodeIndex child = i + 1; child < tree.nodes[i].end; child = tree.nodes[child].end) {
            if (tree.nodes[child].is_text()) continue;
            only = child;
            if (++elements > 1) break;
        }
        if (elements != 1) break;
        i = only;
    }
    if (link_share(document, names) > kManyLinks) weight = std::min(weight, 0.03F);
    return weight;
}

}  // namespace koshelf::core::text
