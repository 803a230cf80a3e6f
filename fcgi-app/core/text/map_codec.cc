#include "core/text/map_codec.h"

#include <array>
#include <bit>
#include <limits>
#include <memory>

#include "core/text/structure.h"
#include "core/utf8.h"

namespace koshelf::core::text {
namespace {

// "KTM", the version, 8 bytes of checksum, then the body.
constexpr std::string_view kMagic = "KTM";
constexpr std::size_t kHeaderSize = 12;
constexpr std::size_t kDeepest = 100'000;

// A node is one number: 0 ends an element; odd is a text, its flags above the lowest bit; even an element,
// its name above its flags.
constexpr std::uint32_t kElementFlagBits = 4;
constexpr std::array kTextFlags = {Node::kDropped, Node::kHidden, Node::kContinued, Node::kCdata,
                                   Node::kSafe};
constexpr std::array kElementFlags = {Node::kBlock, Node::kSafe, Node::kPi, Node::kHasId};
constexpr std::uint32_t kTextHasGaps = 1U << kTextFlags.size();

std::uint64_t checksum(std::string_view bytes) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : bytes) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ULL;
    }
    return hash;
}

std::string header_for(std::string_view body) {
    std::string out(kMagic);
    out += static_cast<char>(kMapVersion);
    const std::uint64_t sum = checksum(body);
    for (unsigned i = 0; i < 8; ++i) out += static_cast<char>(static_cast<unsigned char>(sum >> (8 * i)));
    return out;
}

class Writer {
  public:
    explicit Writer(const Structure& structure) : structure_(structure) {}

    std::string write() {
        const BookIdentity& id = structure_.identity;
        for (const std::string* text : {&id.title, &id.authors, &id.language, &id.identifier,
                                        &id.structure_digest, &id.partial_md5, &id.filename_md5}) {
            string(*text);
        }
        number(structure_.spine_step);
        number(structure_.names.size() - 1);
        for (std::size_t i = 1; i < structure_.names.size(); ++i)
            string(structure_.names[static_cast<NameId>(i)]);
        number(structure_.items.size());
        for (const SpineItem& item : structure_.items) write_item(item);
        number(structure_.sections.size());
        for (const Section& section : structure_.sections) write_section(section);
        number(structure_.fragments.size());
        auto id_entry = structure_.ids.begin();
        for (const Fragment& fragment : structure_.fragments) {
            number(fragment.item);
            number(fragment.body_step);
            write_nodes(fragment.body, id_entry);
        }
        return std::move(out_);
    }

  private:
    void number(std::uint64_t value) {
        while (value >= 0x80) {
            out_ += static_cast<char>(static_cast<unsigned char>(value | 0x80U));
            value >>= 7U;
        }
        out_ += static_cast<char>(static_cast<unsigned char>(value));
    }

    void signed_number(std::int32_t value) {
        const auto bits = static_cast<std::uint32_t>(value);
        number(value < 0 ? (static_cast<std::uint64_t>(~bits) << 1U) | 1U
                         : static_cast<std::uint64_t>(bits) << 1U);
    }

    void string(std::string_view text) {
        number(text.size());
        out_.append(text);
    }

    void word(std::uint32_t value) {
        for (unsigned i = 0; i < 4; ++i)
            out_ += static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
    }

    void write_item(const SpineItem& item) {
        number(item.spine_index);
        string(item.href);
        string(item.title);
        number(item.length);
        number((item.linear ? 1U : 0U) | (item.readable ? 2U : 0U) | (item.safe ? 4U : 0U));
        word(std::bit_cast<std::uint32_t>(item.narrated));
    }

    void write_section(const Section& section) {
        string(section.title);
        string(section.parent);
        number(section.length);
        number((static_cast<std::uint64_t>(section.item) << 1U) | (section.from_toc ? 1U : 0U));
        word(std::bit_cast<std::uint32_t>(section.narrated));
    }

    void write_nodes(NodeIndex body, std::vector<ElementId>::const_iterator& id) {
        std::vector<NodeIndex> open;
        for (NodeIndex i = body; i < structure_.nodes[body].end; ++i) {
            for (; !open.empty() && structure_.nodes[open.back()].end <= i; open.pop_back()) number(0);
            const Node& node = structure_.nodes[i];
            if (node.is_text()) {
                write_text(i, node);
                continue;
            }
            std::uint32_t flags = 0;
            for (std::size_t f = 0; f < kElementFlags.size(); ++f)
                flags |= node.has(kElementFlags[f]) ? 1U << f : 0U;
            number(((static_cast<std::uint32_t>(node.name) << kElementFlagBits) | flags) << 1U);
            if (node.has(Node::kHasId)) word((id++)->hash);
            open.push_back(i);
        }
        for (; !open.empty(); open.pop_back()) number(0);
    }

    void write_text(NodeIndex index, const Node& node) {
        const std::span<const Gap> gaps = structure_.gaps_of(index);
        std::uint32_t flags = gaps.empty() ? 0 : kTextHasGaps;
        for (std::size_t f = 0; f < kTextFlags.size(); ++f) flags |= node.has(kTextFlags[f]) ? 1U << f : 0U;
        number((flags << 1U) | 1U);
        number(node.length);
        if (gaps.empty()) return;
        number(gaps.size());
        TextLength last = 0;
        for (const Gap& gap : gaps) {
            number(gap.at - last);
            signed_number(gap.extra);
            last = gap.at;
        }
    }

    const Structure& structure_;
    std::string out_;
};

// Every read is checked; after the first failure all reads yield nothing and `failed` stays true.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : rest_(bytes), structure_(std::make_shared<Structure>()) {}

    std::shared_ptr<Structure> read() {
        BookIdentity& id = structure_->identity;
        for (std::string* text : {&id.title, &id.authors, &id.language, &id.identifier, &id.structure_digest,
                                  &id.partial_md5, &id.filename_md5}) {
            *text = string();
        }
        structure_->spine_step = number32();
        for (std::size_t left = count(); left > 0 && !failed_; --left) read_name();
        for (std::size_t left = count(); left > 0 && !failed_; --left) read_item();
        for (std::size_t left = count(); left > 0 && !failed_; --left) read_section();
        for (std::size_t left = count(); left > 0 && !failed_; --left) read_fragment();
        check(rest_.empty());
        check_totals();
        if (failed_) return nullptr;
        structure_->number_siblings(0);
        structure_->index();
        return structure_;
    }

  private:
    void check(bool condition) { failed_ = failed_ || !condition; }

    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !rest_.empty() && !failed_; shift += 7) {
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if (byte < 0x80) return value;
        }
        failed_ = true;
        return 0;
    }

    std::uint32_t number32() {
        const std::uint64_t value = number();
        check(value <= std::numeric_limits<std::uint32_t>::max());
        return failed_ ? 0 : static_cast<std::uint32_t>(value);
    }

    std::int32_t signed_number() {
        const std::uint64_t value = number();
        check((value >> 1U) <= static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max()));
        if (failed_) return 0;
        const auto half = static_cast<std::int32_t>(value >> 1U);
        return (value & 1U) != 0 ? -half - 1 : half;
    }

    // How many things follow, each at least a byte long.
    std::size_t count() {
        const std::uint64_t value = number();
        check(value <= rest_.size());
        return failed_ ? 0 : static_cast<std::size_t>(value);
    }

    std::string string() {
        const std::size_t size = count();
        const std::string_view text = rest_.substr(0, size);
        rest_.remove_prefix(size);
        check(is_utf8(text));
        return std::string(text);
    }

    std::uint32_t word() {
        check(rest_.size() >= 4);
        if (failed_) return 0;
        std::uint32_t value = 0;
        for (unsigned i = 0; i < 4; ++i)
            value |= static_cast<std::uint32_t>(static_cast<unsigned char>(rest_[i])) << (8 * i);
        rest_.remove_prefix(4);
        return value;
    }

    float weight() {
        const auto value = std::bit_cast<float>(word());
        check(value >= 0.0F && value <= 1.0F);
        return failed_ ? 0.0F : value;
    }

    void read_name() {
        const std::string name = string();
        const std::size_t before = structure_->names.size();
        check(!name.empty() && structure_->names.intern(name).has_value() &&
              structure_->names.size() == before + 1);
    }

    // Lengths add up to offsets; they must fit.
    void add_to(std::uint64_t& total, TextLength length) {
        total += length;
        check(total <= std::numeric_limits<TextLength>::max());
    }

    void read_item() {
        SpineItem item;
        item.spine_index = number32();
        item.href = string();
        item.title = string();
        item.start = TextOffset{static_cast<TextLength>(item_total_)};
        item.length = number32();
        const std::uint64_t flags = number();
        check(flags < 8);
        item.linear = (flags & 1U) != 0;
        item.readable = (flags & 2U) != 0;
        item.safe = (flags & 4U) != 0;
        item.narrated = weight();
        add_to(item_total_, item.length);
        structure_->items.push_back(std::move(item));
    }

    void read_section() {
        Section section;
        section.title = string();
        section.parent = string();
        section.start = TextOffset{static_cast<TextLength>(section_total_)};
        section.length = number32();
        const std::uint64_t item = number();
        section.item = static_cast<std::uint32_t>(item >> 1U);
        section.from_toc = (item & 1U) != 0;
        section.narrated = weight();
        check(section.length > 0 && (item >> 1U) < structure_->items.size());
        add_to(section_total_, section.length);
        structure_->sections.push_back(std::move(section));
    }

    void read_fragment() {
        Fragment fragment;
        fragment.item = number32();
        fragment.body_step = number32();
        fragment.body = static_cast<NodeIndex>(structure_->nodes.size());
        const bool in_order =
            structure_->fragments.empty() || structure_->fragments.back().item <= fragment.item;
        check(in_order && fragment.item < structure_->items.size());
        if (failed_) return;
        check(text_total_ >= structure_->items[fragment.item].start.value);
        read_nodes();
        const SpineItem& item = structure_->items[fragment.item];
        check(text_total_ <= static_cast<std::uint64_t>(item.start.value) + item.length);
        structure_->fragments.push_back(fragment);
    }

    void read_nodes() {
        std::vector<NodeIndex> open;
        do {
            const std::uint32_t token = number32();
            if (failed_) return;
            if (token == 0) {
                check(!open.empty());
                if (failed_) return;
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
                check(!open.empty());
                read_text(token >> 1U, node);
                node.end = index + 1;
            } else {
                read_element(token >> 1U, index, node);
                open.push_back(index);
                check(open.size() <= kDeepest);
            }
            structure_->nodes.push_back(node);
        } while (!open.empty() && !failed_);
    }

    void read_element(std::uint32_t token, NodeIndex index, Node& node) {
        const std::uint32_t name = token >> kElementFlagBits;
        check(name > 0 && name < structure_->names.size());
        node.name = static_cast<NameId>(name);
        for (std::size_t f = 0; f < kElementFlags.size(); ++f) {
            if ((token & (1U << f)) != 0)
                node.flags = static_cast<std::uint16_t>(node.flags | kElementFlags[f]);
        }
        if (node.has(Node::kHasId)) structure_->ids.push_back({index, word()});
    }

    void read_text(std::uint32_t flags, Node& node) {
        check(flags < 2 * kTextHasGaps);
        for (std::size_t f = 0; f < kTextFlags.size(); ++f) {
            if ((flags & (1U << f)) != 0) node.flags = static_cast<std::uint16_t>(node.flags | kTextFlags[f]);
        }
        node.length = number32();
        add_to(text_total_, node.visible_length());
        if ((flags & kTextHasGaps) == 0) return;
        std::uint64_t at = 0;
        std::int64_t units = node.length;
        for (std::size_t left = count(); left > 0 && !failed_; --left) {
            at += number32();
            const std::int32_t extra = signed_number();
            units += extra;
            check(at <= node.length && units >= 0 && units <= std::numeric_limits<std::int32_t>::max());
            structure_->gaps.push_back({static_cast<TextLength>(at), extra});
        }
    }

    void check_totals() {
        check(text_total_ == item_total_ && section_total_ == text_total_);
        check(text_total_ <= std::numeric_limits<TextLength>::max());
        structure_->length = static_cast<TextLength>(text_total_);
    }

    std::string_view rest_;
    std::shared_ptr<Structure> structure_;
    bool failed_ = false;
    std::uint64_t item_total_ = 0;
    std::uint64_t section_total_ = 0;
    std::uint64_t text_total_ = 0;
};

}  // namespace

std::string serialise(const TextMap& map) {
    const std::string body = Writer(map.structure()).write();
    return header_for(body) + body;
}

Result<TextMap> deserialise(std::string_view bytes) {
    if (bytes.size() < kHeaderSize || !bytes.starts_with(kMagic))
        return fail(TextErrorCode::kDamagedMap, "header");
    const auto version = static_cast<unsigned char>(bytes[kMagic.size()]);
    if (version != kMapVersion) return fail(TextErrorCode::kUnsupportedVersion, std::to_string(version));
    const std::string_view body = bytes.substr(kHeaderSize);
    if (header_for(body) != bytes.substr(0, kHeaderSize)) return fail(TextErrorCode::kDamagedMap, "checksum");
    auto structure = Reader(body).read();
    if (!structure) return fail(TextErrorCode::kDamagedMap, "inconsistent");
    return TextMap(std::move(structure));
}

std::string with_fresh_checksum(std::string bytes) {
    if (bytes.size() < kHeaderSize) return bytes;
    const std::string body = bytes.substr(kHeaderSize);
    return header_for(body) + body;
}

}  // namespace koshelf::core::text
