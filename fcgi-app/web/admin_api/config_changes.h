// The field "settings" of a body: {"AUDIOBOOKSHELF_BASE_URL": "…" or null, …}, read and checked.
#pragma once

#include "abs/settings.h"
#include "platform/config.h"
#include "platform/json.h"
#include "store/settings.h"
#include "web/admin_api/session.h"

namespace koshelf::web {

// What is masked is filled in from what counts now (the stored one, else the environment's), so that a page
// can send back what it was shown. The error names the field, and where in a map it is wrong.
[[nodiscard]] OrResponse<store::Settings::Changes> read_changes(platform::JsonValue body,
                                                                const store::StoredSettings& stored,
                                                                const platform::Config& config);

}  // namespace koshelf::web
