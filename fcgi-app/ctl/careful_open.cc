#include "ctl/careful_open.h"

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <deque>
#include <span>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/privilege.h"

namespace koshelf::ctl {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // as the kernel has it
constexpr std::size_t kCopiedAtOnce = std::size_t{64} * 1024;

tl::unexpected<NotOpened> not_opened(int error) {
    if (error == ENOENT || error == ENOTDIR)
        return tl::unexpected(NotOpened{NotOpened::Why::kAbsent, "does not exist"});
    if (error == EACCES)
        return tl::unexpected(NotOpened{NotOpened::Why::kUnreadable, "cannot be read by you"});
    return tl::unexpected(
        NotOpened{NotOpened::Why::kUnreadable, std::string("cannot be read: ") + std::strerror(error)});
}

tl::unexpected<NotOpened> suspicious(const char* phrase) {
    return tl::unexpected(NotOpened{NotOpened::Why::kSuspicious, phrase});
}

// The way to a file, step by step from the root, so that nobody changes what was looked at.
class Way {
  public:
    explicit Way(const fs::path& path) : at_(-1) { prepend(fs::absolute(path)); }

    tl::expected<Input, NotOpened> go() {
        while (!left_.empty()) {
            const std::string name = std::move(left_.front());
            left_.pop_front();
            Input next(openat(at_.descriptor(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
            struct stat status {};
            if (next.descriptor() < 0 || fstat(next.descriptor(), &status) != 0) return not_opened(errno);
            if (S_ISLNK(status.st_mode)) {
                if (careful_ && status.st_uid != 0)
                    return suspicious("is reached through a link that root did not make");
                if (++links_ > kMostLinks) return not_opened(ELOOP);
                std::array<char, PATH_MAX> target{};
                const ssize_t length = readlinkat(next.descriptor(), "", target.data(), target.size());
                if (length < 0) return not_opened(errno);
                prepend(std::string(target.data(), static_cast<std::size_t>(length)));
            } else if (left_.empty()) {
                if (!S_ISREG(status.st_mode)) return suspicious("is no regular file");
                return open_here(name);
            } else {
                at_ = std::move(next);
            }
        }
        return suspicious("is no regular file");
    }

  private:
    void prepend(const fs::path& path) {
        if (path.is_absolute()) at_ = Input(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
        const fs::path steps = path.relative_path();
        std::vector<std::string> names;
        for (const fs::path& step : steps) names.push_back(step.empty() ? "." : step.string());
        left_.insert(left_.begin(), names.begin(), names.end());
    }

    tl::expected<Input, NotOpened> open_here(const std::string& name) {
        Input file(openat(at_.descriptor(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
        struct stat status {};
        struct stat directory {};
        if (file.descriptor() < 0 || fstat(file.descriptor(), &status) != 0 ||
            fstat(at_.descriptor(), &directory) != 0)
            return not_opened(errno);
        if (!S_ISREG(status.st_mode)) return suspicious("is no regular file");
        // Root may have put one of its own there, as a certificate. With one name it was nobody else.
        if (careful_ && status.st_uid != directory.st_uid && status.st_nlink > 1)
            return suspicious("has another owner than its directory, and another name elsewhere");
        return file;
    }

    const bool careful_ = platform::reads_files_of_others();
    Input at_;  // the directory in which the next name is looked up
    std::deque<std::string> left_;
    int links_ = 0;
};

bool write_all(int file, std::span<const char> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

tl::expected<Input, NotOpened> open_carefully(const fs::path& path) {
    if (path.empty()) return not_opened(ENOENT);
    return Way(path).go();
}

tl::expected<void, std::string> copy_into(Input& input, const fs::path& path) {
    const Input output(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    const auto cannot_write = [&path] {
        return tl::unexpected("cannot write " + path.string() + ": " + std::strerror(errno));
    };
    if (output.descriptor() < 0) return cannot_write();
    std::vector<char> chunk(kCopiedAtOnce);
    for (;;) {
        const auto got = input.read(chunk);
        if (!got) return tl::unexpected(got.error());
        if (!write_all(output.descriptor(), std::span(chunk).first(*got))) return cannot_write();
        if (*got < chunk.size()) return {};
    }
}

}  // namespace koshelf::ctl
