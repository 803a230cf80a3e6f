#include "core/identifiers.h"

#include <algorithm>

#include "core/ascii.h"

namespace koshelf::core {
namespace {

constexpr std::size_t kMaxEntries = 8;
constexpr std::size_t kMaxTypeLength = 32;
constexpr std::size_t kMaxValueLength = 128;

bool is_alphanumeric(char c) {
    return is_letter(c) || is_digit(c);
}

bool is_type(std::string_view text) {
    return !text.empty() && text.size() <= kMaxTypeLength && is_lower(text.front()) &&
           std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_value(std::string_view text) {
    return !text.empty() && text.size() <= kMaxValueLength && is_alphanumeric(text.front()) &&
           std::ranges::all_of(text,
                               [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

// Splits "type:value,type:value". An entry without a colon gets an empty value, which is_value() refuses.
std::vector<Identifier> split(std::string_view ids) {
    std::vector<Identifier> entries;
    while (true) {
        const std::size_t comma = ids.find(',');
        const std::string_view entry = ids.substr(0, comma);
        const std::size_t colon = std::min(entry.find(':'), entry.size());
        entries.push_back({.type = std::string(entry.substr(0, colon)),
                           .value = std::string(entry.substr(std::min(colon + 1, entry.size())))});
        if (comma == std::string_view::npos || entries.size() > kMaxEntries) return entries;
        ids.remove_prefix(comma + 1);
    }
}

}  // namespace

ProtocolResult<IdentifierList> IdentifierList::create(std::vector<Identifier> entries,
                                                      const DocumentId& document) {
    const auto invalid = tl::unexpected(ProtocolError::kInvalidRequest);
    if (entries.empty() || entries.size() > kMaxEntries) return invalid;
    for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
        if (!is_type(entry->type) || !is_value(entry->value)) return invalid;
        const auto same_type = [entry](const Identifier& other) { return other.type == entry->type; };
        if (std::any_of(entries.begin(), entry, same_type)) return invalid;
    }
    const auto own = std::ranges::find(entries, document.str(), &Identifier::value);
    if (own == entries.end()) return invalid;
    const auto own_index = static_cast<std::size_t>(own - entries.begin());
    return IdentifierList(std::move(entries), own_index);
}

ProtocolResult<IdentifierList> IdentifierList::parse_query(std::string_view ids, const DocumentId& document) {
    return create(split(ids), document);
}

std::string IdentifierList::to_text() const {
    std::string text;
    for (const Identifier& entry : entries_) {
        if (!text.empty()) text += ',';
        text += entry.type + ':' + entry.value;
    }
    return text;
}

std::string strongest_shared_type(const IdentifierList& asked, std::string_view stored) {
    const std::vector<Identifier> beside = split(stored);
    for (const Identifier& entry : asked.entries()) {
        const auto same = [&entry](const Identifier& other) {
            return other.type == entry.type && other.value == entry.value;
        };
        if (std::ranges::any_of(beside, same)) return entry.type;
    }
    return "none";
}

}  // namespace koshelf::core
