#include "core/text/map_codec.h"

#include <array>
#include <limits>
#include <memory>

#include "core/text/packed.h"
#include "core/text/structure.h"

namespace koshelf::core::text {
namespace {

constexpr std::string_view kMagic = "KTM";
constexpr std::size_t kDeepest = 100'000;

// A node is one number: 0 ends an element; odd is a text, its flags above the lowest bit; even an element,
// its name above its flags.
constexpr std::uint32_t kElementFlagBits = 4;
constexpr std::array kTextFlags = {Node::kDropped, Node::kHidden, Node::kContinued, Node::kCdata,
                                   Node::kSafe};
constexpr std::array kElementFlags = {Node::kBlock, Node::kSafe, Node::kPi, Node::kHasId};
constexpr std::uint32_t kTextHasGaps = 1U << kTextFlags.size();

class MapWriter {
  public:
    explicit MapWriter(const Structure& structure) : structure_(structure) {}

    std::string write() {
        const BookIdentity& id = structure_.identity;
        for (const std::string* text : {&id.title, &id.authors, &id.language, &id.identifier,
                                        &id.structure_digest, &id.partial_md5, &id.filename_md5}) {
            out_.string(*text);
        }
        out_.number(structure_.spine_step);
        out_.number(structure_.names.size() - 1);
        for (std::size_t i = 1; i < structure_.names.size(); ++i)
            out_.string(structure_.names[static_cast<NameId>(i)]);
        out_.number(structure_.items.size());
        for (const SpineItem& item : structure_.items) write_item(item);
        out_.number(structure_.sections.size());
        for (const Section& section : structure_.sections) write_section(section);
        out_.number(structure_.fragments.size());
        auto id_entry = structure_.ids.begin();
        for (const Fragment& fragment : structure_.fragments) {
            out_.number(fragment.item);
            out_.number(fragment.body_step);
            write_nodes(fragment.body, id_entry);
        }
        return out_.take();
    }

  private:
    void write_item(const SpineItem& item) {
        out_.number(item.spine_index);
        out_.string(item.href);
        out_.string(item.title);
        out_.number(item.length);
        out_.number((item.linear ? 1U : 0U) | (item.readable ? 2U : 0U) | (item.safe ? 4U : 0U));
        out_.small_real(item.narrated);
    }

    void write_section(const Section& section) {
        out_.string(section.title);
        out_.string(section.parent);
        out_.number(section.length);
        out_.number((static_cast<std::uint64_t>(section.item) << 1U) | (section.from_toc ? 1U : 0U));
        out_.small_real(section.narrated);
    }

    void write_nodes(NodeIndex body, std::vector<ElementId>::const_iterator& id) {
        std::vector<NodeIndex> open;
        for (NodeIndex i = body; i < structure_.nodes[body].end; ++i) {
            for (; !open.empty() && structure_.nodes[open.back()].end <= i; open.pop_back()) out_.number(0);
            const Node& node = structure_.nodes[i];
            if (node.is_text()) {
                write_text(i, node);
                continue;
            }
            std::uint32_t flags = 0;
            for (std::size_t f = 0; f < kElementFlags.size(); ++f)
                flags |= node.has(kElementFlags[f]) ? 1U << f : 0U;
            out_.number(((static_cast<std::uint32_t>(node.name) << kElementFlagBits) | flags) << 1U);
            if (node.has(Node::kHasId)) out_.word((id++)->hash);
            open.push_back(i);
        }
        for (; !open.empty(); open.pop_back()) out_.number(0);
    }

    void write_text(NodeIndex index, const Node& node) {
        const std::span<const Gap> gaps = structure_.gaps_of(index);
        std::uint32_t flags = gaps.empty() ? 0 : kTextHasGaps;
        for (std::size_t f = 0; f < kTextFlags.size(); ++f) flags |= node.has(kTextFlags[f]) ? 1U << f : 0U;
        out_.number((flags << 1U) | 1U);
        out_.number(node.length);
        if (gaps.empty()) return;
        out_.number(gaps.size());
        TextLength last = 0;
        for (const Gap& gap : gaps) {
            out_.number(gap.at - last);
            out_.signed_number(gap.extra);
            last = gap.at;
        }
    }

    const Structure& structure_;
    PackedWriter out_;
};

class MapReader {
  public:
    explicit MapReader(std::string_view bytes) : in_(bytes), structure_(std::make_shared<Structure>()) {}

    std::shared_ptr<Structure> read() {
        BookIdentity& id = structure_->identity;
        for (std::string* text : {&id.title, &id.authors, &id.language, &id.identifier, &id.structure_digest,
                                  &id.partial_md5, &id.filename_md5}) {
            *text = in_.string();
        }
        structure_->spine_step = in_.number32();
        for (std::size_t left = in_.count(); left > 0 && !in_.failed(); --left) read_name();
        for (std::size_t left = in_.count(); left > 0 && !in_.failed(); --left) read_item();
        for (std::size_t left = in_.count(); left > 0 && !in_.failed(); --left) read_section();
        for (std::size_t left = in_.count(); left > 0 && !in_.failed(); --left) read_fragment();
        in_.check(in_.at_end());
        check_totals();
        if (in_.failed()) return nullptr;
        structure_->number_siblings(0);
        structure_->index();
        return structure_;
    }

  private:
    float weight() {
        const auto value = in_.small_real();
        in_.check(value >= 0.0F && value <= 1.0F);
        return in_.failed() ? 0.0F : value;
    }

    void read_name() {
        const std::string name = in_.string();
        const std::size_t before = structure_->names.size();
        in_.check(!name.empty() && structure_->names.intern(name).has_value() &&
                  structure_->names.size() == before + 1);
    }

    // Lengths add up to offsets; they must fit.
    void add_to(std::uint64_t& total, TextLength length) {
        total += length;
        in_.check(total <= std::numeric_limits<TextLength>::max());
    }

    void read_item() {
        SpineItem item;
        item.spine_index = in_.number32();
        item.href = in_.string();
        item.title = in_.string();
        item.start = TextOffset{static_cast<TextLength>(item_total_)};
        item.length = in_.number32();
        const std::uint64_t flags = in_.number();
        in_.check(flags < 8);
        item.linear = (flags & 1U) != 0;
        item.readable = (flags & 2U) != 0;
        item.safe = (flags & 4U) != 0;
        item.narrated = weight();
        add_to(item_total_, item.length);
        structure_->items.push_back(std::move(item));
    }

    void read_section() {
        Section section;
        section.title = in_.string();
        section.parent = in_.string();
        section.start = TextOffset{static_cast<TextLength>(section_total_)};
        section.length = in_.number32();
        const std::uint64_t item = in_.number();
        section.item = static_cast<std::uint32_t>(item >> 1U);
        section.from_toc = (item & 1U) != 0;
        section.narrated = weight();
        in_.check(section.length > 0 && (item >> 1U) < structure_->items.size());
        add_to(section_total_, section.length);
        structure_->sections.push_back(std::move(section));
    }

    void read_fragment() {
        Fragment fragment;
        fragment.item = in_.number32();
        fragment.body_step = in_.number32();
        fragment.body = static_cast<NodeIndex>(structure_->nodes.size());
        const bool in_order =
            structure_->fragments.empty() || structure_->fragments.back().item <= fragment.item;
        in_.check(in_order && fragment.item < structure_->items.size());
        if (in_.failed()) return;
        in_.check(text_total_ >= structure_->items[fragment.item].start.value);
        read_nodes();
        const SpineItem& item = structure_->items[fragment.item];
        in_.check(text_total_ <= static_cast<std::uint64_t>(item.start.value) + item.length);
        structure_->fragments.push_back(fragment);
    }

    void read_nodes() {
        std::vector<NodeIndex> open;
        do {
            const std::uint32_t token = in_.number32();
            if (in_.failed()) return;
            if (token == 0) {
                in_.check(!open.empty());
                if (in_.failed()) return;
                structure_->nodes[open.back()].end = static_cast<NodeIndex>(structure_->nodes.size());
                open.pop_back();
                continue;
            }
            Node node;
            node.parent = open.empty() ? kNoNode : open.back();
            node.start = TextOffset{static_cast<TextLength>(text_total_)};
            node.gaps = static_cast<std::uint32_t>(structure_->gaps.size());
            const auto index = static_cast<NodeIndex>(structure_->nodes.size());
            if ((token & 1U) != 0) {
                in_.check(!open.empty());
                read_text(token >> 1U, node);
                node.end = index + 1;
            } else {
                read_element(token >> 1U, index, node);
                open.push_back(index);
                in_.check(open.size() <= kDeepest);
            }
            structure_->nodes.push_back(node);
        } while (!open.empty() && !in_.failed());
    }

    void read_element(std::uint32_t token, NodeIndex index, Node& node) {
        const std::uint32_t name = token >> kElementFlagBits;
        in_.check(name > 0 && name < structure_->names.size());
        node.name = static_cast<NameId>(name);
        for (std::size_t f = 0; f < kElementFlags.size(); ++f) {
            if ((token & (1U << f)) != 0)
                node.flags = static_cast<std::uint16_t>(node.flags | kElementFlags[f]);
        }
        if (node.has(Node::kHasId)) structure_->ids.push_back({index, in_.word()});
    }

    void read_text(std::uint32_t flags, Node& node) {
        in_.check(flags < 2 * kTextHasGaps);
        for (std::size_t f = 0; f < kTextFlags.size(); ++f) {
            if ((flags & (1U << f)) != 0) node.flags = static_cast<std::uint16_t>(node.flags | kTextFlags[f]);
        }
        node.length = in_.number32();
        add_to(text_total_, node.visible_length());
        if ((flags & kTextHasGaps) == 0) return;
        std::uint64_t at = 0;
        std::int64_t units = node.length;
        for (std::size_t left = in_.count(); left > 0 && !in_.failed(); --left) {
            at += in_.number32();
            const std::int32_t extra = in_.signed_number();
            units += extra;
            in_.check(at <= node.length && units >= 0 && units <= std::numeric_limits<std::int32_t>::max());
            structure_->gaps.push_back({static_cast<TextLength>(at), extra});
        }
    }

    void check_totals() {
        in_.check(text_total_ == item_total_ && section_total_ == text_total_);
        in_.check(text_total_ <= std::numeric_limits<TextLength>::max());
        structure_->length = static_cast<TextLength>(text_total_);
    }

    PackedReader in_;
    std::shared_ptr<Structure> structure_;
    std::uint64_t item_total_ = 0;
    std::uint64_t section_total_ = 0;
    std::uint64_t text_total_ = 0;
};

}  // namespace

std::string serialise(const TextMap& map) {
    return sealed(kMagic, kMapVersion, MapWriter(map.structure()).write());
}

Result<TextMap> deserialise(std::string_view bytes) {
    const auto body = unsealed(kMagic, kMapVersion, bytes, TextErrorCode::kDamagedMap);
    if (!body) return tl::make_unexpected(body.error());
    auto structure = MapReader(*body).read();
    if (!structure) return fail(TextErrorCode::kDamagedMap, "inconsistent");
    return TextMap(std::move(structure));
}

std::string with_fresh_checksum(std::string_view bytes) {
    return resealed(kMagic, bytes);
}

}  // namespace koshelf::core::text
