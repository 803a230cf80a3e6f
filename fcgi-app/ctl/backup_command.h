// koshelf-ctl backup
#pragma once

#include <span>
#include <string_view>

namespace koshelf::ctl {

// backup DIR|FILE.tar|-: Redis, the key of the secrets and the certificate, at one moment, while the server
// runs. Returns the exit status: 0 done, 1 something failed, the key of the secrets could not be read, or a
// file was left out because somebody may have put it there for us to read (careful_open.h); 2 wrong
// arguments.
[[nodiscard]] int run_backup(std::span<const std::string_view> arguments);

}  // namespace koshelf::ctl
