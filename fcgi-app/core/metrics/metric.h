// What a metric is: a name, a kind, a meaning and labels.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace koshelf::core::metrics {

// In the order in which they are shown. The rows of the registry (metrics/registry.h) have the same order.
enum class Metric : std::uint8_t {
    // the program
    kBuildInfo,
    kRunning,
    kStartTime,
    kWorkers,
    kWorkersWanted,
    kWorkersBusy,
    kResidentMemory,
    kWorkerStarts,
    kWorkerExits,
    kReloads,
    kUnreadFiles,
    // requests
    kRequests,
    kRequestDuration,
    kRefusedCredentials,
    kPushes,
    kPulls,
    kLivePulls,
    // Redis
    kRedisUp,
    kRedisDuration,
    kRedisErrors,
    kRedisConnections,
    kRedisMemory,
    kRedisMemoryLimit,
    kRedisPersistence,
    // what is stored
    kAccounts,
    kActiveAccounts,
    kDocuments,
    kIndexed,
    kTotalsTime,
    // the way to Audiobookshelf
    kOutboxAccounts,
    kOutboxDue,
    kOutboxOverdue,
    kOutboxDocuments,
    kOutboxOldest,
    kDeadLetters,
    kBridgeLeader,
    kBridgePushes,
    kBridgeImports,
    kConversions,
    kAbsCalls,
    kAbsDuration,
    kBreakerOpen,
    kFeeds,
    kFeedsLive,
    kFeedConnects,
    kFeedLosses,
    // the libraries
    kScans,
    kScanDuration,
    kScanTime,
    kLibraryItems,
    kMaps,
    kMapDuration,
    kMapsWanted,
    kMapsWantedAge,
    kLinks,
};
inline constexpr std::size_t kMetrics = static_cast<std::size_t>(Metric::kLinks) + 1;

enum class Type { kCounter, kGauge, kHistogram };

// Where the values come from.
enum class Kept {
    kInCells,  // memory that the processes share (metrics/cells.h)
    kByRoute,  // the same, for each route
    kNowhere,  // they are asked for when somebody looks
};

using Values = std::span<const std::string_view>;

struct Label {
    std::string_view name;
    Values values{};       // all that there are; none: whatever stands there when somebody looks
    bool in_cells = true;  // each value has cells of its own
};

struct Description {
    Metric metric{};
    std::string_view name;
    Type type = Type::kGauge;
    Kept kept = Kept::kInCells;
    std::string_view help;
    std::array<Label, 4> labels{};  // those without a name are none
    std::span<const double>
        bounds{};  // of a histogram: the upper ends of its buckets but the last one, seconds
};

}  // namespace koshelf::core::metrics
