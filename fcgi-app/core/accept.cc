#include "core/accept.h"

#include <algorithm>
#include <string>

namespace koshelf::core {
namespace {

constexpr std::string_view kVendorPrefix = "application/vnd.koreader";

enum class Entry { kOther, kVersion1, kOtherVersion, kMalformed };

std::string_view trim(std::string_view text) {
    constexpr std::string_view kBlanks = " \t";
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return result;
}

// "1" of "1", "1.2" and "1.0.3"; empty if it is not digits and dots, or does not start with a digit.
std::string_view major_version(std::string_view version) {
    if (version.find_first_not_of("0123456789.") != std::string_view::npos) return {};
    return version.substr(0, version.find('.'));
}

Entry classify(std::string_view media_range) {
    const std::string type = lower(trim(media_range.substr(0, media_range.find(';'))));
    std::string_view rest = type;
    if (!rest.starts_with(kVendorPrefix)) return Entry::kOther;
    rest.remove_prefix(kVendorPrefix.size());
    if (!rest.starts_with(".v") || !rest.ends_with("+json")) return Entry::kMalformed;
    rest.remove_prefix(2);
    rest.remove_suffix(5);
    const std::string_view major = major_version(rest);
    if (major.empty()) return Entry::kMalformed;
    return major == "1" ? Entry::kVersion1 : Entry::kOtherVersion;
}

}  // namespace

ProtocolResult<void> negotiate(std::string_view accept) {
    bool other_version = false;
    bool malformed = false;
    while (!accept.empty()) {
        const std::size_t comma = std::min(accept.find(','), accept.size());
        switch (classify(accept.substr(0, comma))) {
            case Entry::kVersion1: return {};
            case Entry::kOtherVersion: other_version = true; break;
            case Entry::kMalformed: malformed = true; break;
            case Entry::kOther: break;
        }
        accept.remove_prefix(std::min(comma + 1, accept.size()));
    }
    if (other_version) return tl::unexpected(ProtocolError::kUnsupportedVersion);
    if (malformed) return tl::unexpected(ProtocolError::kInvalidAccept);
    return {};
}

}  // namespace koshelf::core
