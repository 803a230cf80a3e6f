// The registry: all metrics, with the values of their labels. The shared memory of the processes, the
// exposition, docs/metrics.md, the dashboard and the alert rules are held against it.
#pragma once

#include "core/metrics/metric.h"

namespace koshelf::core::metrics {

// What a process does. Each has memory of its own, so nothing has to be counted for one of them: it shows.
enum class Process : std::uint8_t { kDevice, kAdmin, kBridge, kSync, kLibrary };
inline constexpr std::array<std::string_view, 5> kProcesses = {"device", "admin", "bridge", "sync",
                                                               "library"};

namespace values {

inline constexpr std::array<std::string_view, 2> kPools = {"device", "admin"};
inline constexpr std::array<std::string_view, 3> kTrees = {"device", "admin", "bridge"};
inline constexpr std::array<std::string_view, 4> kWorking = {"device", "admin", "sync", "library"};
inline constexpr std::array<std::string_view, 2> kParts = {"sync", "library"};
inline constexpr std::array<std::string_view, 3> kEnds = {"retired", "failed", "killed"};
inline constexpr std::array<std::string_view, 19> kStatuses = {
    "200", "201", "400", "401", "402", "403", "404", "405", "408",  "409",
    "412", "413", "422", "429", "500", "501", "502", "503", "other"};
inline constexpr std::array<std::string_view, 4> kPushes = {"stored", "refreshed", "stale", "full"};
inline constexpr std::array<std::string_view, 2> kPulls = {"found", "empty"};
inline constexpr std::array<std::string_view, 4> kLivePulls = {"imported", "unchanged", "not-asked",
                                                               "failed"};
inline constexpr std::array<std::string_view, 2> kStoreErrors = {"unreachable", "unexpected"};
inline constexpr std::array<std::string_view, 3> kPeriods = {"1d", "7d", "30d"};
inline constexpr std::array<std::string_view, 7> kBridgePushes = {
    "written", "nothing", "again", "waiting", "failed", "given-up", "store-failed"};
inline constexpr std::array<std::string_view, 3> kImports = {"imported", "no-place", "gone"};
inline constexpr std::array<std::string_view, 2> kDirections = {"to-audiobookshelf", "to-device"};
inline constexpr std::array<std::string_view, 3> kTiers = {"exact", "learned", "percentage"};
inline constexpr std::array<std::string_view, 16> kCalls = {
    "status", "me",        "list-progress", "get-progress", "patch-progress", "sync-session",
    "item",   "libraries", "items",         "search",       "ebook-range",    "cover",
    "login",  "refresh",   "open-sessions", "other"};
inline constexpr std::array<std::string_view, 11> kCallResults = {
    "ok",        "unreachable",  "timeout",      "tls",        "unauthorized", "forbidden",
    "not-found", "rate-limited", "server-error", "unexpected", "too-large"};
inline constexpr std::array<std::string_view, 4> kFeedLosses = {"refused", "unreachable", "closed",
                                                                "protocol"};
inline constexpr std::array<std::string_view, 2> kScans = {"complete", "incomplete"};
inline constexpr std::array<std::string_view, 3> kMaps = {"made", "impossible", "postponed"};

}  // namespace values

namespace bounds {

// A request is answered in milliseconds; KOReader gives up after five seconds.
inline constexpr std::array<double, 12> kRequest = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                    0.1,   0.25,   0.5,   1,    2.5,   5};
// Redis answers in fractions of one, and nobody waits for it for longer than a second or so.
inline constexpr std::array<double, 12> kRedis = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                  0.01,   0.025,   0.05,   0.1,   0.25,   1};
inline constexpr std::array<double, 12> kCall = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
// Reading a book, or all libraries.
inline constexpr std::array<double, 12> kWork = {0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900};

}  // namespace bounds

// Of a process with memory of its own: "process" stands in no cell.
[[nodiscard]] constexpr Label process_label(Values processes) {
    return {.name = "process", .values = processes, .in_cells = false};
}

// clang-format off
inline constexpr std::array<Description, kMetrics> kRegistry = {{
    // The program
    {Metric::kBuildInfo, "koshelf_build_info", Type::kGauge, Kept::kNowhere,
     "Always 1; the version is that of the process that answers.", {{{"version"}}}},
    {Metric::kRunning, "koshelf_running", Type::kGauge, Kept::kNowhere,
     "Whether there is a process of that pool, or of the bridge, on this machine.",
     {{process_label(values::kTrees)}}},
    {Metric::kStartTime, "koshelf_process_start_time_seconds", Type::kGauge, Kept::kNowhere,
     "When its master was started, since 1970.", {{process_label(values::kTrees)}}},
    {Metric::kWorkers, "koshelf_workers", Type::kGauge, Kept::kNowhere,
     "Processes that serve requests (device, admin) or do the work of the bridge (sync, library).",
     {{process_label(values::kWorking)}}},
    {Metric::kWorkersWanted, "koshelf_workers_wanted", Type::kGauge, Kept::kNowhere,
     "How many there are to be.", {{process_label(values::kWorking)}}},
    {Metric::kWorkersBusy, "koshelf_workers_busy", Type::kGauge, Kept::kInCells,
     "Workers that are serving a request just now.", {{process_label(values::kPools)}}},
    {Metric::kResidentMemory, "koshelf_resident_memory_bytes", Type::kGauge, Kept::kInCells,
     "Memory of these processes together, pages that they share counted for each.",
     {{process_label(values::kWorking)}}},
    {Metric::kWorkerStarts, "koshelf_worker_starts_total", Type::kCounter, Kept::kInCells,
     "Processes that were started.", {{process_label(values::kWorking)}}},
    {Metric::kWorkerExits, "koshelf_worker_exits_total", Type::kCounter, Kept::kInCells,
     "Processes that ended: as they were told (retired), with an error (failed), by a signal (killed).",
     {{process_label(values::kWorking), {"how", values::kEnds}}}},
    {Metric::kReloads, "koshelf_reloads_total", Type::kCounter, Kept::kInCells,
     "Times that the settings were read anew.", {{process_label(values::kTrees)}}},
    {Metric::kUnreadFiles, "koshelf_metrics_unread_files", Type::kGauge, Kept::kNowhere,
     "Files of processes that keep their metrics in another way, as after an update of one part only."},

    // Requests of devices and browsers
    {Metric::kRequests, "koshelf_requests_total", Type::kCounter, Kept::kByRoute,
     "Requests that were answered. What nginx answers by itself is not among them.",
     {{process_label(values::kPools), {"method", {}, false}, {"route", {}, false},
       {"status", values::kStatuses}}}},
    {Metric::kRequestDuration, "koshelf_request_duration_seconds", Type::kHistogram, Kept::kByRoute,
     "From the arrival of a request at a worker to its answer.",
     {{process_label(values::kPools), {"method", {}, false}, {"route", {}, false}}}, bounds::kRequest},
    {Metric::kRefusedCredentials, "koshelf_refused_credentials_total", Type::kCounter, Kept::kInCells,
     "Requests with a wrong password, an unknown account, or without either.",
     {{process_label(values::kPools)}}},
    {Metric::kPushes, "koshelf_pushes_total", Type::kCounter, Kept::kInCells,
     "Positions that devices sent: new, the current one again, old and therefore stopped, or one too many.",
     {{{"outcome", values::kPushes}}}},
    {Metric::kPulls, "koshelf_pulls_total", Type::kCounter, Kept::kInCells,
     "Positions that devices asked for, and whether there was one.", {{{"outcome", values::kPulls}}}},
    {Metric::kLivePulls, "koshelf_live_pulls_total", Type::kCounter, Kept::kInCells,
     "Looks at Audiobookshelf while a device waits, for accounts that no live feed covers.",
     {{{"outcome", values::kLivePulls}}}},

    // Redis
    {Metric::kRedisUp, "koshelf_redis_up", Type::kGauge, Kept::kNowhere,
     "Whether Redis has answered just now. Without it what it knows is not shown."},
    {Metric::kRedisDuration, "koshelf_redis_exchange_duration_seconds", Type::kHistogram, Kept::kInCells,
     "From sending commands to the last of their answers, connecting included.",
     {{process_label(values::kWorking)}}, bounds::kRedis},
    {Metric::kRedisErrors, "koshelf_redis_errors_total", Type::kCounter, Kept::kInCells,
     "Exchanges without an answer (unreachable), or with an error (unexpected).",
     {{process_label(values::kWorking), {"kind", values::kStoreErrors}}}},
    {Metric::kRedisConnections, "koshelf_redis_connections_total", Type::kCounter, Kept::kInCells,
     "Connections that were made to Redis.", {{process_label(values::kWorking)}}},
    {Metric::kRedisMemory, "koshelf_redis_memory_bytes", Type::kGauge, Kept::kNowhere,
     "Memory that Redis uses."},
    {Metric::kRedisMemoryLimit, "koshelf_redis_memory_limit_bytes", Type::kGauge, Kept::kNowhere,
     "Memory that Redis may use, beyond which pushes are refused; 0: as much as there is."},
    {Metric::kRedisPersistence, "koshelf_redis_persistence_ok", Type::kGauge, Kept::kNowhere,
     "0 if the last write to the append-only file, or the last snapshot, has failed."},

    // What is stored
    {Metric::kAccounts, "koshelf_accounts", Type::kGauge, Kept::kNowhere,
     "Accounts."},
    {Metric::kActiveAccounts, "koshelf_active_accounts", Type::kGauge, Kept::kNowhere,
     "Accounts that were seen within that time.", {{{"within", values::kPeriods}}}},
    {Metric::kDocuments, "koshelf_documents", Type::kGauge, Kept::kNowhere,
     "Documents of all accounts, as of the last count."},
    {Metric::kIndexed, "koshelf_indexed", Type::kGauge, Kept::kNowhere,
     "0 while data that has no indexes is still being looked through."},
    {Metric::kTotalsTime, "koshelf_totals_timestamp_seconds", Type::kGauge, Kept::kNowhere,
     "When documents, outboxes and dead letters of all accounts were counted last, since 1970."},

    // The way to Audiobookshelf
    {Metric::kOutboxAccounts, "koshelf_outbox_accounts", Type::kGauge, Kept::kNowhere,
     "Accounts with positions that wait for Audiobookshelf."},
    {Metric::kOutboxDue, "koshelf_outbox_due_accounts", Type::kGauge, Kept::kNowhere,
     "Accounts with positions that could go out now."},
    {Metric::kOutboxOverdue, "koshelf_outbox_overdue_seconds", Type::kGauge, Kept::kNowhere,
     "How long the first of them could have gone out; 0 if none could."},
    {Metric::kOutboxDocuments, "koshelf_outbox_documents", Type::kGauge, Kept::kNowhere,
     "Positions that wait for Audiobookshelf, as of the last count."},
    {Metric::kOutboxOldest, "koshelf_outbox_oldest_position_seconds", Type::kGauge, Kept::kNowhere,
     "Age of the oldest position that waits, as of the last count; 0 if none does."},
    {Metric::kDeadLetters, "koshelf_dead_letters", Type::kGauge, Kept::kNowhere,
     "Positions that were given up, as of the last count."},
    {Metric::kBridgeLeader, "koshelf_bridge_leader", Type::kGauge, Kept::kNowhere,
     "Whether some bridge, here or elsewhere, does that part of the work.", {{{"part", values::kParts}}}},
    {Metric::kBridgePushes, "koshelf_bridge_pushes_total", Type::kCounter, Kept::kInCells,
     "Positions taken out of the outbox, and what became of each attempt.",
     {{{"outcome", values::kBridgePushes}}}},
    {Metric::kBridgeImports, "koshelf_bridge_imports_total", Type::kCounter, Kept::kInCells,
     "Positions taken over from Audiobookshelf.", {{{"outcome", values::kImports}}}},
    {Metric::kConversions, "koshelf_bridge_conversions_total", Type::kCounter, Kept::kInCells,
     "Positions that crossed, by how well their place was known.",
     {{{"direction", values::kDirections}, {"tier", values::kTiers}}}},
    {Metric::kAbsCalls, "koshelf_abs_calls_total", Type::kCounter, Kept::kInCells,
     "Calls of Audiobookshelf, and what came of them.",
     {{{"call", values::kCalls}, {"result", values::kCallResults}}}},
    {Metric::kAbsDuration, "koshelf_abs_call_duration_seconds", Type::kHistogram, Kept::kInCells,
     "Of calls that were answered, whatever the answer.", {{{"call", values::kCalls}}}, bounds::kCall},
    {Metric::kBreakerOpen, "koshelf_abs_breaker_open", Type::kGauge, Kept::kNowhere,
     "1 while no device waits for Audiobookshelf because it does not answer."},
    {Metric::kFeeds, "koshelf_feeds", Type::kGauge, Kept::kInCells,
     "Keys of Audiobookshelf whose events the bridge of this machine wants to hear."},
    {Metric::kFeedsLive, "koshelf_feeds_live", Type::kGauge, Kept::kInCells,
     "Of which it hears them."},
    {Metric::kFeedConnects, "koshelf_feed_connects_total", Type::kCounter, Kept::kInCells,
     "Times that a feed came to life."},
    {Metric::kFeedLosses, "koshelf_feed_losses_total", Type::kCounter, Kept::kInCells,
     "Times that a feed was lost, or did not come about.", {{{"reason", values::kFeedLosses}}}},

    // The libraries
    {Metric::kScans, "koshelf_library_scans_total", Type::kCounter, Kept::kInCells,
     "Passes over the libraries; incomplete: something had to be left out.", {{{"result", values::kScans}}}},
    {Metric::kScanDuration, "koshelf_library_scan_duration_seconds", Type::kHistogram, Kept::kInCells,
     "What a pass took.", {}, bounds::kWork},
    {Metric::kScanTime, "koshelf_library_scan_timestamp_seconds", Type::kGauge, Kept::kInCells,
     "When the last pass has ended, since 1970."},
    {Metric::kLibraryItems, "koshelf_library_items", Type::kGauge, Kept::kInCells,
     "Items that the last pass has found."},
    {Metric::kMaps, "koshelf_library_maps_total", Type::kCounter, Kept::kInCells,
     "Books whose text was read: with success, in vain until the file changes, or to be tried again.",
     {{{"result", values::kMaps}}}},
    {Metric::kMapDuration, "koshelf_library_map_duration_seconds", Type::kHistogram, Kept::kInCells,
     "What reading a book, and aligning it to its audio, took.", {}, bounds::kWork},
    {Metric::kMapsWanted, "koshelf_library_maps_wanted", Type::kGauge, Kept::kNowhere,
     "Books whose text is still to be read."},
    {Metric::kMapsWantedAge, "koshelf_library_maps_wanted_seconds", Type::kGauge, Kept::kNowhere,
     "How long the first of them has been waiting; 0 if none is."},
    {Metric::kLinks, "koshelf_library_links_total", Type::kCounter, Kept::kInCells,
     "Documents that were linked to a book without being asked."},
}};
// clang-format on

[[nodiscard]] constexpr const Description& describe(Metric metric) {
    return kRegistry[static_cast<std::size_t>(metric)];
}

static_assert(
    [] {
        for (std::size_t i = 0; i < kMetrics; ++i) {
            if (static_cast<std::size_t>(kRegistry[i].metric) != i) return false;
        }
        return true;
    }(),
    "a row of kRegistry stands in another place than its name in Metric");

}  // namespace koshelf::core::metrics
