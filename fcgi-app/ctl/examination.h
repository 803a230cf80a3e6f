// Examination: what koshelf-ctl doctor asks and looks at. Each part gathers facts and has them judged by
// core/doctor; none fails because another did.
#pragma once

#include <optional>
#include <string>

#include "core/doctor/finding.h"
#include "ctl/surroundings.h"
#include "store/database.h"

namespace koshelf::ctl {

// Redis and what is in it. `reached` is false afterwards if it could not be asked.
[[nodiscard]] core::doctor::Findings examine_redis(const Surroundings& surroundings,
                                                   store::Database& database, bool& reached);

// The clock, disks, the directory of the server, the key of the secrets, the certificate. `url_host`: the
// name by which devices know the server; "".
[[nodiscard]] core::doctor::Findings examine_place(const Surroundings& surroundings,
                                                   store::Database& database, bool redis_reached,
                                                   const std::string& url_host);

// Whether those who have to may open the sockets of the pools, and write where they write.
[[nodiscard]] core::doctor::Findings examine_rights(const Surroundings& surroundings,
                                                    store::Database& database, bool redis_reached);

// The ports of this machine, and the address that devices use ("": not asked).
[[nodiscard]] core::doctor::Findings examine_server(const Surroundings& surroundings,
                                                    store::Database& database, bool redis_reached,
                                                    const std::string& url);

// Audiobookshelf and the bridge to it. Without Redis, as the environment sets it up.
[[nodiscard]] core::doctor::Findings examine_audiobookshelf(const Surroundings& surroundings,
                                                            store::Database& database, bool redis_reached);

// The host of a URL, without port and brackets; "" if there is none.
[[nodiscard]] std::string host_of_url(std::string_view url);

}  // namespace koshelf::ctl
