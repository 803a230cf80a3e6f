// The table of cases: who wins, by what both sides did since they last agreed.
#include "core/bridge/reconcile.h"

#include <ostream>

#include <gtest/gtest.h>

namespace koshelf::core::bridge {
namespace {

constexpr EpochMillis kNoon = 1'790'000'000'000;  // a whole second
constexpr EpochMillis kMinute = 60'000;

struct Case {
    const char* name;
    std::optional<LocalState> local;
    std::optional<RemoteState> remote;
    Agreement agreement;
    Action action;
    Reason reason;
    EpochMillis lead = 0;
};

void PrintTo(const Case& c, std::ostream* out) {
    *out << c.name;
}

LocalState device_at(std::string progress, EpochMillis at) {
    return {.percentage = 0.4, .progress = std::move(progress), .at = at};
}
LocalState from_server(std::string progress, EpochMillis at) {
    return {.percentage = 0.4, .progress = std::move(progress), .at = at, .imported = true};
}
RemoteState heard(double seconds, EpochMillis at) {
    return {.place = {.seconds = seconds}, .at = at};
}
RemoteState read_now(double seconds, EpochMillis at) {
    return {.place = {.seconds = seconds}, .at = at, .fresh = true};
}
RemoteState playing(double seconds, EpochMillis at) {
    return {.place = {.seconds = seconds}, .at = at, .playing = true};
}
RemoteState read_in_browser(std::string cfi, EpochMillis at) {
    return {.place = {.seconds = 100, .ebook_fraction = 0.5, .ebook_location = std::move(cfi)}, .at = at};
}
// Both sides were at page "A", second 100, at noon.
Agreement agreed() {
    return {.seen = MediaPlace{.seconds = 100}, .progress = "A", .percentage = 0.4, .at = kNoon};
}

const Case kCases[] = {
    {"nobody has a position", {}, {}, {}, Action::kNothing, Reason::kNoPositions},
    {"first push, the item was never played",
     device_at("A", kNoon),
     {},
     {},
     Action::kPush,
     Reason::kLocalMoved},
    {"first push, the item's record is empty",
     device_at("A", kNoon),
     heard(0, kNoon + kMinute),
     {},
     Action::kPush,
     Reason::kLocalMoved},
    {"first link, the device is newer",
     device_at("A", kNoon),
     heard(70, kNoon - kMinute),
     {},
     Action::kPush,
     Reason::kLocalNewer,
     kMinute},
    {"first link, the listener is newer",
     device_at("A", kNoon),
     heard(70, kNoon + kMinute),
     {},
     Action::kImport,
     Reason::kRemoteNewer,
     kMinute - 999},
    {"first link, no device has pushed", {}, heard(70, kNoon), {}, Action::kImport, Reason::kRemoteMoved},
    {"nothing moved", device_at("A", kNoon), heard(100, kNoon), agreed(), Action::kNothing, Reason::kAgreed},
    {"a page was turned", device_at("B", kNoon + kMinute), heard(100, kNoon), agreed(), Action::kPush,
     Reason::kLocalMoved},
    {"the device sent its position again", device_at("A", kNoon + kMinute), heard(100, kNoon), agreed(),
     Action::kNothing, Reason::kAgreed},
    {"our own write comes back with a later time", device_at("A", kNoon), heard(100, kNoon + kMinute),
     agreed(), Action::kNothing, Reason::kAgreed},
    {"the listener played on", device_at("A", kNoon), heard(160, kNoon + kMinute), agreed(), Action::kImport,
     Reason::kRemoteMoved, kMinute - 999},
    {"the listener went back", device_at("A", kNoon), heard(20, kNoon + kMinute), agreed(), Action::kImport,
     Reason::kRemoteMoved, kMinute - 999},
    {"the listener played on before the device sent its old page again", device_at("A", kNoon + 2 * kMinute),
     heard(160, kNoon + kMinute), agreed(), Action::kImport, Reason::kRemoteMoved, kMinute - 999},
    {"both moved, the page was turned later", device_at("B", kNoon + 2 * kMinute),
     heard(160, kNoon + kMinute), agreed(), Action::kPush, Reason::kLocalNewer, kMinute},
    {"both moved, the listener later", device_at("B", kNoon + kMinute), heard(160, kNoon + 2 * kMinute),
     agreed(), Action::kImport, Reason::kRemoteNewer, kMinute - 999},
    {"both moved within one second", device_at("B", kNoon), heard(160, kNoon + 400), agreed(), Action::kPush,
     Reason::kLocalNewer},
    {"a phone hands in what it played before the last page was turned", device_at("A", kNoon),
     heard(60, kNoon - kMinute), agreed(), Action::kPush, Reason::kRemoteOlder, kMinute},
    {"an event of the second in which a page was turned", device_at("A", kNoon), heard(160, kNoon + 400),
     agreed(), Action::kPush, Reason::kRemoteOlder},
    {"a fresh look shows that it is from after that", device_at("A", kNoon), read_now(160, kNoon + 400),
     agreed(), Action::kImport, Reason::kRemoteMoved},
    {"a fresh look shows another document's place of the same second", device_at("A", kNoon),
     read_now(160, kNoon), agreed(), Action::kImport, Reason::kRemoteMoved},
    {"a fresh look shows one that a correction of the clock has put before it", device_at("A", kNoon),
     read_now(160, kNoon - 999), agreed(), Action::kImport, Reason::kRemoteMoved},
    {"a fresh look shows one from the second before", device_at("A", kNoon), read_now(160, kNoon - 1'000),
     agreed(), Action::kPush, Reason::kRemoteOlder, 1'000},
    {"a fresh look shows what a phone has handed in late", device_at("A", kNoon),
     read_now(60, kNoon - kMinute), agreed(), Action::kPush, Reason::kRemoteOlder, kMinute},
    {"an old place comes after an import", from_server("A", kNoon), heard(60, kNoon - kMinute), agreed(),
     Action::kPush, Reason::kRemoteOlder, kMinute},
    {"a fresh look shows that the server stays with the old place", from_server("A", kNoon),
     read_now(60, kNoon - kMinute), agreed(), Action::kImport, Reason::kRemoteMoved},
    {"a client's clock is a year ahead", device_at("B", kNoon + kMinute),
     heard(160, kNoon + 365 * 24 * 60 * kMinute), agreed(), Action::kImport, Reason::kRemoteNewer},
    {"a client sent seconds for milliseconds", device_at("A", kNoon), heard(160, kNoon / 1000), agreed(),
     Action::kImport, Reason::kRemoteMoved},
    {"what was imported is never pushed", from_server("B", kNoon + kMinute), heard(100, kNoon), agreed(),
     Action::kNothing, Reason::kAgreed},
    {"the record was deleted", device_at("A", kNoon), {}, agreed(), Action::kNothing, Reason::kAgreed},
    {"the record was set back to zero", device_at("A", kNoon), heard(0, kNoon + kMinute), agreed(),
     Action::kNothing, Reason::kAgreed},
    {"a page is turned while a player runs", device_at("B", kNoon + kMinute), playing(100, kNoon), agreed(),
     Action::kWait, Reason::kPlayerIsMoving},
    {"a player runs", device_at("A", kNoon), playing(160, kNoon + kMinute), agreed(), Action::kImport,
     Reason::kRemoteMoved, kMinute - 999},
    {"the browser's reader turned a page", device_at("A", kNoon),
     read_in_browser("epubcfi(/6/4!/4/2)", kNoon + kMinute), agreed(), Action::kImport, Reason::kRemoteMoved,
     kMinute - 999},
};

class Reconcile : public testing::TestWithParam<Case> {};

TEST_P(Reconcile, DecidesAsTheTableSays) {
    const Case& c = GetParam();
    const Decision decision = reconcile(c.local, c.remote, c.agreement, kNoon + 3 * kMinute);
    EXPECT_EQ(decision.action, c.action);
    EXPECT_EQ(to_string(decision.reason), to_string(c.reason));
    if (c.lead != 0) {
        EXPECT_EQ(decision.lead, c.lead);
    }
}

INSTANTIATE_TEST_SUITE_P(Table, Reconcile, testing::ValuesIn(kCases));

TEST(Reconcile, ImportsFromTheHalfThatMoved) {
    const auto decision =
        reconcile(device_at("A", kNoon), read_in_browser("epubcfi(/6/4!/4/2)", kNoon + kMinute), agreed(),
                  kNoon + kMinute);
    EXPECT_EQ(decision.side, MediaSide::kEbook);
}

TEST(Reconcile, TakesAFinishedMarkAloneForNoPosition) {
    RemoteState finished = heard(100, kNoon + kMinute);
    finished.place.finished = true;
    const auto decision = reconcile(device_at("A", kNoon), finished, agreed(), kNoon + kMinute);
    EXPECT_EQ(decision.action, Action::kNothing);
    EXPECT_EQ(decision.reason, Reason::kOnlyFinishedFlag);
}

// After each decision is carried out, both sides agree: nothing bounces.
TEST(Reconcile, ComesToRestAfterEveryDecision) {
    for (const Case& c : kCases) {
        const EpochMillis now = kNoon + 3 * kMinute;
        const Decision decision = reconcile(c.local, c.remote, c.agreement, now);
        auto local = c.local;
        auto remote = c.remote;
        Agreement agreement = c.agreement;
        if (decision.action == Action::kPush) {
            remote = RemoteState{.place = {.seconds = 777, .ebook_fraction = 0.4}, .at = now};
            agreement = {.seen = remote->place, .progress = local->progress, .at = local->at};
        } else if (decision.action == Action::kImport) {
            local = from_server("new", remote->at);
            agreement = {.seen = remote->place, .progress = "new", .at = remote->at};
        } else {
            continue;
        }
        const Decision again = reconcile(local, remote, agreement, now + kMinute);
        EXPECT_EQ(again.action, Action::kNothing) << c.name;
        // The device opens there and sends the pointer that it was given.
        local->imported = false;
        local->at = now + kMinute;
        EXPECT_EQ(reconcile(local, remote, agreement, now + kMinute).action, Action::kNothing) << c.name;
    }
}

}  // namespace
}  // namespace koshelf::core::bridge
