// What went wrong with Audiobookshelf, in the words of somebody who has to mend it.
#pragma once

#include "abs/explain_error.h"

namespace koshelf::web {

using abs::explain_error;

}  // namespace koshelf::web
