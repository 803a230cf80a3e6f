// Diagnosis: a connection to Audiobookshelf tried out, step by step, in plain words.
#pragma once

#include <string>

#include "abs/settings.h"
#include "core/ids.h"
#include "web/services.h"

namespace koshelf::web {

// {ok, checks: [{name, state, message}], version?, user?, clock_skew_ms?, live?, bridge}. `state`: ok,
// warning or failed; after one that failed, what depends on it is left out. `ok`: none failed. `live`: the
// bridge has a live connection; where it has not, one is opened to see whether that works, and closed. Talks
// to the server of these settings, as this account.
[[nodiscard]] std::string diagnose(Services& services, const abs::Settings& settings,
                                   const core::Username& username);

}  // namespace koshelf::web
