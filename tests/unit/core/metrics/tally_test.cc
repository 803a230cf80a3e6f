#include "core/metrics/tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/metrics/cells.h"

namespace koshelf::core::metrics {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<RouteName> kRoutes = {{"GET", "/syncs/progress/:document"}, {"PUT", "/syncs/progress"}};

SlotReading slot(Process process, bool taken, std::size_t routes = 0) {
    return {.process = process,
            .taken = taken,
            .cells = std::vector<std::uint64_t>(kFixedCells + routes * kRouteCells)};
}

ScoreboardReading board(Process tree, std::vector<SlotReading> slots) {
    return {.tree = tree,
            .alive = true,
            .started = 1764130000.5,
            .routes = {},
            .slots = std::move(slots),
            .wanted = {}};
}

std::string text_of(const std::vector<ScoreboardReading>& boards) {
    Exposition exposition;
    tally(exposition, boards);
    return exposition.text();
}

TEST(Tally, AddsUpWhatAllProcessesHaveCounted) {
    auto first = slot(Process::kDevice, true);
    auto second = slot(Process::kDevice, true);
    auto sync = slot(Process::kSync, true);
    first.cells[series(Metric::kConversions, "to-device", "exact").first] = 3;
    second.cells[series(Metric::kConversions, "to-device", "exact").first] = 4;
    sync.cells[series(Metric::kConversions, "to-device", "exact").first] = 5;
    const std::string text =
        text_of({board(Process::kDevice, {first, second}), board(Process::kBridge, {sync})});
    EXPECT_THAT(text,
                HasSubstr("koshelf_bridge_conversions_total{direction=\"to-device\",tier=\"exact\"} 12\n"));
    EXPECT_THAT(text,
                HasSubstr("koshelf_bridge_conversions_total{direction=\"to-device\",tier=\"learned\"} 0\n"));
}

TEST(Tally, KeepsProcessesApartWhereTheMetricDoes) {
    auto device = slot(Process::kDevice, true);
    auto sync = slot(Process::kSync, true);
    device.cells[series(Metric::kRedisErrors, "unreachable").first] = 1;
    sync.cells[series(Metric::kRedisErrors, "unreachable").first] = 2;
    const std::string text = text_of({board(Process::kDevice, {device}), board(Process::kBridge, {sync})});
    EXPECT_THAT(text, HasSubstr("koshelf_redis_errors_total{process=\"device\",kind=\"unreachable\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("koshelf_redis_errors_total{process=\"sync\",kind=\"unreachable\"} 2\n"));
    // Nobody logs in to the bridge.
    EXPECT_THAT(text, Not(HasSubstr("koshelf_refused_credentials_total{process=\"sync\"}")));
}

TEST(Tally, KeepsTheCountersButNotTheGaugesOfTheDead) {
    auto dead = slot(Process::kDevice, false);
    auto alive = slot(Process::kDevice, true);
    for (auto* each : {&dead, &alive}) {
        each->cells[series(Metric::kPulls, "found").first] = 10;
        each->cells[series(Metric::kWorkersBusy).first] = 1;
    }
    const std::string text = text_of({board(Process::kDevice, {dead, alive})});
    EXPECT_THAT(text, HasSubstr("koshelf_pulls_total{outcome=\"found\"} 20\n"));
    EXPECT_THAT(text, HasSubstr("koshelf_workers_busy{process=\"device\"} 1\n"));
}

TEST(Tally, TakesNobodyForAliveWhosePoolIsGone) {
    auto killed = slot(Process::kAdmin, true);
    killed.cells[series(Metric::kWorkersBusy).first] = 1;
    auto pool = board(Process::kAdmin, {killed});
    pool.alive = false;
    EXPECT_THAT(text_of({pool}), HasSubstr("koshelf_workers_busy{process=\"admin\"} 0\n"));
}

TEST(Tally, CountsRequestsByRouteAndLeavesOutWhatNobodyAskedFor) {
    auto worker = slot(Process::kDevice, true, 2);
    const std::size_t put = kFixedCells + kRouteCells;
    worker.cells[put + status_cell(200)] = 6;
    worker.cells[put + status_cell(401)] = 1;
    const std::size_t duration = put + kFirstCell[static_cast<std::size_t>(Metric::kRequestDuration)];
    worker.cells[duration + 1] = 7;
    worker.cells[duration + bounds::kRequest.size() + 1] = 14'000;
    auto pool = board(Process::kDevice, {worker});
    pool.routes = kRoutes;
    const std::string text = text_of({pool});
    EXPECT_THAT(text, HasSubstr("koshelf_requests_total{process=\"device\",method=\"PUT\",route=\"/syncs/"
                                "progress\",status=\"200\"} 6\n"
                                "koshelf_requests_total{process=\"device\",method=\"PUT\",route=\"/syncs/"
                                "progress\",status=\"401\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("koshelf_request_duration_seconds_bucket{process=\"device\",method=\"PUT\","
                                "route=\"/syncs/progress\",le=\"0.0025\"} 7\n"));
    EXPECT_THAT(text, HasSubstr("koshelf_request_duration_seconds_sum{process=\"device\",method=\"PUT\","
                                "route=\"/syncs/progress\"} 0.014\n"));
    EXPECT_THAT(text, Not(HasSubstr("/syncs/progress/:document")));
    EXPECT_THAT(text, Not(HasSubstr("status=\"403\"")));
}

TEST(Tally, AddsUpTheSameRouteOfTwoPools) {
    auto worker = slot(Process::kDevice, true, 1);
    worker.cells[kFixedCells + status_cell(200)] = 2;
    auto one = board(Process::kDevice, {worker});
    one.routes = {{"PUT", "/syncs/progress"}};
    auto other = one;
    other.alive = false;
    other.slots[0].taken = false;
    EXPECT_THAT(text_of({one, other}), HasSubstr("route=\"/syncs/progress\",status=\"200\"} 4\n"));
}

TEST(Tally, TellsWhichProcessesThereAre) {
    auto device = board(Process::kDevice, {slot(Process::kDevice, false), slot(Process::kDevice, true)});
    device.wanted = {{Process::kDevice, 4}};
    auto bridge = board(Process::kBridge, {slot(Process::kSync, true)});
    bridge.alive = false;
    bridge.slots[0].taken = false;
    bridge.wanted = {{Process::kSync, 1}};
    const std::string text = text_of({device, bridge});
    EXPECT_THAT(text, HasSubstr("koshelf_running{process=\"device\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("koshelf_running{process=\"admin\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("koshelf_running{process=\"bridge\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("koshelf_workers{process=\"device\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("koshelf_workers_wanted{process=\"device\"} 4\n"));
    EXPECT_THAT(text, HasSubstr("koshelf_process_start_time_seconds{process=\"device\"} 1764130000.5\n"));
    EXPECT_THAT(text, Not(HasSubstr("koshelf_process_start_time_seconds{process=\"bridge\"}")));
    EXPECT_THAT(text, Not(HasSubstr("koshelf_workers{process=\"sync\"}")));
}

TEST(Tally, LeavesOutATimeThatHasNotCome) {
    auto library = slot(Process::kLibrary, true);
    EXPECT_THAT(text_of({board(Process::kBridge, {library})}), Not(HasSubstr("scan_timestamp")));
    library.cells[series(Metric::kScanTime).first] = 1764130000;
    EXPECT_THAT(text_of({board(Process::kBridge, {library})}),
                HasSubstr("koshelf_library_scan_timestamp_seconds 1764130000\n"));
}

}  // namespace
}  // namespace koshelf::core::metrics
