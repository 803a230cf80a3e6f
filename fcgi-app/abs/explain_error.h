// What went wrong with Audiobookshelf, in the words of somebody who has to mend it.
#pragma once

#include <string>

#include "abs/error.h"

namespace koshelf::abs {

// One or two sentences, without secrets and without anything that the other server wrote.
[[nodiscard]] std::string explain_error(const AbsError& error);

}  // namespace koshelf::abs
