#include "store/calibrations.h"

#include <cmath>
#include <limits>
#include <optional>

#include "core/json_text.h"
#include "platform/json.h"
#include "store/keys.h"

namespace koshelf::store {
namespace {

std::string pair_field(const BookPair& pair) {
    return pair.item.str() + ":" + pair.text_item.str();
}

core::JsonObject fields_of(const StoredCalibration& entry) {
    core::JsonObject object;
    object.add("id", entry.id)
        .add("offset", std::int64_t{entry.offset})
        .add("seconds", entry.seconds)
        .add("at", entry.at)
        .add("sentence", entry.sentence)
        .add("text", entry.text)
        .add("duration", entry.duration);
    return object;
}

std::string calibrations_json(const std::vector<StoredCalibration>& entries) {
    if (entries.empty()) return {};
    core::JsonArray array;
    for (const StoredCalibration& entry : entries) {
        core::JsonObject object = fields_of(entry);
        if (!entry.replaced.empty()) {
            core::JsonArray replaced;
            for (const StoredCalibration& old : entry.replaced) replaced.add_json(fields_of(old).finish());
            object.add_json("replaced", replaced.finish());
        }
        array.add_json(object.finish());
    }
    return array.finish();
}

std::optional<StoredCalibration> read_calibration(platform::JsonValue value) {
    const double offset = value.member("offset").number();
    const double at = value.member("at").number();
    StoredCalibration entry{.id = std::string(value.member("id").string()),
                            .offset = 0,
                            .seconds = value.member("seconds").number(),
                            .at = 0,
                            .sentence = std::string(value.member("sentence").string()),
                            .text = std::string(value.member("text").string()),
                            .duration = value.member("duration").number()};
    const bool usable = offset >= 0 && offset <= std::numeric_limits<std::uint32_t>::max() &&
                        std::isfinite(entry.seconds) && std::isfinite(entry.duration) &&
                        std::abs(at) < 1e15 && !entry.id.empty();
    if (!usable) return std::nullopt;
    entry.offset = static_cast<std::uint32_t>(offset);
    entry.at = static_cast<core::EpochSeconds>(at);
    return entry;
}

}  // namespace

StoreResult<Calibrations::List> Calibrations::of(const core::Username& username, const BookPair& pair) {
    const auto reply = database_.ask({"HGET", keys::calibrations(username), pair_field(pair)});
    if (!reply) return tl::unexpected(reply.error());
    List list{.entries = {}, .stored = std::string(reply->value().text())};
    const auto document = platform::JsonDocument::parse(list.stored);
    if (!document || !document->root().is_array()) return list;
    for (auto value = document->root().first(); value.exists(); value = value.next()) {
        auto entry = read_calibration(value);
        if (!entry) continue;
        for (auto old = value.member("replaced").first(); old.exists(); old = old.next()) {
            if (auto replaced = read_calibration(old)) entry->replaced.push_back(std::move(*replaced));
        }
        list.entries.push_back(std::move(*entry));
    }
    return list;
}

StoreResult<Calibrations::Change> Calibrations::replace(const core::Username& username, const BookPair& pair,
                                                        const List& list) {
    const auto reply = database_.run({.script = calibrate_script(),
                                      .keys = {keys::credential(username)},
                                      .arguments = {keys::account(username), pair_field(pair), list.stored,
                                                    calibrations_json(list.entries)}});
    if (!reply) return tl::unexpected(reply.error());
    const std::int64_t answer = reply->value().integer();
    if (answer < 0) return Change::kNoAccount;
    return answer == 0 ? Change::kChanged : Change::kDone;
}

}  // namespace koshelf::store
