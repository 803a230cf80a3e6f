// NameTable: element names as small numbers. One table a book, since a book uses few names very often.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace koshelf::core::text {

using NameId = std::uint16_t;

// Reserved for text nodes; no element has it.
inline constexpr NameId kTextName = 0;

class NameTable {
  public:
    NameTable();

    // The id of `name`, given out now if it is new; nothing when the table is full (60,000 names: no real
    // book).
    [[nodiscard]] std::optional<NameId> intern(std::string_view name);

    // The id of a name that is known, else nothing.
    [[nodiscard]] std::optional<NameId> find(std::string_view name) const;

    [[nodiscard]] std::string_view operator[](NameId id) const { return names_[id]; }
    [[nodiscard]] std::size_t size() const { return names_.size(); }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    std::vector<std::string> names_;
    std::unordered_map<std::string, NameId, Hash, std::equal_to<>> ids_;
};

}  // namespace koshelf::core::text
