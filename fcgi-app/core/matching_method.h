// MatchingMethod: by what a KOReader knows a book again. Its setting "document matching method": by content
// (a partial MD5 of the file) or by file name (the MD5 of the base name). Devices with different ones push
// the same book under different ids and never meet.
#pragma once

#include <string_view>

namespace koshelf::core {

enum class MatchingMethod { kUnknown, kContent, kFileName };

// Judged by a document id and the file name that the device sent beside it; `name_digest` is the MD5 of that
// name's base name, in lower-case hex. Ids that are no MD5 tell nothing, and a name without an extension is
// perhaps not the whole name, so that only a match counts.
[[nodiscard]] MatchingMethod matching_method(std::string_view document, std::string_view filename,
                                             std::string_view name_digest);

// Judged by what was told of the newest pushes, one letter each: "c" (content) and "f" (file name).
struct MethodHabit {
    MatchingMethod method = MatchingMethod::kUnknown;  // kUnknown if nothing or both
    bool mixed = false;                                // both: the setting was changed lately
};
[[nodiscard]] MethodHabit method_habit(std::string_view letters);

}  // namespace koshelf::core
