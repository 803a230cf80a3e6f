#include "abs/call.h"

#include "platform/metrics.h"

namespace koshelf::abs {
namespace {

namespace metrics = platform::metrics;
using core::metrics::Metric;

}  // namespace

void count_call(std::string_view name, const platform::HttpResponse* answer,
                std::optional<AbsErrorKind> error) {
    metrics::count(Metric::kAbsCalls, name, error ? to_string(*error) : "ok");
    if (answer == nullptr) return;
    if (const auto duration = core::metrics::find(Metric::kAbsDuration, name))
        metrics::observe(*duration, std::chrono::milliseconds(answer->received - answer->sent));
}

}  // namespace koshelf::abs
