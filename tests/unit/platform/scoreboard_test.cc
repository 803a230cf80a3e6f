#include "platform/scoreboard.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace koshelf::platform {
namespace {

using core::metrics::kFixedCells;
using core::metrics::kRouteCells;
using core::metrics::Metric;
using core::metrics::Process;
using core::metrics::RouteName;
using core::metrics::series;
using core::metrics::Series;

constexpr Series kFound = series(Metric::kPulls, "found");
const std::vector<RouteName> kRoutes = {{"GET", "/one"}, {"PUT", "/two"}};

class ScoreboardTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "koshelf-scoreboard-XXXXXX";
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        root = pattern;
    }
    void TearDown() override {
        metrics::count_in({});
        std::filesystem::remove_all(root);
    }

    [[nodiscard]] std::string directory() const { return root + "/metrics"; }
    [[nodiscard]] Scoreboard open(const std::vector<RouteName>& routes = kRoutes, int workers = 2) const {
        return Scoreboard::open(
            directory(),
            {.tree = Process::kDevice, .routes = routes, .wanted = {{Process::kDevice, workers}}});
    }

    // The sum of one cell over everything that can be read.
    [[nodiscard]] std::uint64_t sum(std::size_t cell) const {
        std::uint64_t total = 0;
        for (const auto& board : read_scoreboards(directory()).boards) {
            for (const auto& slot : board.slots) total += slot.cells.at(cell);
        }
        return total;
    }
    [[nodiscard]] std::uint64_t found() const { return sum(kFound.first); }

    std::string root;
};

// A child that lives like that; its process id.
pid_t start(const std::function<void()>& life) {
    const pid_t pid = fork();
    if (pid != 0) return pid;
    life();
    _exit(0);
}

int wait_for(pid_t pid) {
    int status = 0;
    EXPECT_EQ(waitpid(pid, &status, 0), pid);
    return status;
}

TEST_F(ScoreboardTest, AddsUpWhatChildrenHaveCountedAlsoAfterTheyWereKilled) {
    Scoreboard board = open();
    EXPECT_EQ(board.trouble(), "");
    for (int i = 0; i < 5; ++i) {
        const std::size_t slot = board.take(Process::kDevice);
        EXPECT_GT(slot, 0U);
        const pid_t child = start([&] {
            board.count_as_child(slot);
            metrics::count(kFound, 7);
            metrics::set(series(Metric::kWorkersBusy), 1);
            raise(SIGKILL);
        });
        board.release(slot, wait_for(child));
        EXPECT_EQ(found(), 7U * static_cast<unsigned>(i + 1));
    }
    EXPECT_EQ(sum(series(Metric::kWorkerStarts).first), 5U);
    EXPECT_EQ(sum(series(Metric::kWorkerExits, "killed").first), 5U);
    EXPECT_EQ(sum(series(Metric::kWorkersBusy).first), 0U);
}

TEST_F(ScoreboardTest, TellsHowAChildHasEnded) {
    Scoreboard board = open();
    for (const int status : {0, 0, 3}) {
        const std::size_t slot = board.take(Process::kDevice);
        board.release(slot, wait_for(start([status] { _exit(status); })));
    }
    EXPECT_EQ(sum(series(Metric::kWorkerExits, "retired").first), 2U);
    EXPECT_EQ(sum(series(Metric::kWorkerExits, "failed").first), 1U);
    EXPECT_EQ(sum(series(Metric::kWorkerExits, "killed").first), 0U);
}

TEST_F(ScoreboardTest, LosesNoCountOfProcessesThatShareASlot) {
    Scoreboard board = open(kRoutes, 1);
    std::vector<std::size_t> slots;
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i) slots.push_back(board.take(Process::kDevice));
    EXPECT_EQ(std::ranges::count(slots, 0U), 3);
    for (const std::size_t slot : slots) {
        children.push_back(start([&] {
            board.count_as_child(slot);
            for (int i = 0; i < 50'000; ++i) metrics::count(kFound);
        }));
    }
    for (std::size_t i = 0; i < slots.size(); ++i) board.release(slots[i], wait_for(children[i]));
    EXPECT_EQ(found(), 300'000U);
}

TEST_F(ScoreboardTest, AMasterGoesOnWhereTheLastOneStopped) {
    for (int i = 1; i <= 3; ++i) {
        wait_for(start([&] {
            Scoreboard board = open(kRoutes, i);
            board.count_as_child(board.take(Process::kDevice));
            metrics::count(kFound, 10);
            metrics::set(series(Metric::kResidentMemory), 1'000'000);
            metrics::count_request(1, 200, std::chrono::milliseconds(3));
            raise(SIGKILL);
        }));
        const auto readings = read_scoreboards(directory());
        ASSERT_EQ(readings.boards.size(), 1U);
        EXPECT_FALSE(readings.boards[0].alive);
        EXPECT_EQ(found(), 10U * static_cast<unsigned>(i));
        EXPECT_EQ(sum(kFixedCells + kRouteCells + core::metrics::status_cell(200)), static_cast<unsigned>(i));
    }
    const Scoreboard board = open();
    EXPECT_EQ(found(), 30U);
    EXPECT_EQ(sum(series(Metric::kResidentMemory).first), 0U);
}

TEST_F(ScoreboardTest, KnowsARouteAgainInAnotherPlace) {
    wait_for(start([&] {
        Scoreboard board = open();
        board.count_as_master();
        metrics::count_request(0, 200, std::chrono::milliseconds(3));
        metrics::count_request(1, 404, std::chrono::milliseconds(3));
    }));
    const Scoreboard board = open({{"GET", "/new"}, {"PUT", "/two"}, {"PUT", "/one"}});
    EXPECT_EQ(sum(kFixedCells + core::metrics::status_cell(200)), 0U);
    EXPECT_EQ(sum(kFixedCells + kRouteCells + core::metrics::status_cell(404)), 1U);
    EXPECT_EQ(sum(kFixedCells + 2 * kRouteCells + core::metrics::status_cell(200)), 0U);
}

TEST_F(ScoreboardTest, ASecondMasterOfTheSameKindTakesAFileOfItsOwn) {
    Scoreboard first = open();
    Scoreboard second = open();
    first.count_as_master();
    metrics::count(kFound, 1);
    second.count_as_master();
    metrics::count(kFound, 2);
    const auto readings = read_scoreboards(directory());
    ASSERT_EQ(readings.boards.size(), 2U);
    EXPECT_TRUE(readings.boards[0].alive && readings.boards[1].alive);
    EXPECT_EQ(found(), 3U);
}

TEST_F(ScoreboardTest, IsAliveAsLongAsAChildIs) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t master = start([&] {
        Scoreboard board = open();
        start([&] {
            close(pipe[1]);
            char end = 0;
            (void)!read(pipe[0], &end, 1);
        });
        raise(SIGKILL);
    });
    wait_for(master);
    EXPECT_TRUE(read_scoreboards(directory()).boards.at(0).alive);
    close(pipe[1]);
    for (int i = 0; i < 500 && read_scoreboards(directory()).boards.at(0).alive; ++i) usleep(10'000);
    EXPECT_FALSE(read_scoreboards(directory()).boards.at(0).alive);
    close(pipe[0]);
}

TEST_F(ScoreboardTest, TellsRoutesAndHowManyThereAreToBe) {
    const Scoreboard board = open(kRoutes, 4);
    const auto reading = read_scoreboards(directory()).boards.at(0);
    EXPECT_EQ(reading.tree, Process::kDevice);
    EXPECT_EQ(reading.routes, kRoutes);
    EXPECT_EQ(reading.wanted, (std::vector<std::pair<Process, std::uint64_t>>{{Process::kDevice, 4}}));
    EXPECT_NEAR(reading.started, static_cast<double>(time(nullptr)), 60);
}

TEST_F(ScoreboardTest, WithoutADirectoryOnlyItsOwnProcessesSeeIt) {
    Scoreboard board =
        Scoreboard::open("", {.tree = Process::kAdmin, .routes = kRoutes, .wanted = {{Process::kAdmin, 1}}});
    EXPECT_EQ(board.trouble(), "");
    const std::size_t slot = board.take(Process::kAdmin);
    board.release(slot, wait_for(start([&] {
                      board.count_as_child(slot);
                      metrics::count(kFound, 4);
                  })));
    const auto readings = read_scoreboards("");
    ASSERT_EQ(readings.boards.size(), 1U);
    EXPECT_TRUE(readings.boards[0].alive);
    EXPECT_EQ(readings.boards[0].slots.at(slot).cells.at(kFound.first), 4U);
}

TEST_F(ScoreboardTest, SaysWhyItHasNoFileAndCountsAllTheSame) {
    ASSERT_EQ(mkdir(directory().c_str(), 0700), 0);
    ASSERT_EQ(chmod(directory().c_str(), 0777), 0);
    {
        Scoreboard open_to_all = open();
        EXPECT_NE(open_to_all.trouble(), "");
        open_to_all.count_as_master();
        metrics::count(kFound, 2);
        EXPECT_EQ(found(), 2U);
    }
    const Scoreboard nowhere = Scoreboard::open(
        root + "/no/such/place", {.tree = Process::kDevice, .routes = {}, .wanted = {{Process::kDevice, 1}}});
    EXPECT_NE(nowhere.trouble().find("/no/such/place"), std::string::npos);
}

TEST_F(ScoreboardTest, AFileThatIsDamagedOrOfAnotherVersionIsReplaced) {
    for (const std::string& damage : {std::string(), std::string("short"), std::string(100'000, 'x')}) {
        { const Scoreboard board = open(); }
        std::filesystem::remove(directory() + "/device");
        std::ofstream(directory() + "/device") << damage;
        EXPECT_TRUE(read_scoreboards(directory()).boards.empty());
        Scoreboard board = open();
        EXPECT_EQ(board.trouble(), "");
        board.count_as_master();
        metrics::count(kFound);
        EXPECT_EQ(found(), 1U);
    }
    { const Scoreboard board = open(); }
    // Whatever a header says, nothing behind the end of the file is read.
    for (const std::size_t place : {16U, 24U, 28U, 32U}) {
        { const Scoreboard board = open(); }
        std::fstream file(directory() + "/device", std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(place));
        file.write("\x7F\x7F\x7F\x7F", 4);
        file.close();
        EXPECT_TRUE(read_scoreboards(directory()).boards.empty()) << place;
    }
}

TEST_F(ScoreboardTest, DoesNotFollowLinksNorWaitForPipes) {
    { const Scoreboard board = open(); }
    std::filesystem::rename(directory() + "/device", root + "/elsewhere");
    std::filesystem::create_symlink(root + "/elsewhere", directory() + "/device");
    ASSERT_EQ(mkfifo((directory() + "/admin").c_str(), 0600), 0);
    EXPECT_TRUE(read_scoreboards(directory()).boards.empty());
}

TEST_F(ScoreboardTest, CountsNothingForARouteThatItDoesNotHave) {
    Scoreboard board = open();
    board.count_as_master();
    metrics::count_request(2, 200, std::chrono::milliseconds(1));
    metrics::count_request(static_cast<std::size_t>(-1) / kRouteCells, 200, std::chrono::milliseconds(1));
    std::uint64_t all = 0;
    const auto reading = read_scoreboards(directory()).boards.at(0);
    for (const auto& slot : reading.slots) {
        for (const std::uint64_t cell : slot.cells) all += cell;
    }
    EXPECT_EQ(all, 0U);
}

TEST_F(ScoreboardTest, MeasuresDurationsInBuckets) {
    Scoreboard board = open();
    board.count_as_master();
    constexpr Series kRedis = series(Metric::kRedisDuration);
    metrics::observe(kRedis, std::chrono::microseconds(100));
    metrics::observe(kRedis, std::chrono::microseconds(101));
    metrics::observe(kRedis, std::chrono::seconds(3));
    metrics::observe(kRedis, std::chrono::nanoseconds(-5));
    EXPECT_EQ(sum(kRedis.first), 2U);
    EXPECT_EQ(sum(kRedis.first + 1), 1U);
    EXPECT_EQ(sum(kRedis.first + core::metrics::bounds::kRedis.size()), 1U);
    EXPECT_EQ(sum(kRedis.first + core::metrics::bounds::kRedis.size() + 1), 3'000'201U);
}

TEST_F(ScoreboardTest, KnowsHowMuchMemoryItsProcessHas) {
    Scoreboard board = open();
    board.count_as_master();
    metrics::note_memory(metrics::Clock::now() + std::chrono::hours(1));
    EXPECT_GT(sum(series(Metric::kResidentMemory).first), 500'000U);
}

}  // namespace
}  // namespace koshelf::platform
