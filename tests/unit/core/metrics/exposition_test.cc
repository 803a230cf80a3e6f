#include "core/metrics/exposition.h"

#include <limits>

#include <gtest/gtest.h>

namespace koshelf::core::metrics {
namespace {

using Names = std::vector<std::string_view>;

TEST(Exposition, IsEmptyWithoutValues) {
    EXPECT_EQ(Exposition().text(), "");
}

TEST(Exposition, HasHelpTypeAndValuesOfEachMetricInTheOrderOfTheRegistry) {
    Exposition exposition;
    exposition.add(Metric::kAccounts, 3);
    exposition.add(Metric::kReloads, "device", 2);
    exposition.add(Metric::kReloads, "admin", 0);
    EXPECT_EQ(exposition.text(),
              "# HELP koshelf_reloads_total Times that the settings were read anew.\n"
              "# TYPE koshelf_reloads_total counter\n"
              "koshelf_reloads_total{process=\"device\"} 2\n"
              "koshelf_reloads_total{process=\"admin\"} 0\n"
              "# HELP koshelf_accounts Accounts.\n"
              "# TYPE koshelf_accounts gauge\n"
              "koshelf_accounts 3\n");
}

TEST(Exposition, AddsTheBucketsOfAHistogramUp) {
    Exposition exposition;
    std::vector<std::uint64_t> buckets(bounds::kRedis.size() + 1);
    buckets[0] = 2;
    buckets[4] = 3;
    buckets.back() = 1;
    const Names labels = {"sync"};
    exposition.add_histogram(Metric::kRedisDuration, labels, buckets, 1.5);
    const std::string text = exposition.text();
    for (const auto* line : {
             "# TYPE koshelf_redis_exchange_duration_seconds histogram\n",
             "\nkoshelf_redis_exchange_duration_seconds_bucket{process=\"sync\",le=\"0.0001\"} 2\n",
             "_bucket{process=\"sync\",le=\"0.001\"} 2\n",
             "_bucket{process=\"sync\",le=\"0.0025\"} 5\n",
             "_bucket{process=\"sync\",le=\"1\"} 5\n",
             "_bucket{process=\"sync\",le=\"+Inf\"} 6\n",
             "\nkoshelf_redis_exchange_duration_seconds_sum{process=\"sync\"} 1.5\n",
             "\nkoshelf_redis_exchange_duration_seconds_count{process=\"sync\"} 6\n",
         })
        EXPECT_NE(text.find(line), std::string::npos) << line << text;
}

TEST(Exposition, EscapesWhatWouldEndAStringOrALine) {
    Exposition exposition;
    exposition.add(Metric::kBuildInfo, "1.0\"\\\n}x", 1);
    EXPECT_NE(exposition.text().find("koshelf_build_info{version=\"1.0\\\"\\\\\\n}x\"} 1\n"),
              std::string::npos)
        << exposition.text();
}

TEST(Exposition, WritesLargeSmallAndOddValuesAsPrometheusReadsThem) {
    Exposition exposition;
    exposition.add(Metric::kRedisMemory, 1073741824);
    exposition.add(Metric::kTotalsTime, 1764130000.25);
    exposition.add(Metric::kOutboxOverdue, -std::numeric_limits<double>::infinity());
    exposition.add(Metric::kOutboxOldest, std::numeric_limits<double>::quiet_NaN());
    const std::string text = exposition.text();
    EXPECT_NE(text.find("\nkoshelf_redis_memory_bytes 1073741824\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\nkoshelf_totals_timestamp_seconds 1764130000.25\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\nkoshelf_outbox_overdue_seconds -Inf\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\nkoshelf_outbox_oldest_position_seconds NaN\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace koshelf::core::metrics
