#include "core/text/percentage.h"

#include <algorithm>
#include <cmath>

#include "core/text/structure.h"

namespace koshelf::core::text {
namespace {

constexpr double kTypicalError = 0.017;
constexpr double kWorstError = 0.03;
constexpr double kSteps = 10'000;  // KOReader keeps four digits

TextLength share(TextLength length, double part) {
    return static_cast<TextLength>(std::ceil(static_cast<double>(length) * part));
}

}  // namespace

PercentageEstimate offset_at_percentage(const TextMap& map, double fraction) {
    const LineModel& model = map.structure().lines;
    const double within = std::isnan(fraction) ? 0.0 : std::clamp(fraction, 0.0, 1.0);
    const double page = within * model.pages - 0.5;
    return {model.offset_at(page), share(map.length(), kTypicalError), share(map.length(), kWorstError)};
}

double percentage_at(const TextMap& map, TextOffset offset) {
    const LineModel& model = map.structure().lines;
    if (model.pages == 0) return 0;
    const double page = model.page_of(offset) + 1.0;
    return std::floor(kSteps * page / model.pages) / kSteps;
}

}  // namespace koshelf::core::text
