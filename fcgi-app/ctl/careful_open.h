// Opening what lies in directories of others, by who may read more than they: root, and whom it lends that
// right.
#pragma once

#include <filesystem>
#include <string>

#include <tl/expected.hpp>

#include "ctl/input.h"

namespace koshelf::ctl {

struct NotOpened {
    enum class Why {
        kAbsent,
        kUnreadable,
        kSuspicious,  // somebody may have put it there so that we read what they may not
    };
    Why why;
    std::string phrase;  // "cannot be read by you"
};

// A regular file. For who may read files of others: links on the way to it, and in its place, count only if
// they are root's; and what has further names belongs to whom its directory belongs. So whoever owns a
// directory cannot have another file taken for one of those in it.
[[nodiscard]] tl::expected<Input, NotOpened> open_carefully(const std::filesystem::path& path);

// Everything that follows, into a file that does not exist yet, readable by its owner only. The error is a
// phrase.
[[nodiscard]] tl::expected<void, std::string> copy_into(Input& input, const std::filesystem::path& path);

}  // namespace koshelf::ctl
