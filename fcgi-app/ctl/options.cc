#include "ctl/options.h"

#include <algorithm>
#include <utility>

namespace koshelf::ctl {

tl::expected<Options, std::string> Options::parse(std::span<const std::string_view> arguments,
                                                  std::initializer_list<std::string_view> flags,
                                                  std::initializer_list<std::string_view> valued) {
    Options options;
    bool only_words = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view word = arguments[i];
        if (only_words || !word.starts_with("--")) {
            options.words_.emplace_back(word);
            continue;
        }
        if (word == "--") {
            only_words = true;
            continue;
        }
        const std::size_t equals = std::min(word.find('='), word.size());
        const std::string name(word.substr(0, equals));
        const bool is_flag = std::find(flags.begin(), flags.end(), name) != flags.end();
        const bool is_valued = std::find(valued.begin(), valued.end(), name) != valued.end();
        if (!is_valued && (!is_flag || equals != word.size()))
            return tl::unexpected(std::string(word) + " is no option of it");
        std::string value;
        if (is_valued && equals < word.size()) {
            value = word.substr(equals + 1);
        } else if (is_valued) {
            if (++i == arguments.size()) return tl::unexpected(name + " lacks its value");
            value = arguments[i];
        }
        if (!options.values_.emplace(name, std::move(value)).second)
            return tl::unexpected(name + " is there twice");
    }
    return options;
}

std::optional<std::string> Options::value(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace koshelf::ctl
