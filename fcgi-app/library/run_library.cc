#include "library/run_library.h"

#include "library/librarian.h"
#include "platform/signals.h"

namespace koshelf::library {

int run_library(const platform::Config& config, const platform::Log& log) {
    Librarian librarian(config, log, [] { return !platform::stop_requested(); });
    librarian.run();
    return 0;
}

}  // namespace koshelf::library
