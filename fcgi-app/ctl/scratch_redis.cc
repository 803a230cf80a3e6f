#include "ctl/scratch_redis.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl/temp_directory.h"
#include "platform/privilege.h"
#include "platform/redis.h"
#include "platform/signals.h"

namespace koshelf::ctl {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kPause{50};
constexpr std::chrono::milliseconds kConnectTime{500};
// A dump is taken for newer than an append-only file only if it is so by more than a snapshot takes to write.
constexpr std::chrono::seconds kSnapshotTime{600};

// Which files of a directory a Redis would begin with.
struct Files {
    bool append_only = false;
    std::vector<fs::path> paths;
};

tl::expected<Files, std::error_code> files_of(const fs::path& path) {
    std::error_code error;
    const bool is_directory = fs::is_directory(path, error);
    if (error) return tl::unexpected(error);
    if (!is_directory) return Files{.append_only = false, .paths = {path}};
    const fs::path many = path / "appendonlydir";
    const fs::path dump = path / "dump.rdb";
    const fs::path single = path / "appendonly.aof";
    // Who may not look into a directory is told so here.
    const bool has_many = fs::exists(many / "appendonly.aof.manifest", error);
    if (error) return tl::unexpected(error);
    if (has_many) return Files{.append_only = true, .paths = {many}};
    const bool has_dump = fs::exists(dump, error);
    if (error) return tl::unexpected(error);
    std::error_code absent;
    const auto size = fs::file_size(single, absent);
    const bool has_single = !absent && size > 0;
    if (has_single && (!has_dump || fs::last_write_time(single, absent) >
                                        fs::last_write_time(dump, absent) - kSnapshotTime))
        return Files{.append_only = true, .paths = {single}};
    return Files{.append_only = false,
                 .paths = has_dump ? std::vector<fs::path>{dump} : std::vector<fs::path>{}};
}

// The last two warnings of Redis's log, for people: why, and that it ends.
std::string last_words(const fs::path& log) {
    std::ifstream file(log);
    std::string before;
    std::string last;
    for (std::string line; std::getline(file, line);) {
        const std::size_t mark = line.find(" # ");
        if (mark == std::string::npos || line.find("WARNING", mark) != std::string::npos) continue;
        before = std::exchange(last, line.substr(mark + 3));
    }
    return before.empty() ? last : before + ". " + last;
}

void run_redis(const fs::path& directory, bool append_only) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    const std::string socket = directory / "redis.sock";
    const std::string log = directory / "redis.log";
    const std::string databases = std::to_string(kMostDatabases);
    execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", socket.c_str(), "--unixsocketperm",
           "700", "--dir", directory.c_str(), "--logfile", log.c_str(), "--databases", databases.c_str(),
           "--save", "", "--appendonly", append_only ? "yes" : "no", "--daemonize", "no", nullptr);
    _exit(127);
}

}  // namespace

struct ScratchRedis::State {
    explicit State(TempDirectory made) : directory(std::move(made)) {}
    State(const State&) = delete;
    State(State&&) = delete;
    State& operator=(const State&) = delete;
    State& operator=(State&&) = delete;
    ~State() {
        if (child > 0) {
            kill(child, SIGKILL);
            waitpid(child, nullptr, 0);
        }
    }

    // The exit status if it has ended; nothing if it runs.
    [[nodiscard]] std::optional<int> ended() {
        int status = 0;
        if (waitpid(child, &status, WNOHANG) != child) return std::nullopt;
        child = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    }

    TempDirectory directory;
    pid_t child = -1;
};

ScratchRedis::ScratchRedis(std::unique_ptr<State> state) : state_(std::move(state)) {}
ScratchRedis::ScratchRedis(ScratchRedis&&) noexcept = default;
ScratchRedis::~ScratchRedis() = default;

platform::RedisAddress ScratchRedis::address(int database) const {
    platform::RedisAddress address;
    address.socket_path = state_->directory.path() / "redis.sock";
    address.database = database;
    return address;
}

namespace {

// Copies what a Redis would begin with into an empty directory, under the names that it looks for.
tl::expected<bool, std::string> copy_files(const std::string& path, const fs::path& directory) {
    std::error_code error;
    const bool exists = fs::exists(path, error);
    if (!error && !exists) return tl::unexpected("there is no " + path);
    const auto files = error ? tl::unexpected(error) : files_of(path);
    if (!files) {
        const bool denied = files.error() == std::errc::permission_denied;
        return tl::unexpected("cannot read " + path + ": " + files.error().message() +
                              (denied ? ". Try it as root, or with a copy that you may read" : ""));
    }
    if (files->paths.empty())
        return tl::unexpected(path + " has no dump.rdb and no append-only file, as a Redis leaves them");
    for (const fs::path& file : files->paths) {
        const bool is_dump = !files->append_only;
        fs::copy(file, directory / (is_dump ? fs::path("dump.rdb") : file.filename()),
                 fs::copy_options::recursive, error);
        if (error) return tl::unexpected("cannot copy " + file.string() + ": " + error.message());
    }
    return files->append_only;
}

}  // namespace

tl::expected<ScratchRedis, std::string> ScratchRedis::start(const std::string& path) {
    auto directory = TempDirectory::make();
    if (!directory) return tl::unexpected(directory.error());
    auto state = std::make_unique<State>(std::move(*directory));
    const fs::path place = state->directory.path();
    const auto append_only = copy_files(path, place);
    platform::give_up_reading_everything();
    if (!append_only) return tl::unexpected(append_only.error());
    state->child = fork();
    if (state->child == 0) run_redis(place, *append_only);
    if (state->child < 0) return tl::unexpected(std::string("cannot start another process"));
    ScratchRedis scratch(std::move(state));
    platform::Redis redis(scratch.address(0), {.connect = kConnectTime, .reply = kConnectTime});
    const platform::RedisCommand ping{"PING"};
    // As long as it lives, it reads.
    while (!redis.exchange({&ping, 1})) {
        if (const auto status = scratch.state_->ended()) {
            if (*status == 127) return tl::unexpected(std::string("redis-server is not installed here"));
            return tl::unexpected("Redis cannot read " + path + ": " + last_words(place / "redis.log"));
        }
        if (platform::stop_requested()) return tl::unexpected(std::string("interrupted"));
        std::this_thread::sleep_for(kPause);
    }
    return scratch;
}

}  // namespace koshelf::ctl
