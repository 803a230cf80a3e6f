#include "core/ids.h"

#include "core/utf8.h"

namespace koshelf::core {
namespace {

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kMaxNameBytes && text.find('\0') == std::string_view::npos &&
           text.find(':') == std::string_view::npos && is_utf8(text);
}

// True if "/syncs/progress/" + id, decoded, has a prefix that leads above the root.
bool climbs_above_root(std::string_view id) {
    int depth = 2;
    std::size_t start = 0;
    while (start <= id.size()) {
        const std::size_t end = std::min(id.find('/', start), id.size());
        const std::string_view segment = id.substr(start, end - start);
        if (segment == "..") {
            if (--depth < 0) return true;
        } else if (!segment.empty() && segment != ".") {
            ++depth;
        }
        start = end + 1;
    }
    return false;
}

}  // namespace

std::optional<Username> Username::parse(std::string_view text) {
    if (!is_name(text)) return std::nullopt;
    return Username(text);
}

std::optional<DocumentId> DocumentId::parse(std::string_view text) {
    if (!is_name(text) || climbs_above_root(text)) return std::nullopt;
    return DocumentId(text);
}

std::optional<LibraryItemId> LibraryItemId::parse(std::string_view text) {
    constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    if (text.empty() || text.size() > kMaxBytes ||
        text.find_first_not_of(kAllowed) != std::string_view::npos) {
        return std::nullopt;
    }
    return LibraryItemId(text);
}

std::optional<Credential> Credential::parse(std::string_view text) {
    if (text.empty() || text.size() > kMaxNameBytes || text.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    return Credential(text);
}

}  // namespace koshelf::core
