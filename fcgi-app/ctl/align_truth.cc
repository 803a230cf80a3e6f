#include "ctl/align_truth.h"

#include <cstddef>
#include <optional>

#include "platform/json.h"

namespace koshelf::ctl {
namespace {

std::optional<double> number(platform::JsonValue object, std::string_view name) {
    const platform::JsonValue value = object.member(name);
    if (!value.is_number() || !(value.number() >= 0 && value.number() < 4e9)) return std::nullopt;
    return value.number();
}

std::optional<core::audio::SpokenSentence> read_line(std::string_view line, const core::text::Book& book) {
    const auto document = platform::JsonDocument::parse(line);
    if (!document) return std::nullopt;
    const platform::JsonValue root = document->root();
    const auto spine = number(root, "spine");
    const auto nonspace = number(root, "nonspace");
    const auto seconds = number(root, "seconds");
    const auto weight = number(root, "weight");
    if (!spine || !nonspace || !seconds || !weight) return std::nullopt;
    const auto index = static_cast<std::size_t>(*spine);
    if (index < 1 || index > book.map.items().size()) return std::nullopt;
    const core::text::TextOffset start = book.map.items()[index - 1].start;
    const core::text::TextOffset offset =
        book.text.skip_nonspace(start, static_cast<core::text::TextLength>(*nonspace));
    return core::audio::SpokenSentence{offset, *seconds, *weight};
}

}  // namespace

tl::expected<std::vector<core::audio::SpokenSentence>, std::string> read_truth(std::string_view jsonl,
                                                                               const core::text::Book& book) {
    std::vector<core::audio::SpokenSentence> truth;
    std::size_t number = 0;
    while (!jsonl.empty()) {
        const std::string_view line = jsonl.substr(0, jsonl.find('\n'));
        jsonl.remove_prefix(line.size() < jsonl.size() ? line.size() + 1 : line.size());
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        const auto sentence = read_line(line, book);
        if (!sentence)
            return tl::make_unexpected("line " + std::to_string(number) + " is no sentence of this book");
        truth.push_back(*sentence);
    }
    return truth;
}

}  // namespace koshelf::ctl
