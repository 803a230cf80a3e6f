#include "ctl/output_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/signals.h"

namespace koshelf::ctl {
namespace {

std::string failed(const std::string& path, int error) {
    // Who waits for a pipe is told by the system, too.
    if (error == EINTR && platform::stop_requested()) return "interrupted";
    return "cannot write " + (path.empty() ? std::string("to standard output") : path) + ": " +
           std::strerror(error);
}

}  // namespace

tl::expected<OutputFile, std::string> OutputFile::create(const std::string& path) {
    OutputFile output;
    if (path == "-") {
        output.file_.reset(fdopen(dup(STDOUT_FILENO), "w"));
    } else {
        output.path_ = path;
        unlink(output.part().c_str());
        const int file =
            open(output.part().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
        if (file >= 0) output.file_.reset(fdopen(file, "w"));
    }
    if (!output.file_) return tl::unexpected(failed(output.path_, errno));
    return output;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), file_(std::move(other.file_)), error_(other.error_) {}

OutputFile::~OutputFile() {
    if (file_ && !path_.empty()) unlink(part().c_str());
}

bool OutputFile::write(std::string_view bytes) {
    if (error_ == 0 && platform::stop_requested()) error_ = EINTR;
    if (error_ == 0 && std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size())
        error_ = errno;
    return error_ == 0;
}

tl::expected<void, std::string> OutputFile::finish() {
    if (error_ == 0 && std::fflush(file_.get()) != 0) error_ = errno;
    // A pipe cannot be brought to the disk.
    if (error_ == 0 && !path_.empty() && fsync(fileno(file_.get())) != 0) error_ = errno;
    if (error_ == 0 && !path_.empty() && rename(part().c_str(), path_.c_str()) != 0) error_ = errno;
    if (error_ != 0) return tl::unexpected(failed(path_, error_));
    file_.reset();
    return {};
}

}  // namespace koshelf::ctl
