#include <cmath>
#include <utility>

#include "core/bridge/explain.h"
#include "core/json_text.h"
#include "platform/clock.h"
#include "relay/calibrating.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/aligned_book.h"
#include "web/admin_api/calibrated.h"
#include "web/admin_api/opened_text.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

// A whole sentence, but not a page.
constexpr std::size_t kLongestShown = 400;

OrResponse<core::audio::Calibration> read_point(platform::JsonValue body, const relay::Book& book) {
    const platform::JsonValue offset = body.member("offset");
    const double place = offset.is_number() ? offset.number() : -1;
    if (!(place >= 0) || place >= book.map->length() || place != std::floor(place))
        return tl::unexpected(field_error("offset", "offset must be a place in the text."));
    const platform::JsonValue seconds = body.member("seconds");
    const double time = seconds.is_number() ? seconds.number() : -1;
    if (!(time >= 0) || time > book.duration)
        return tl::unexpected(field_error("seconds", "seconds must be a time in the audiobook."));
    return core::audio::Calibration{.offset = {static_cast<core::text::TextLength>(place)}, .seconds = time};
}

// What people see beside it later; "" unless the text is at hand.
std::string words_at(Services& services, const AlignedBook& aligned, core::text::TextOffset offset) {
    auto text = text_at_hand(services, aligned.subject);
    if (!text || text->fingerprint() != aligned.book->text_fingerprint) return {};
    auto words = text->sentence_at(offset);
    if (!words || words->size() > 4 * kLongestShown) return {};
    return std::move(*words);
}

}  // namespace

// "The narrator is here now."
Response add_calibration(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    const auto aligned = open_aligned_book(services, *loaded);
    if (!aligned) return aligned.error();
    if (aligned->state == AlignedBook::State::kPending)
        return admin_error(AdminError::kBookNotReady, aligned->message);
    if (aligned->state != AlignedBook::State::kReady)
        return admin_error(AdminError::kNotAligned, aligned->message);
    const auto point = read_point(body->root(), *aligned->book);
    if (!point) return point.error();

    const core::EpochMillis now = platform::now_millis();
    const store::StoredCalibration said{.id = {},
                                        .offset = point->offset.value,
                                        .seconds = point->seconds,
                                        .at = now / 1000,
                                        .sentence = words_at(services, *aligned, point->offset),
                                        .text = {},
                                        .duration = 0};
    std::size_t dropped = 0;
    const auto change = [&](std::vector<store::StoredCalibration>& entries) {
        dropped = relay::add_calibration(entries, said, *aligned->book, now);
        return true;
    };
    if (auto failure = change_calibrations(services, *aligned, change)) return std::move(*failure);
    note_deed(services, loaded->subject, "console.calibrated",
              name_of(loaded->view) + ": the narrator is at " + core::bridge::clock_time(point->seconds) +
                  (said.sentence.empty() ? std::string() : " with \"" + said.sentence + "\""));
    return calibrated_response(services, call, dropped);
}

}  // namespace koshelf::web
