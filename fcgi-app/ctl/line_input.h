// LineInput: a file or standard input, line by line, in memory that does not grow with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <tl/expected.hpp>

namespace koshelf::ctl {

class LineInput {
  public:
    // "-" is standard input. The error is a sentence.
    [[nodiscard]] static tl::expected<LineInput, std::string> open(const std::string& path);
    ~LineInput();
    LineInput(LineInput&& other) noexcept;
    LineInput(const LineInput&) = delete;
    LineInput& operator=(const LineInput&) = delete;
    LineInput& operator=(LineInput&&) = delete;

    enum class Next {
        kLine,     // line() is the next one
        kEnd,      // there is none
        kTooLong,  // it has more than `most` bytes
        kFailed,   // it cannot be read; errno says why
    };
    // A line end at the end of the file may be missing.
    [[nodiscard]] Next next(std::size_t most);

    [[nodiscard]] const std::string& line() const { return line_; }
    // Of line(), from 1.
    [[nodiscard]] std::int64_t number() const { return number_; }

  private:
    explicit LineInput(int file) : file_(file) {}
    [[nodiscard]] bool fill();

    int file_ = -1;
    std::string buffer_;
    std::size_t begin_ = 0;
    bool ended_ = false;
    bool failed_ = false;
    std::string line_;
    std::int64_t number_ = 0;
};

}  // namespace koshelf::ctl
