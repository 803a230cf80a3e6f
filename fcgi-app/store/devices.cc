#include "store/devices.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "platform/json.h"
#include "store/keys.h"

namespace koshelf::store {
namespace {

using platform::JsonValue;

constexpr core::EpochSeconds kPullIntervalSeconds = 60;
constexpr std::size_t kMaxNoted = 10'000;

std::optional<std::int64_t> whole_number(JsonValue value) {
    const double number = value.number();
    if (!value.is_number() || !(std::abs(number) < 1e15)) return std::nullopt;
    return static_cast<std::int64_t>(number);
}

std::optional<Device> read_device(std::string_view id, std::string_view text) {
    const auto json = platform::JsonDocument::parse(text);
    if (!json || !json->root().is_object()) return std::nullopt;
    const JsonValue root = json->root();
    const auto count = [&root](std::string_view name) { return whole_number(root.member(name)).value_or(0); };
    Device device{.id = std::string(id),
                  .device = std::string(root.member("device").string()),
                  .device_id = std::nullopt,
                  .first_push = count("first"),
                  .last_push = count("last"),
                  .last_pull = whole_number(root.member("pulled")),
                  .pushes = count("pushes"),
                  .stale = count("stale"),
                  .stale_run = count("stale_run"),
                  .document = std::string(root.member("document").string()),
                  .under_its_own_id = !root.member("as").exists(),
                  .methods = std::string(root.member("methods").string()),
                  .clock = {.newest = whole_number(root.member("skew")),
                            .before = whole_number(root.member("skew_before")),
                            .count = count("skew_count")}};
    if (const JsonValue name = root.member("device_id"); name.is_string()) device.device_id = name.string();
    return device;
}

}  // namespace

StoreResult<std::vector<Device>> Devices::all(const core::Username& username) {
    const auto reply = database_.ask({"HGETALL", keys::devices(username)});
    if (!reply) return tl::unexpected(reply.error());
    std::vector<Device> devices;
    const platform::RedisValue fields = reply->value();
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        if (auto device = read_device(fields[i].text(), fields[i + 1].text()))
            devices.push_back(std::move(*device));
    }
    std::ranges::sort(devices, [](const Device& a, const Device& b) {
        return std::pair(-a.last_push, a.id) < std::pair(-b.last_push, b.id);
    });
    return devices;
}

StoreResult<bool> Devices::forget(const core::Username& username, const std::string& id) {
    const auto reply = database_.ask({"HDEL", keys::devices(username), id});
    if (!reply) return tl::unexpected(reply.error());
    return reply->value().integer() == 1;
}

void Devices::saw_pull(const core::Username& username, const std::string& address_digest,
                       core::EpochSeconds now) {
    if (address_digest.empty()) return;
    if (last_noted_.size() >= kMaxNoted) last_noted_.clear();
    core::EpochSeconds& last = last_noted_[address_digest];
    if (now - last < kPullIntervalSeconds) return;
    last = now;
    database_.post(ScriptCall{.script = note_pull_script(),
                              .keys = {keys::credential(username), keys::devices(username)},
                              .arguments = {address_digest, std::to_string(now)}});
}

}  // namespace koshelf::store
