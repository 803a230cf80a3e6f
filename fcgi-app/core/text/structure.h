// Structure: what a TextMap knows, as plain data for the codecs (xpointer, cfi, percentage, map_codec).
//
// Nodes are the elements and text nodes of every body, in document order (preorder): a node's descendants are
// the nodes from its index + 1 up to `end`. Text nodes are those of the source: one that KOReader's engine
// drops (a blank between two paragraphs) is here too, since other readers count it, marked by Node::kDropped.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/text/line_model.h"
#include "core/text/names.h"
#include "core/text/text_map.h"
#include "core/text/text_offset.h"

namespace koshelf::core::text {

using NodeIndex = std::uint32_t;
inline constexpr NodeIndex kNoNode = 0xFFFF'FFFF;

struct Node {
    enum Flag : std::uint16_t {
        kBlock = 1 << 0,    // element: begins a block (paragraph, heading, cell, …)
        kDropped = 1 << 1,  // text: not in KOReader's document
        kHidden = 1 << 2,   // text: there, but never shown; does not count in offsets
        kContinued =
            1 << 3,       // text: same run of the source as the text node before it (a run of 8192 or more)
        kCdata = 1 << 4,  // text: a CDATA section
        kSafe = 1 << 5,   // a pointer to it (text: into it) may be written
        kPi = 1 << 6,     // element: a processing instruction, an element only to KOReader
        kHasId = 1 << 7,  // element: has an id attribute (Structure::ids)
    };

    NodeIndex parent = kNoNode;  // kNoNode for a body
    NodeIndex end = 0;           // one past the last descendant
    TextOffset start;            // readable text before it
    TextLength length = 0;       // text: code points as KOReader stores them (also when hidden); element: 0
    std::uint32_t ordinal = 0;   // 1-based among siblings of this name; text: k of text()[k], 0 if dropped
    std::uint32_t gaps =
        0;  // text: first of its entries in Structure::gaps, which end where the next node's begin
    NameId name = kTextName;
    std::uint16_t flags = 0;

    [[nodiscard]] bool is_text() const { return name == kTextName; }
    [[nodiscard]] bool has(Flag flag) const { return (flags & flag) != 0; }
    [[nodiscard]] TextLength visible_length() const { return has(kHidden) || has(kDropped) ? 0 : length; }
};

// From `at` code points on, the text as a browser has it is `extra` UTF-16 units longer than up to there
// (collapsed blanks, astral characters) or shorter (expanded tabs).
struct Gap {
    TextLength at = 0;
    std::int32_t extra = 0;
};

// One DocFragment: N of `/body/DocFragment[N]` is its place in Structure::fragments, counted from 1.
struct Fragment {
    std::uint32_t item = 0;  // index into Structure::items
    NodeIndex body = kNoNode;
    std::uint32_t body_step = 4;  // CFI step of the body among html's children
};

struct ElementId {
    NodeIndex node = kNoNode;
    std::uint32_t hash = 0;  // id_hash of the attribute's value
};

struct Structure {
    BookIdentity identity;
    std::vector<SpineItem> items;
    std::vector<Section> sections;
    TextLength length = 0;

    std::uint32_t spine_step = 6;  // CFI step of <spine> in the package document
    NameTable names;
    std::vector<Fragment> fragments;
    std::vector<Node> nodes;
    std::vector<Gap> gaps;
    std::vector<ElementId> ids;  // ascending by node

    // What follows is derived from the above by index().
    std::vector<std::uint32_t> child_begin;  // by node, into children; size nodes + 1
    std::vector<NodeIndex> children;
    std::vector<NodeIndex> texts;         // visible text nodes in order: their starts ascend
    std::vector<TextOffset> text_starts;  // of texts

    LineModel lines;

    void index();

    // Sets Node::ordinal of all nodes from `first` on, which must be a body.
    void number_siblings(NodeIndex first);

    [[nodiscard]] std::span<const NodeIndex> children_of(NodeIndex node) const;
    [[nodiscard]] std::span<const Gap> gaps_of(NodeIndex node) const;

    // The visible text node that holds `offset` (at a border: the one that starts there); at or past the end
    // the last one. kNoNode if the book has no text. O(log n).
    [[nodiscard]] NodeIndex text_at(TextOffset offset) const;

    // The `ordinal`-th child called `name` (for text(), the k-th kept one), or kNoNode.
    [[nodiscard]] NodeIndex child(NodeIndex parent, NameId name, std::uint32_t ordinal) const;

    // Fragment that a node belongs to, O(log n).
    [[nodiscard]] std::size_t fragment_of(NodeIndex node) const;
};

// FNV-1a; enough to tell a matching id assertion from one of another book.
[[nodiscard]] std::uint32_t id_hash(std::string_view id);

}  // namespace koshelf::core::text
