#include "core/metrics/tally.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "core/metrics/cells.h"

namespace koshelf::core::metrics {
namespace {

using Cells = std::vector<std::uint64_t>;

constexpr std::size_t kFewCombinations = 10;
constexpr double kMicrosecondsASecond = 1e6;

std::string_view process_name(Process process) {
    return kProcesses[static_cast<std::size_t>(process)];
}

void add_cells(Cells& sum, std::span<const std::uint64_t> cells) {
    if (sum.size() < cells.size()) sum.resize(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) sum[i] += cells[i];
}

// The fixed cells of all processes of a kind: of all that ever were, and of those that live.
struct Sums {
    Cells ever = Cells(kFixedCells);
    Cells now = Cells(kFixedCells);
};

bool is_time(const Description& metric) {
    return metric.name.ends_with("_timestamp_seconds");
}

bool is_by_process(const Description& metric) {
    return metric.labels[0].name == "process";
}

// The labels of combination `index`, behind those that have no cells.
std::vector<std::string_view> labels_of(const Description& metric, std::size_t index) {
    std::vector<std::string_view> labels;
    std::size_t block = combinations(metric);
    for (const Label& label : metric.labels) {
        if (label.name.empty() || !label.in_cells) continue;
        block /= label.values.size();
        labels.push_back(label.values[index / block % label.values.size()]);
    }
    return labels;
}

void add_series(Exposition& exposition, const Description& metric, std::span<const std::string_view> labels,
                std::span<const std::uint64_t> cells) {
    if (metric.type == Type::kHistogram) {
        exposition.add_histogram(metric.metric, labels, cells.first(cells.size() - 1),
                                 static_cast<double>(cells.back()) / kMicrosecondsASecond);
    } else {
        exposition.add(metric.metric, labels, static_cast<double>(cells.front()));
    }
}

void add_metric(Exposition& exposition, const Description& metric, const Sums& sums,
                std::optional<std::string_view> process) {
    const std::size_t count = combinations(metric);
    const Cells& all = metric.type == Type::kGauge ? sums.now : sums.ever;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t first = kFirstCell[static_cast<std::size_t>(metric.metric)] + i * width(metric);
        const auto cells = std::span(all).subspan(first, width(metric));
        const bool untouched = std::ranges::all_of(cells, [](std::uint64_t cell) { return cell == 0; });
        if (untouched && (count > kFewCombinations || is_time(metric))) continue;
        std::vector<std::string_view> labels = labels_of(metric, i);
        if (process) labels.insert(labels.begin(), *process);
        add_series(exposition, metric, labels, cells);
    }
}

void add_fixed(Exposition& exposition, std::span<const ScoreboardReading> boards) {
    std::map<Process, Sums> by_process;
    Sums all;
    for (const ScoreboardReading& board : boards) {
        for (const SlotReading& slot : board.slots) {
            const auto cells = std::span(slot.cells).first(kFixedCells);
            for (Sums* sums : {&all, &by_process[slot.process]}) {
                add_cells(sums->ever, cells);
                if (board.alive && slot.taken) add_cells(sums->now, cells);
            }
        }
    }
    for (const Description& metric : kRegistry) {
        if (metric.kept != Kept::kInCells) continue;
        if (!is_by_process(metric)) {
            add_metric(exposition, metric, all, std::nullopt);
            continue;
        }
        for (const auto& [process, sums] : by_process) {
            const Values& those = metric.labels[0].values;
            if (std::ranges::find(those, process_name(process)) != those.end())
                add_metric(exposition, metric, sums, process_name(process));
        }
    }
}

void add_routes(Exposition& exposition, std::span<const ScoreboardReading> boards) {
    std::map<std::tuple<std::string_view, std::string_view, std::string_view>, Cells> by_route;
    for (const ScoreboardReading& board : boards) {
        for (const SlotReading& slot : board.slots) {
            for (std::size_t i = 0; i < board.routes.size(); ++i) {
                const RouteName& route = board.routes[i];
                Cells& sum = by_route[{process_name(slot.process), route.method, route.path}];
                add_cells(sum, std::span(slot.cells).subspan(kFixedCells + i * kRouteCells, kRouteCells));
            }
        }
    }
    const Description& requests = describe(Metric::kRequests);
    const Description& duration = describe(Metric::kRequestDuration);
    for (const auto& [names, cells] : by_route) {
        const auto& [process, method, path] = names;
        const std::size_t first = kFirstCell[static_cast<std::size_t>(Metric::kRequests)];
        bool any = false;
        for (std::size_t i = 0; i < values::kStatuses.size(); ++i) {
            if (cells[first + i] == 0) continue;
            any = true;
            add_series(exposition, requests,
                       std::array<std::string_view, 4>{process, method, path, values::kStatuses[i]},
                       std::span(cells).subspan(first + i, 1));
        }
        if (!any) continue;
        add_series(exposition, duration, std::array<std::string_view, 3>{process, method, path},
                   std::span(cells).subspan(kFirstCell[static_cast<std::size_t>(Metric::kRequestDuration)],
                                            width(duration)));
    }
}

void add_processes(Exposition& exposition, std::span<const ScoreboardReading> boards) {
    std::map<Process, double> started;
    std::map<Process, std::uint64_t> workers;
    std::map<Process, std::uint64_t> wanted;
    for (const ScoreboardReading& board : boards) {
        if (!board.alive) continue;
        started[board.tree] = std::max(started[board.tree], board.started);
        for (const auto& [process, count] : board.wanted) {
            wanted[process] += count;
            workers.try_emplace(process);
        }
        for (const SlotReading& slot : board.slots) {
            if (slot.taken) ++workers[slot.process];
        }
    }
    for (const std::string_view tree : values::kTrees) {
        const auto found =
            std::ranges::find(started, tree, [](const auto& entry) { return process_name(entry.first); });
        exposition.add(Metric::kRunning, tree, found == started.end() ? 0 : 1);
        if (found != started.end()) exposition.add(Metric::kStartTime, tree, found->second);
    }
    for (const auto& [process, count] : workers)
        exposition.add(Metric::kWorkers, process_name(process), static_cast<double>(count));
    for (const auto& [process, count] : wanted)
        exposition.add(Metric::kWorkersWanted, process_name(process), static_cast<double>(count));
}

}  // namespace

void tally(Exposition& exposition, std::span<const ScoreboardReading> boards) {
    add_processes(exposition, boards);
    add_fixed(exposition, boards);
    add_routes(exposition, boards);
}

}  // namespace koshelf::core::metrics
