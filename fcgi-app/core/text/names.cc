#include "core/text/names.h"

namespace koshelf::core::text {
namespace {

constexpr std::size_t kMaxNames = 60'000;

}  // namespace

NameTable::NameTable() : names_{"text()"} {}

std::optional<NameId> NameTable::intern(std::string_view name) {
    if (const auto known = ids_.find(name); known != ids_.end()) return known->second;
    if (names_.size() >= kMaxNames) return std::nullopt;
    const auto id = static_cast<NameId>(names_.size());
    names_.emplace_back(name);
    ids_.emplace(std::string(name), id);
    return id;
}

std::optional<NameId> NameTable::find(std::string_view name) const {
    const auto known = ids_.find(name);
    if (known == ids_.end()) return std::nullopt;
    return known->second;
}

}  // namespace koshelf::core::text
