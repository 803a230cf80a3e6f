#include "web/test_hooks.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <unistd.h>

#include "core/json_text.h"
#include "core/number.h"
#include "core/url.h"

namespace koshelf::web {
namespace {

Response crash(Services& /*services*/, const Call& /*call*/) {
    std::_Exit(134);
}

Response sleep(Services& /*services*/, const Call& call) {
    const std::string text = core::query_parameter(call.request.query, "ms").value_or("0");
    const double wanted = core::parse_json_number(text).value_or(0);
    const auto pause = static_cast<int>(std::clamp(wanted, 0.0, 60'000.0));
    std::this_thread::sleep_for(std::chrono::milliseconds(pause));
    return json_response(200, core::JsonObject().add("slept_ms", pause).finish());
}

Response pid(Services& /*services*/, const Call& /*call*/) {
    return json_response(200, core::JsonObject().add("pid", static_cast<int>(getpid())).finish());
}

}  // namespace

std::vector<Route> test_hook_routes() {
    return {
        {Method::kGet, "/test/crash", crash, Negotiation::kNone},
        {Method::kGet, "/test/sleep", sleep, Negotiation::kNone},
        {Method::kGet, "/test/pid", pid, Negotiation::kNone},
    };
}

}  // namespace koshelf::web
