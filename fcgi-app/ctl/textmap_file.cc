#include "ctl/textmap_file.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "core/text/byte_source.h"
#include "platform/privilege.h"

namespace koshelf::ctl {
namespace {

using core::text::Result;
using core::text::TextErrorCode;

// A file that is read where it is asked for, so that a comic's pictures stay on the disk.
class FileSource final : public core::text::ByteSource {
  public:
    explicit FileSource(const std::string& name) : file_(name, std::ios::binary) {
        file_.seekg(0, std::ios::end);
        const auto end = file_.tellg();
        usable_ = file_.good() && end >= 0;
        size_ = usable_ ? static_cast<std::uint64_t>(end) : 0;
    }

    [[nodiscard]] bool usable() const { return usable_; }
    [[nodiscard]] std::uint64_t size() const override { return size_; }

    [[nodiscard]] Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) override {
        if (offset >= size_) return std::size_t{0};
        file_.clear();
        file_.seekg(static_cast<std::streamoff>(offset));
        file_.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
        if (file_.bad()) return core::text::fail(TextErrorCode::kUnreadable, "the file cannot be read");
        return static_cast<std::size_t>(file_.gcount());
    }

  private:
    std::ifstream file_;
    std::uint64_t size_ = 0;
    bool usable_ = false;
};

}  // namespace

OrComplaint<std::string> read_file(const std::string& name) {
    std::ifstream file(name, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file || file.bad()) return tl::make_unexpected(name + ": cannot be read");
    return bytes;
}

OrComplaint<core::text::Book> open_book(const std::string& name) {
    FileSource source(name);
    platform::give_up_reading_everything();
    if (!source.usable()) return tl::make_unexpected(name + ": cannot be read");
    auto book = core::text::read_book(source, name.substr(name.find_last_of('/') + 1));
    if (!book) {
        return tl::make_unexpected(name + ": " + std::string(core::text::to_string(book.error().code)) +
                                   ", " + book.error().detail);
    }
    return std::move(*book);
}

}  // namespace koshelf::ctl
