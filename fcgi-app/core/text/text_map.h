// TextMap: the shape of a book's text without the text itself.
//
// Made once from an EPUB (core/text/book.h) and kept; it knows every element and text node that KOReader's
// engine knows, with their lengths, so that positions convert in both directions without opening the file
// again. The text, for display, is in BookText (core/text/book_text.h), which exists only while the EPUB is
// open.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/text_offset.h"

namespace koshelf::core::text {

struct Structure;  // core/text/structure.h: elements and text nodes, for the codecs

// One fragment of the book as KOReader counts them: usually one itemref of the spine.
struct SpineItem {
    std::uint32_t spine_index =
        0;             // 0-based over the package's itemrefs, those without manifest item included
    std::string href;  // path inside the archive
    std::string
        title;  // of the navigation entry that points to its beginning; else its first heading; else ""
    TextOffset start;       // first code point
    TextLength length = 0;  // code points; 0 for an image, an empty or an unreadable file
    bool linear = true;     // false for linear="no"
    bool readable = true;   // false: missing or not XHTML: the engine shows a placeholder
    bool safe = true;       // false: not strict XML, so that only pointers to the whole item are written
    // 0 (a narrator never reads it) … 1 (nothing says otherwise): the mean of its sections' weights by
    // length; of an item without text its own.
    float narrated = 1.0F;
};

// A stretch of text between two headings of the table of contents, or a spine item that it does not mention.
// Sections are in reading order, do not overlap and cover the whole text: start + length == next start.
struct Section {
    std::string title;   // navigation entry, else first heading in it, else ""
    std::string parent;  // titles of the enclosing entries, " / " between ("Part One"); "" at the top
    TextOffset start;
    TextLength length = 0;   // code points; never 0 unless the whole book is empty
    std::uint32_t item = 0;  // index into items()
    bool from_toc = false;   // true: a navigation entry points to its start
    float narrated = 1.0F;   // 0 … 1, from its title and from what is known of the file it is in
};

// What identifies the book, for matching documents and for display.
struct BookIdentity {
    std::string title;       // dc:title, first
    std::string authors;     // dc:creator, ", " between
    std::string language;    // dc:language, first
    std::string identifier;  // the unique identifier, trimmed
    std::string
        structure_digest;      // 32 hex: MD5 over the unique identifier and the spine hrefs, newline-joined
    std::string partial_md5;   // 32 hex: KOReader's document id by content; "" when unknown
    std::string filename_md5;  // 32 hex: KOReader's document id by base name; "" when unknown
};

// Where a TextOffset lies. `item` indexes items(); `character` counts from that item's start.
struct ItemPosition {
    std::uint32_t item = 0;
    TextLength character = 0;

    friend bool operator==(ItemPosition, ItemPosition) = default;
};

// Immutable and cheap to copy (shared state). Safe to read from several threads.
class TextMap {
  public:
    TextMap();  // the map of an empty book
    explicit TextMap(std::shared_ptr<const Structure> structure);

    [[nodiscard]] const BookIdentity& identity() const;

    // Code points of readable text in the whole book.
    [[nodiscard]] TextLength length() const;

    [[nodiscard]] std::span<const SpineItem> items() const;
    [[nodiscard]] std::span<const Section> sections() const;

    // The item that holds `offset`; an offset at a border belongs to the item that starts there. Offsets past
    // the end give the end of the last item. O(log n).
    [[nodiscard]] ItemPosition position_of(TextOffset offset) const;

    // Inverse; characters past the item's end are clamped to it, an unknown item to the end of the book.
    [[nodiscard]] TextOffset offset_of(ItemPosition position) const;

    // Index into sections() of the section that holds `offset` (clamped as above); 0 for an empty book.
    [[nodiscard]] std::size_t section_of(TextOffset offset) const;

    // Length of the text weighted by Section::narrated: what a narrator is expected to read.
    [[nodiscard]] double narrated_length() const;

    [[nodiscard]] const Structure& structure() const { return *structure_; }

  private:
    std::shared_ptr<const Structure> structure_;
};

}  // namespace koshelf::core::text
