// Against what KOReader's engine itself answered for twelve books: the truth that all else rests on.
#include "golden.h"

#include <map>

#include <gtest/gtest.h>

#include "core/text/ascii.h"
#include "core/text/book.h"
#include "core/text/content_reader.h"
#include "core/text/structure.h"
#include "core/text/xpointer.h"

namespace koshelf::core::text::test {
namespace {

class Golden : public testing::TestWithParam<GoldenBook> {
  protected:
    void SetUp() override {
        bytes_ = read_file(GetParam().epub);
        MemorySource source(std::as_bytes(std::span(bytes_)));
        auto book = read_book(source, "book.epub");
        ASSERT_TRUE(book) << book.error().detail;
        book_ = std::move(*book);
    }

    // The stored text of every kept node, by node of the structure.
    std::map<NodeIndex, std::string> stored_texts() {
        std::map<NodeIndex, std::string> out;
        MemorySource source(std::as_bytes(std::span(bytes_)));
        auto archive = Archive::open(source, EpubLimits{});
        auto package = read_package(*archive, EpubLimits{});
        ContentReader reader(*archive, EpubLimits{});
        NameTable names;
        NodeIndex offset = 0;
        for (const SpineReference& reference : package->spine) {
            auto document = reader.read(package->manifest[reference.item], names, 1'000'000);
            const Tree& tree = (*document)->tree;
            for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
                if (tree.nodes[i].is_text() && !(*document)->looks[i].dropped) {
                    out.emplace(offset + i, (*document)->stored[i].utf8);
                }
            }
            offset += static_cast<NodeIndex>(tree.nodes.size());
        }
        return out;
    }

    NodeIndex node_of(const std::string& text) const {
        const Structure& structure = book_.map.structure();
        const auto pointer = parse_xpointer(text);
        if (!pointer || !pointer->text || pointer->fragment > structure.fragments.size()) return kNoNode;
        NodeIndex node = structure.fragments[pointer->fragment - 1].body;
        for (const XPointer::Step& step : pointer->path) {
            const auto name = structure.names.find(step.name);
            node = name ? structure.child(node, *name, step.index) : kNoNode;
            if (node == kNoNode) return kNoNode;
        }
        return structure.child(node, kTextName, *pointer->text);
    }

    // For messages.
    std::string path_of(NodeIndex node) const {
        const Structure& structure = book_.map.structure();
        std::string path;
        for (; node != kNoNode; node = structure.nodes[node].parent) {
            const Node& at = structure.nodes[node];
            path =
                "/" + std::string(structure.names[at.name]) + "[" + std::to_string(at.ordinal) + "]" + path;
        }
        return path;
    }

    std::string bytes_;
    Book book_;
};

TEST_P(Golden, EveryTextNodeHasTheEnginesPointerLengthAndText) {
    std::map<NodeIndex, std::string> stored = stored_texts();
    const std::size_t all = stored.size();
    std::size_t found = 0;
    std::size_t expected = 0;
    for (const GoldenText& golden : read_golden_texts(GetParam().texts)) {
        // The engine keeps a copy of the head's style sheets as an element beside the body; nothing points
        // there.
        if (golden.pointer.find("/stylesheet/") != std::string::npos) continue;
        ++expected;
        const NodeIndex node = node_of(golden.pointer);
        EXPECT_NE(node, kNoNode) << golden.pointer;
        if (node == kNoNode) continue;
        EXPECT_EQ(stored.at(node), golden.text) << golden.pointer;
        EXPECT_EQ(book_.map.structure().nodes[node].length, golden.length) << golden.pointer;
        stored.erase(node);
        ++found;
    }
    for (const auto& [node, text] : stored) {
        EXPECT_FALSE(GetParam().complete) << "the engine does not have " << path_of(node) << ": " << text;
    }
    RecordProperty("nodes", static_cast<int>(found));
    std::printf("  %s: %zu of %zu text nodes, %zu in the book\n", GetParam().name.c_str(), found, expected,
                all);
}

TEST_P(Golden, EveryPagesPointerLeadsToThePagesText) {
    std::size_t exact = 0;
    TextOffset last{0};
    const std::vector<GoldenPage> pages = read_golden_pages(GetParam().pages);
    for (const GoldenPage& page : pages) {
        const auto resolved = resolve_xpointer(book_.map, page.pointer);
        ASSERT_TRUE(resolved) << page.pointer;
        EXPECT_NE(resolved->resolution, Resolution::kAncestor) << page.pointer;
        EXPECT_LE(last, resolved->offset) << page.pointer;
        last = resolved->offset;
        if (page.pointer.find("text()") == std::string::npos) continue;
        std::string text = page.text.substr(0, page.text.find('|'));
        if (text.size() > 30) text.resize(30);
        text = collapse_blanks(text);
        const std::string here = book_.text.excerpt(resolved->offset, 60);
        const bool placeholder = text.starts_with("Failed handling");
        EXPECT_TRUE(placeholder || collapse_blanks(here).starts_with(text)) << page.pointer << "\n"
                                                                            << here << "\n"
                                                                            << text;
        ++exact;
    }
    std::printf("  %s: %zu of %zu pages into text\n", GetParam().name.c_str(), exact, pages.size());
}

INSTANTIATE_TEST_SUITE_P(Books, Golden, testing::ValuesIn(golden_books()),
                         [](const auto& book) { return book.param.name; });

}  // namespace
}  // namespace koshelf::core::text::test
