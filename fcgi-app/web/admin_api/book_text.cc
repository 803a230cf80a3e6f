#include <algorithm>
#include <utility>

#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/loaded_document.h"
#include "web/admin_api/opened_text.h"
#include "web/admin_api/text_offsets.h"

namespace koshelf::web {
namespace {

// Code points of a page. Half of the shortest holds any sentence, so that the one that was asked for is
// there.
constexpr std::int64_t kUsualSpan = 2'000;
constexpr std::int64_t kShortestSpan = 2 * std::int64_t{core::text::kLongestSentence};
constexpr std::int64_t kLongestSpan = 20'000;

// Which sentences are wanted: those that begin in it.
struct Window {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::int64_t place = 0;  // the one that was asked for
};

OrResponse<Window> read_window(const Request& request, std::int64_t length) {
    std::optional<std::int64_t> values[4];
    constexpr std::string_view kNames[] = {"span", "at", "after", "before"};
    for (std::size_t i = 0; i < std::size(kNames); ++i) {
        const auto value = offset_parameter(request, kNames[i]);
        if (!value) return tl::unexpected(value.error());
        values[i] = *value;
    }
    const auto& [span_value, at, after, before] = values;
    const std::int64_t span = std::clamp(span_value.value_or(kUsualSpan), kShortestSpan, kLongestSpan);
    const auto within = [length](std::int64_t offset) { return std::clamp<std::int64_t>(offset, 0, length); };
    if (after) return Window{within(*after), within(*after + span), within(*after)};
    if (before) return Window{within(*before - span), within(*before), within(*before - span)};
    const std::int64_t place = std::min(at.value_or(0), std::max<std::int64_t>(0, length - 1));
    return Window{within(place - span / 2), within(place + span / 2), place};
}

core::text::TextOffset offset_of(std::int64_t value) {
    return {static_cast<core::text::TextLength>(value)};
}

OrResponse<std::string> window_json(OpenedText& text, const Window& window) {
    core::JsonArray sentences;
    const std::size_t first = text.index().passage_of(offset_of(window.begin));
    const std::size_t last = text.index().passage_of(offset_of(std::max(window.begin, window.end - 1)));
    const auto passages = text.passages(first, last - first + 1);
    if (!passages) return tl::unexpected(passages.error());
    for (const core::text::Passage& passage : *passages) {
        for (const core::text::Sentence& sentence : passage.sentences) {
            const std::int64_t begin = sentence.offset.value;
            if (begin < window.begin || begin >= window.end) continue;
            sentences.add_json(core::JsonObject()
                                   .add("offset", begin)
                                   .add("length", std::int64_t{sentence.length})
                                   .add("text", passage.words(sentence))
                                   .add("paragraph", sentence.begins_block)
                                   .finish());
        }
    }
    return sentences.finish();
}

void add_cursor(core::JsonObject& json, std::string_view name, std::int64_t offset, bool more) {
    if (more) {
        json.add(name, offset);
    } else {
        json.add_json(name, "null");
    }
}

}  // namespace

Response show_text(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const auto subject = linked_subject(*loaded);
    if (!subject) return subject.error();
    // What is wrong with the request is said before a book is fetched for it.
    if (const auto window = read_window(call.request, 0); !window) return window.error();
    auto text = open_text(services, *subject);
    if (!text) return text.error();
    const std::int64_t length = text->length();
    const auto window = read_window(call.request, length);
    const auto sentences = window_json(*text, *window);
    if (!sentences) return sentences.error();
    const auto map = map_of(services, *subject, text->fingerprint());
    if (!map) return map.error();
    core::JsonObject json;
    json.add("offset", window->place);
    add_section(json, *map, offset_of(window->place));
    json.add_json("sentences", *sentences);
    add_cursor(json, "before", window->begin, window->begin > 0);
    add_cursor(json, "after", window->end, window->end < length);
    return json_response(200, json.add("length", length).finish());
}

}  // namespace koshelf::web
