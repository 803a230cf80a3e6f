#include "core/metrics/registry.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "core/metrics/cells.h"

namespace koshelf::core::metrics {
namespace {

std::string read(const std::string& path) {
    std::ifstream file(KOSHELF_SOURCE_DIR + ("/" + path));
    EXPECT_TRUE(file) << path;
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string kind(Type type) {
    switch (type) {
        case Type::kCounter: return "counter";
        case Type::kGauge: return "gauge";
        case Type::kHistogram: return "histogram";
    }
    return {};
}

// "process, how": how docs/metrics.md writes the labels of a metric.
std::string label_names(const Description& metric) {
    std::string names;
    for (const Label& label : metric.labels) {
        if (label.name.empty()) break;
        names += (names.empty() ? "`" : ", `") + std::string(label.name) + "`";
    }
    return names;
}

TEST(Registry, NamesFollowTheConventionsOfPrometheus) {
    std::set<std::string_view> names;
    for (const Description& metric : kRegistry) {
        EXPECT_TRUE(std::regex_match(std::string(metric.name), std::regex("koshelf_[a-z]+(_[a-z]+)*")))
            << metric.name;
        EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
        EXPECT_EQ(metric.name.ends_with("_total"), metric.type == Type::kCounter) << metric.name;
        for (const auto* reserved : {"_count", "_sum", "_bucket"})
            EXPECT_FALSE(metric.name.ends_with(reserved));
        EXPECT_TRUE(metric.help.ends_with('.')) << metric.name;
        EXPECT_EQ(metric.type == Type::kHistogram, !metric.bounds.empty()) << metric.name;
        EXPECT_TRUE(metric.type != Type::kHistogram || metric.name.ends_with("_seconds")) << metric.name;
        EXPECT_TRUE(std::ranges::is_sorted(metric.bounds)) << metric.name;
    }
}

TEST(Registry, LabelsHaveNamesAndDistinctValues) {
    for (const Description& metric : kRegistry) {
        std::set<std::string_view> names;
        bool ended = false;
        for (const Label& label : metric.labels) {
            ended = ended || label.name.empty();
            if (ended) {
                EXPECT_TRUE(label.name.empty()) << metric.name;
                continue;
            }
            EXPECT_TRUE(std::regex_match(std::string(label.name), std::regex("[a-z]+"))) << metric.name;
            EXPECT_TRUE(names.insert(label.name).second && label.name != "le") << metric.name;
            const std::set<std::string_view> distinct(label.values.begin(), label.values.end());
            EXPECT_EQ(distinct.size(), label.values.size()) << metric.name << ' ' << label.name;
            EXPECT_FALSE(metric.kept == Kept::kInCells && label.values.empty()) << metric.name;
        }
    }
}

TEST(Registry, CellsOfAllSeriesLieSideBySide) {
    for (const Kept kept : {Kept::kInCells, Kept::kByRoute}) {
        std::size_t next = 0;
        for (std::size_t i = 0; i < kMetrics; ++i) {
            if (kRegistry[i].kept != kept) continue;
            EXPECT_EQ(kFirstCell[i], next) << kRegistry[i].name;
            next += combinations(kRegistry[i]) * width(kRegistry[i]);
        }
        EXPECT_EQ(next, kept == Kept::kInCells ? kFixedCells : kRouteCells);
    }
}

TEST(Registry, FindsTheCellsOfEachCombinationOfLabelsOnce) {
    std::set<std::uint32_t> seen;
    for (const std::string_view call : values::kCalls) {
        for (const std::string_view result : values::kCallResults) {
            const auto series = find(Metric::kAbsCalls, call, result);
            ASSERT_TRUE(series) << call << ' ' << result;
            EXPECT_TRUE(seen.insert(series->first).second);
        }
    }
    EXPECT_EQ(*seen.rbegin() - *seen.begin() + 1, values::kCalls.size() * values::kCallResults.size());
    EXPECT_EQ(series(Metric::kWorkerExits, "killed").first,
              series(Metric::kWorkerExits, "retired").first + 2);
}

TEST(Registry, FindsNothingForValuesThatALabelDoesNotHave) {
    EXPECT_FALSE(find(Metric::kAbsCalls, "me", "fine"));
    EXPECT_FALSE(find(Metric::kAbsCalls, "me"));
    EXPECT_FALSE(find(Metric::kAbsCalls));
    EXPECT_FALSE(find(Metric::kLinks, "me"));
    EXPECT_FALSE(find(Metric::kPushes, "stored", "stored"));
}

TEST(Registry, CountsAStatusThatItDoesNotHaveAsOther) {
    const auto first = status_cell(200);
    EXPECT_EQ(status_cell(201), first + 1);
    const auto other = first + values::kStatuses.size() - 1;
    for (const int status : {418, 0, -1, 2000, 599}) EXPECT_EQ(status_cell(status), other) << status;
}

TEST(Registry, ABoundBelongsToItsBucket) {
    constexpr std::array<double, 2> kBounds = {0.5, 1};
    EXPECT_EQ(bucket_of(kBounds, 0), 0U);
    EXPECT_EQ(bucket_of(kBounds, 0.5), 0U);
    EXPECT_EQ(bucket_of(kBounds, 0.500001), 1U);
    EXPECT_EQ(bucket_of(kBounds, 7), 2U);
}

TEST(Registry, IsWhatTheDocumentationSays) {
    const std::string text = read("docs/metrics.md");
    const std::regex row(R"(\| `(koshelf_[a-z_]+)` \| ([a-z]+) \| ([^|]*?) ?\|[^|\n]+\|\n)");
    std::vector<std::string> documented;
    for (std::sregex_iterator match(text.begin(), text.end(), row), end; match != end; ++match)
        documented.push_back((*match)[1].str() + " " + (*match)[2].str() + " " + (*match)[3].str());
    std::vector<std::string> registered;
    for (const Description& metric : kRegistry)
        registered.push_back(std::string(metric.name) + " " + kind(metric.type) + " " + label_names(metric));
    EXPECT_EQ(documented, registered);
    for (const Description& metric : kRegistry) {
        if (metric.kept == Kept::kByRoute) continue;
        for (const Label& label : metric.labels) {
            for (const std::string_view value : label.values)
                EXPECT_NE(text.find("`" + std::string(value) + "`"), std::string::npos)
                    << metric.name << ' ' << value;
        }
    }
}

TEST(Registry, HasAllThatTheDashboardAndTheAlertsAskFor) {
    std::set<std::string> known;
    for (const Description& metric : kRegistry) {
        const std::string name(metric.name);
        if (metric.type == Type::kHistogram) {
            for (const auto* part : {"_bucket", "_sum", "_count"}) known.insert(name + part);
        } else {
            known.insert(name);
        }
    }
    for (const auto* path : {"packaging/grafana/koshelf.json", "packaging/prometheus/koshelf-alerts.yml"}) {
        const std::string text = read(path);
        const std::regex name("\\bkoshelf_[a-z_]+");
        std::size_t found = 0;
        for (std::sregex_iterator match(text.begin(), text.end(), name), end; match != end; ++match, ++found)
            EXPECT_TRUE(known.contains(match->str())) << path << ' ' << match->str();
        EXPECT_GT(found, 10U) << path;
    }
}

}  // namespace
}  // namespace koshelf::core::metrics
