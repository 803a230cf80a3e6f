#include "abs/media_progress.h"

#include <utility>

#include "abs/json_fields.h"
#include "core/utf8.h"

namespace koshelf::abs {

std::optional<MediaProgress> parse_media_progress(platform::JsonValue value) {
    if (!value.is_object()) return std::nullopt;
    MediaProgress record;
    record.id = text_field(value, "id");
    record.item = text_field(value, "libraryItemId");
    record.media_item = text_field(value, "mediaItemId");
    record.episode = text_field(value, "episodeId");
    record.user = text_field(value, "userId");
    if (record.item.empty() && record.media_item.empty()) return std::nullopt;
    record.current_time = number_field(value, "currentTime");
    record.duration = number_field(value, "duration");
    record.progress = number_field(value, "progress");
    record.ebook_progress = number_field(value, "ebookProgress");
    const platform::JsonValue location = value.member("ebookLocation");
    if (location.is_string() && core::is_utf8(location.string())) {
        record.ebook_location = std::string(location.string());
    }
    record.finished = flag_field(value, "isFinished");
    record.last_update = time_field(value, "lastUpdate");
    record.started_at = time_field(value, "startedAt");
    return record;
}

std::optional<std::vector<MediaProgress>> parse_media_progress_list(platform::JsonValue array) {
    if (!array.is_array()) return std::nullopt;
    std::vector<MediaProgress> records;
    for (platform::JsonValue each = array.first(); each.exists(); each = each.next()) {
        if (auto record = parse_media_progress(each)) records.push_back(std::move(*record));
    }
    return records;
}

std::optional<MediaProgress> parse_media_progress_text(std::string_view json) {
    const auto document = parse_json(json);
    return document ? parse_media_progress(document->root()) : std::nullopt;
}

}  // namespace koshelf::abs
