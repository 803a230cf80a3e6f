#include "abs/item_json.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "abs/lone_surrogates.h"
#include "core/json_text.h"
#include "core/utf8.h"
#include "platform/json.h"

namespace koshelf::abs {
namespace {

using platform::JsonValue;

// Text that could not be passed on as it is (it held U+0000) is none.
std::string text(JsonValue object, std::string_view name) {
    const std::string_view value = object.member(name).string();
    return core::is_utf8(value) ? std::string(value) : std::string();
}

double number(JsonValue object, std::string_view name) {
    const JsonValue value = object.member(name);
    return value.is_number() ? value.number() : NAN;
}

// Objects of an array, one more than AudioTimeline accepts at most: enough for it to refuse them.
std::vector<JsonValue> objects(JsonValue parent, std::string_view name) {
    std::vector<JsonValue> found;
    const JsonValue array = parent.member(name);
    if (!array.is_array()) return found;
    for (JsonValue each = array.first(); each.exists(); each = each.next()) {
        if (each.is_object()) found.push_back(each);
        if (found.size() > core::audio::AudioTimeline::kMaxMarks) break;
    }
    return found;
}

std::vector<core::audio::RawTrack> tracks_of(JsonValue media) {
    std::vector<core::audio::RawTrack> tracks;
    double end = 0;
    for (const JsonValue each : objects(media, "tracks")) {
        const double offset = number(each, "startOffset");
        const core::audio::RawTrack track{std::isfinite(offset) ? offset : end, number(each, "duration"),
                                          text(each, "title")};
        if (std::isfinite(track.duration) && track.duration > 0) end = track.start + track.duration;
        tracks.push_back(track);
    }
    return tracks;
}

// The item without ?expanded=1: files in the order of their index, end to end.
std::vector<core::audio::RawTrack> tracks_of_files(JsonValue media) {
    std::vector<JsonValue> files = objects(media, "audioFiles");
    std::erase_if(files, [](JsonValue file) { return file.member("exclude").is_true(); });
    const auto index = [](JsonValue file) {
        const double value = number(file, "index");
        return std::isfinite(value) ? value : 1e9;
    };
    std::stable_sort(files.begin(), files.end(),
                     [&](JsonValue a, JsonValue b) { return index(a) < index(b); });
    std::vector<core::audio::RawTrack> tracks;
    double end = 0;
    for (const JsonValue file : files) {
        const double duration = number(file, "duration");
        tracks.push_back({end, duration, text(file.member("metadata"), "filename")});
        if (std::isfinite(duration) && duration > 0) end += duration;
    }
    return tracks;
}

}  // namespace

std::string_view to_string(ItemJsonError error) {
    switch (error) {
        case ItemJsonError::kTooLarge: return "too-large";
        case ItemJsonError::kNotJson: return "not-json";
        case ItemJsonError::kNotAnItem: return "not-an-item";
        case ItemJsonError::kNotABook: return "not-a-book";
    }
    return "unknown";
}

tl::expected<core::audio::RawAudiobook, ItemJsonError> parse_item(std::string_view json) {
    if (json.size() > kMaxItemBytes) return tl::make_unexpected(ItemJsonError::kTooLarge);
    const auto document = platform::JsonDocument::parse(replace_lone_surrogates(json));
    if (!document) return tl::make_unexpected(ItemJsonError::kNotJson);
    const JsonValue wrapped = document->root().member("libraryItem");
    const JsonValue item = wrapped.is_object() ? wrapped : document->root();
    const JsonValue media = item.member("media");
    if (!media.is_object()) return tl::make_unexpected(ItemJsonError::kNotAnItem);
    if (text(item, "mediaType") == "podcast") return tl::make_unexpected(ItemJsonError::kNotABook);

    core::audio::RawAudiobook book;
    book.title = text(media.member("metadata"), "title");
    book.language = text(media.member("metadata"), "language");
    const double duration = number(media, "duration");
    book.duration = std::isfinite(duration) ? duration : 0;
    book.tracks = tracks_of(media);
    if (book.tracks.empty()) book.tracks = tracks_of_files(media);
    for (const JsonValue each : objects(media, "chapters")) {
        book.chapters.push_back({number(each, "start"), number(each, "end"), text(each, "title")});
    }
    return book;
}

std::string to_item_json(const core::audio::RawAudiobook& book) {
    core::JsonArray tracks;
    for (const auto& track : book.tracks) {
        tracks.add_json(core::JsonObject()
                            .add("startOffset", track.start)
                            .add("duration", track.duration)
                            .add("title", track.title)
                            .finish());
    }
    core::JsonArray chapters;
    for (const auto& chapter : book.chapters) {
        chapters.add_json(core::JsonObject()
                              .add("start", chapter.start)
                              .add("end", chapter.end)
                              .add("title", chapter.title)
                              .finish());
    }
    core::JsonObject media;
    media
        .add_json("metadata",
                  core::JsonObject().add("title", book.title).add("language", book.language).finish())
        .add("duration", book.duration)
        .add_json("tracks", tracks.finish())
        .add_json("chapters", chapters.finish());
    return core::JsonObject().add_json("media", media.finish()).finish();
}

}  // namespace koshelf::abs
