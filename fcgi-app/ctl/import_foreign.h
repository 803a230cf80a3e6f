// koshelf-ctl import --from
#pragma once

#include "ctl/options.h"
#include "store/account_writer.h"

namespace koshelf::ctl {

// The data of another server, into a running one. `options` has --from KIND and one word: reference URL|DIR,
// sqlite FILE, tinydb FILE, kosync-dotnet URL. Returns the exit status as import.
[[nodiscard]] int import_foreign(const Options& options, store::ImportMode mode);

}  // namespace koshelf::ctl
