// Input: the bytes of a file or of standard input, which an interrupt ends also where nothing comes.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <tl/expected.hpp>

namespace koshelf::ctl {

class Input {
  public:
    // "-" is standard input. The error is a sentence.
    [[nodiscard]] static tl::expected<Input, std::string> open(const std::string& path);
    // Takes over an open file.
    explicit Input(int file) : file_(file) {}
    ~Input();
    Input(Input&& other) noexcept;
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;
    Input& operator=(Input&& other) noexcept;

    // How many bytes there were: less than asked for at the end only. The error is a phrase; "interrupted" if
    // somebody asked us to stop.
    [[nodiscard]] tl::expected<std::size_t, std::string> read(std::span<char> into);

    [[nodiscard]] int descriptor() const { return file_; }

  private:
    int file_;
};

}  // namespace koshelf::ctl
