#include "core/matching_method.h"

namespace koshelf::core {
namespace {

constexpr std::size_t kMd5Digits = 32;
constexpr std::size_t kLongestExtension = 5;

bool is_md5(std::string_view text) {
    return text.size() == kMd5Digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool has_extension(std::string_view filename) {
    const std::size_t dot = filename.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return false;
    const std::string_view extension = filename.substr(dot + 1);
    constexpr std::string_view kPlain = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    return !extension.empty() && extension.size() <= kLongestExtension &&
           extension.find_first_not_of(kPlain) == std::string_view::npos;
}

}  // namespace

MatchingMethod matching_method(std::string_view document, std::string_view filename,
                               std::string_view name_digest) {
    if (filename.empty() || !is_md5(document)) return MatchingMethod::kUnknown;
    if (document == name_digest) return MatchingMethod::kFileName;
    return has_extension(filename) ? MatchingMethod::kContent : MatchingMethod::kUnknown;
}

MethodHabit method_habit(std::string_view letters) {
    const bool content = letters.find('c') != std::string_view::npos;
    const bool name = letters.find('f') != std::string_view::npos;
    if (content && name) return {.method = MatchingMethod::kUnknown, .mixed = true};
    if (!content && !name) return {};
    return {.method = content ? MatchingMethod::kContent : MatchingMethod::kFileName};
}

}  // namespace koshelf::core
