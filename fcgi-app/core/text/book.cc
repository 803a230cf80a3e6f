#include "core/text/book.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_map>

#include "core/text/archive.h"
#include "core/text/ascii.h"
#include "core/text/content_reader.h"
#include "core/text/digests.h"
#include "core/text/fragment.h"
#include "core/text/fragment_writer.h"
#include "core/text/narration.h"
#include "core/text/navigation.h"
#include "core/text/package.h"
#include "core/text/sections.h"
#include "core/text/structure.h"

namespace koshelf::core::text {
namespace {

constexpr TextLength kImprintLength = 8'000;  // longer texts are no copyright page
constexpr TextLength kTitlePageLength = 400;

// The text of the first heading in a document, "" if it has none near its beginning.
std::string first_heading(const ContentDocument& document, const NameTable& names) {
    const Tree& tree = document.tree;
    for (NodeIndex i = 0; i < tree.nodes.size(); ++i) {
        const std::string_view name = names[tree.nodes[i].name];
        const bool heading = name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6';
        if (!heading || document.looks[i].hidden) continue;
        std::string title;
        for (NodeIndex j = i + 1; j < tree.nodes[i].end; ++j) {
            if (tree.nodes[j].is_text()) title += document.stored[j].utf8;
            if (!tree.nodes[j].is_text() && names[tree.nodes[j].name] == "br") title += ' ';
        }
        title = collapse_blanks(title);
        if (!title.empty()) return title;
    }
    return {};
}

bool mentions_rights(std::string_view text) {
    return text.find("All rights reserved") != std::string_view::npos ||
           text.find("all rights reserved") != std::string_view::npos ||
           text.find("ISBN") != std::string_view::npos || text.find("\u00A9") != std::string_view::npos;
}

class BookReader {
  public:
    BookReader(Archive archive, const EpubLimits& limits)
        : archive_(std::move(archive)),
          limits_(limits),
          content_(archive_, limits),
          structure_(std::make_shared<Structure>()) {}

    Result<Book> read(ByteSource& source, std::string_view file_name) {
        auto package = read_package(archive_, limits_);
        if (!package) return tl::make_unexpected(package.error());
        package_ = std::move(*package);
        auto navigation = read_navigation(archive_, package_, limits_);
        if (!navigation) return tl::make_unexpected(navigation.error());
        navigation_ = std::move(*navigation);
        structure_->spine_step = package_.spine_step;
        for (const SpineReference& reference : package_.spine) {
            if (auto added = add_item(reference); !added) return tl::make_unexpected(added.error());
        }
        const std::vector<TocMark> marks = locate_entries();
        name_items(marks);
        weigh_items();
        structure_->sections = make_sections(structure_->items, headings_, marks, structure_->length);
        weigh_items_by_sections();
        if (auto identified = identify(source, file_name); !identified)
            return tl::make_unexpected(identified.error());
        structure_->index();
        return Book{TextMap(std::move(structure_)), std::move(text_)};
    }

  private:
    Result<void> add_item(const SpineReference& reference) {
        const ManifestItem& manifest = package_.manifest[reference.item];
        const std::size_t used = structure_->nodes.size();
        const std::size_t left = limits_.nodes > used ? limits_.nodes - used : 0;
        auto document = content_.read(manifest, structure_->names, left);
        if (!document) return tl::make_unexpected(document.error());
        SpineItem item;
        item.spine_index = reference.index;
        item.href = manifest.path.empty() ? manifest.href : manifest.path;
        item.start = TextOffset{structure_->length};
        item.linear = reference.linear;
        item.readable = (*document)->readable;
        item.safe = (*document)->strict;
        item.narrated = weight_of_document(**document, structure_->names);
        structure_->items.push_back(item);
        write_fragment(**document, *structure_, text_);
        structure_->items.back().length = structure_->length - item.start.value;
        remember_anchors(**document, item.href, static_cast<NodeIndex>(used));
        headings_.push_back(first_heading(**document, structure_->names));
        return {};
    }

    // Where the ids of this file are, if the table of contents points to them.
    void remember_anchors(const ContentDocument& document, const std::string& path, NodeIndex first_node) {
        const auto item = static_cast<std::uint32_t>(structure_->items.size() - 1);
        if (!item_of_path_.emplace(path, item).second) return;
        for (NodeIndex i = 0; i < document.tree.nodes.size(); ++i) {
            for (const Attribute& attribute : document.tree.attributes_of(i)) {
                if (attribute.name != "id" && attribute.name != "name") continue;
                const std::string key = path + "#" + decode_references(attribute.value);
                anchors_.emplace(key, structure_->nodes[first_node + i].start);
            }
        }
    }

    std::vector<TocMark> locate_entries() const {
        const std::vector<NavigationEntry>& entries = navigation_.entries;
        std::vector<std::optional<TocMark>> located(entries.size());
        // Backwards: a part's heading that is no link stands where its first entry does.
        for (std::size_t i = entries.size(); i-- > 0;) {
            const NavigationEntry& entry = entries[i];
            located[i] = locate_entry(entry);
            const bool has_entries = i + 1 < entries.size() && entries[i + 1].level > entry.level;
            if (located[i] || !has_entries || !located[i + 1]) continue;
            located[i] = TocMark{entry.title, entry.level, located[i + 1]->item, located[i + 1]->offset,
                                 weight_of_title(entry.title)};
        }
        std::vector<TocMark> marks;
        for (std::optional<TocMark>& mark : located) {
            if (mark) marks.push_back(*std::move(mark));
        }
        return marks;
    }

    std::optional<TocMark> locate_entry(const NavigationEntry& entry) const {
        const auto item = item_of_path_.find(entry.path);
        if (item == item_of_path_.end()) return std::nullopt;
        TocMark mark{entry.title, entry.level, item->second, structure_->items[item->second].start,
                     weight_of_title(entry.title)};
        if (const auto anchor = anchors_.find(entry.path + "#" + entry.anchor); anchor != anchors_.end())
            mark.offset = anchor->second;
        return mark;
    }

    void name_items(const std::vector<TocMark>& marks) {
        for (std::size_t i = 0; i < structure_->items.size(); ++i) structure_->items[i].title = headings_[i];
        // Backwards, so that of several entries at one beginning the first, outermost one names the item.
        for (std::size_t i = marks.size(); i-- > 0;) {
            const TocMark& mark = marks[i];
            SpineItem& item = structure_->items[mark.item];
            if (mark.offset == item.start && !mark.title.empty()) item.title = mark.title;
        }
    }

    void weigh_items() {
        for (std::size_t i = 0; i < structure_->items.size(); ++i) {
            SpineItem& item = structure_->items[i];
            const ManifestItem& manifest = package_.manifest[package_.spine[i].item];
            const auto at_most = [&item](float weight) { item.narrated = std::min(item.narrated, weight); };
            at_most(weight_of_name(item.href));
            if (has_word(manifest.properties, "nav")) at_most(0.02F);
            if (!item.linear) at_most(0.3F);
            if (!item.readable) at_most(0.0F);
            for (const Landmark& landmark : navigation_.landmarks) {
                if (landmark.path == item.href && landmark.anchor.empty())
                    at_most(weight_of_type(landmark.type));
            }
            if (item.length < kImprintLength && mentions_rights(text_.slice(item.start, item.length)))
                at_most(0.05F);
            if (item.length < kTitlePageLength) at_most(weight_of_short_item(item));
        }
    }

    // Sections know titles inside a file; each lies in one item.
    void weigh_items_by_sections() {
        std::vector<double> narrated(structure_->items.size(), 0);
        for (const Section& section : structure_->sections)
            narrated[section.item] += static_cast<double>(section.narrated) * section.length;
        for (std::size_t i = 0; i < structure_->items.size(); ++i) {
            SpineItem& item = structure_->items[i];
            if (item.length > 0)
                item.narrated = std::min(1.0F, static_cast<float>(narrated[i] / item.length));
        }
    }

    // A page of its own with little more than the book's title.
    float weight_of_short_item(const SpineItem& item) const {
        const bool title_page = !package_.title.empty() && equals_ignoring_case(item.title, package_.title);
        return std::min(title_page ? 0.2F : 1.0F, weight_of_title(item.title));
    }

    Result<void> identify(ByteSource& source, std::string_view file_name) {
        std::vector<std::string> hrefs;
        for (const SpineReference& reference : package_.spine)
            hrefs.push_back(package_.manifest[reference.item].href);
        auto partial = partial_md5(source);
        if (!partial) return tl::make_unexpected(partial.error());
        BookIdentity& identity = structure_->identity;
        identity.title = package_.title;
        identity.authors = package_.authors;
        identity.language = package_.language;
        identity.identifier = package_.identifier;
        identity.structure_digest = structure_digest(package_.identifier, hrefs);
        identity.partial_md5 = std::move(*partial);
        if (!file_name.empty()) identity.filename_md5 = filename_md5(file_name);
        return {};
    }

    Archive archive_;
    EpubLimits limits_;
    ContentReader content_;
    Package package_;
    Navigation navigation_;
    std::shared_ptr<Structure> structure_;
    BookText text_;
    std::vector<std::string> headings_;  // by item
    std::unordered_map<std::string, std::uint32_t> item_of_path_;
    std::unordered_map<std::string, TextOffset> anchors_;  // by "path#id"
};

}  // namespace

Result<Book> read_book(ByteSource& source, std::string_view file_name, const EpubLimits& limits) {
    auto archive = Archive::open(source, limits);
    if (!archive) return tl::make_unexpected(archive.error());
    return BookReader(std::move(*archive), limits).read(source, file_name);
}

}  // namespace koshelf::core::text
