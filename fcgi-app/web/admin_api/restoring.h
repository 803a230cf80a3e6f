// Restoring: a position becomes the newest everywhere, the devices and Audiobookshelf alike.
#pragma once

#include <string>

#include "web/admin_api/loaded_document.h"

namespace koshelf::web {

// Nothing if it is done, else the answer to give.
[[nodiscard]] std::optional<Response> make_newest(Services& services, const LoadedDocument& loaded,
                                                  double percentage, const std::string& progress);

// Whether a bridge is there that will bring it to Audiobookshelf.
[[nodiscard]] bool bridge_is_running(Services& services);

}  // namespace koshelf::web
