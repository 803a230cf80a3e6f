// Options: the words behind a command, sorted.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace koshelf::ctl {

class Options {
  public:
    // "--name" of `flags` stands alone, one of `valued` is followed by its value ("--name VALUE" or
    // "--name=VALUE").
    // "--" ends the options; "-" is a word. The error is a phrase: an option that is not known, is there
    // twice, or lacks its value.
    [[nodiscard]] static tl::expected<Options, std::string> parse(
        std::span<const std::string_view> arguments, std::initializer_list<std::string_view> flags,
        std::initializer_list<std::string_view> valued = {});

    [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
    // Nothing if it is not there.
    [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
    // What is no option, in its order.
    [[nodiscard]] const std::vector<std::string>& words() const { return words_; }

  private:
    std::map<std::string, std::string, std::less<>> values_;
    std::vector<std::string> words_;
};

}  // namespace koshelf::ctl
