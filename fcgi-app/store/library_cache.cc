#include "store/library_cache.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <string_view>

#include "core/json_text.h"
#include "core/number.h"
#include "platform/json.h"
#include "store/keys.h"
#include "store/position_fields.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;
using platform::RedisValue;

constexpr std::size_t kItemsAtOnce = 1000;

core::EpochMillis read_millis(std::string_view text) {
    core::EpochMillis value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

double read_real(std::string_view text) {
    return core::parse_json_number(text).value_or(0);
}

// An answer to HMGET of which every field is nil: there is no such hash.
bool is_missing(RedisValue fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (!fields[i].is_nil()) return false;
    }
    return true;
}

std::vector<core::LibraryItemId> read_items(std::string_view json) {
    std::vector<core::LibraryItemId> items;
    const auto document = platform::JsonDocument::parse(json);
    if (!document || !document->root().is_array()) return items;
    for (auto value = document->root().first(); value.exists(); value = value.next()) {
        if (auto id = core::LibraryItemId::parse(value.string())) items.push_back(std::move(*id));
    }
    return items;
}

std::string to_json(const std::vector<core::LibraryItemId>& items) {
    std::string json = "[";
    for (const auto& id : items) {
        if (json.size() > 1) json += ',';
        core::append_json_string(json, id.str());
    }
    return json + "]";
}

std::optional<CachedFile> read_file(std::string_view json) {
    const auto document = platform::JsonDocument::parse(json);
    if (!document || !document->root().is_object()) return std::nullopt;
    const auto text = [&document](std::string_view name) {
        return std::string(document->root().member(name).string());
    };
    return CachedFile{.fingerprint = text("fingerprint"),
                      .partial_md5 = text("partial_md5"),
                      .filename_md5 = text("filename_md5")};
}

std::string field_of(const LibraryCache::FileName& name) {
    return name.first.str() + ":" + name.second;
}

RedisCommand item_question(const core::LibraryItemId& id) {
    return {"HMGET",    keys::item(id), "title",        "authors",           "media_id",
            "duration", "ebook_ino",    "ebook_format", "ebook_fingerprint", "audio_fingerprint",
            "updated"};
}

std::optional<CachedItem> read_item(RedisValue fields) {
    if (is_missing(fields)) return std::nullopt;
    const auto text = [&fields](std::size_t i) { return std::string(fields[i].text()); };
    return CachedItem{.title = text(0),
                      .authors = text(1),
                      .media_id = text(2),
                      .duration = read_real(text(3)),
                      .ebook_ino = text(4),
                      .ebook_format = text(5),
                      .ebook_fingerprint = text(6),
                      .audio_fingerprint = text(7),
                      .updated = read_millis(text(8))};
}

StoreResult<void> without_answer(const StoreResult<platform::RedisReply>& reply) {
    if (!reply) return tl::unexpected(reply.error());
    return {};
}

}  // namespace

StoreResult<std::optional<CachedItem>> LibraryCache::item(const core::LibraryItemId& id) {
    const auto reply = database_.ask(item_question(id));
    if (!reply) return tl::unexpected(reply.error());
    return read_item(reply->value());
}

StoreResult<std::map<core::LibraryItemId, CachedItem>> LibraryCache::items(
    const std::vector<core::LibraryItemId>& ids) {
    std::map<core::LibraryItemId, CachedItem> items;
    for (std::size_t begin = 0; begin < ids.size(); begin += kItemsAtOnce) {
        const auto part = std::span(ids).subspan(begin, std::min(kItemsAtOnce, ids.size() - begin));
        std::vector<RedisCommand> questions;
        questions.reserve(part.size());
        for (const core::LibraryItemId& id : part) questions.push_back(item_question(id));
        const auto replies = database_.exchange(questions);
        if (!replies) return tl::unexpected(replies.error());
        for (std::size_t i = 0; i < part.size(); ++i) {
            if (auto item = read_item((*replies)[i].value())) items.emplace(part[i], std::move(*item));
        }
    }
    return items;
}

StoreResult<void> LibraryCache::put_item(const core::LibraryItemId& id, const CachedItem& item) {
    return without_answer(database_.ask({"HSET",
                                         keys::item(id),
                                         "title",
                                         item.title,
                                         "authors",
                                         item.authors,
                                         "media_id",
                                         item.media_id,
                                         "duration",
                                         core::format_number(item.duration),
                                         "ebook_ino",
                                         item.ebook_ino,
                                         "ebook_format",
                                         item.ebook_format,
                                         "ebook_fingerprint",
                                         item.ebook_fingerprint,
                                         "audio_fingerprint",
                                         item.audio_fingerprint,
                                         "updated",
                                         std::to_string(item.updated)}));
}

StoreResult<void> LibraryCache::forget_item(const core::LibraryItemId& id) {
    return without_answer(database_.ask({"UNLINK", keys::item(id), keys::marks(id), keys::text(id),
                                         keys::text_map(id), keys::alignment(id, id)}));
}

StoreResult<std::optional<CachedMarks>> LibraryCache::marks(const core::LibraryItemId& id) {
    const auto reply = database_.ask({"HMGET", keys::marks(id), "fingerprint", "marks"});
    if (!reply) return tl::unexpected(reply.error());
    const RedisValue fields = reply->value();
    if (is_missing(fields)) return std::nullopt;
    return CachedMarks{.fingerprint = std::string(fields[0].text()), .json = std::string(fields[1].text())};
}

StoreResult<void> LibraryCache::put_marks(const core::LibraryItemId& id, const CachedMarks& marks) {
    return without_answer(
        database_.ask({"HSET", keys::marks(id), "fingerprint", marks.fingerprint, "marks", marks.json}));
}

StoreResult<std::optional<CachedTextMap>> LibraryCache::text_map(const core::LibraryItemId& id) {
    const auto reply = database_.ask({"HMGET", keys::text_map(id), "fingerprint", "map", "made", "error"});
    if (!reply) return tl::unexpected(reply.error());
    const RedisValue fields = reply->value();
    if (is_missing(fields)) return std::nullopt;
    return CachedTextMap{.fingerprint = std::string(fields[0].text()),
                         .map = std::string(fields[1].text()),
                         .made = read_millis(fields[2].text()),
                         .error = std::string(fields[3].text())};
}

StoreResult<void> LibraryCache::put_text_map(const core::LibraryItemId& id, const CachedTextMap& map) {
    return without_answer(database_.ask({"HSET", keys::text_map(id), "fingerprint", map.fingerprint, "map",
                                         map.map, "made", std::to_string(map.made), "error", map.error}));
}

StoreResult<std::optional<CachedAlignment>> LibraryCache::alignment(const core::LibraryItemId& audio,
                                                                    const core::LibraryItemId& text) {
    const auto reply = database_.ask(
        {"HMGET", keys::alignment(audio, text), "fingerprint", "alignment", "confidence", "made", "error"});
    if (!reply) return tl::unexpected(reply.error());
    const RedisValue fields = reply->value();
    if (is_missing(fields)) return std::nullopt;
    return CachedAlignment{.fingerprint = std::string(fields[0].text()),
                           .alignment = std::string(fields[1].text()),
                           .confidence = read_real(fields[2].text()),
                           .made = read_millis(fields[3].text()),
                           .error = std::string(fields[4].text())};
}

StoreResult<void> LibraryCache::put_alignment(const core::LibraryItemId& audio,
                                              const core::LibraryItemId& text,
                                              const CachedAlignment& alignment) {
    return without_answer(database_.ask({"HSET", keys::alignment(audio, text), "fingerprint",
                                         alignment.fingerprint, "alignment", alignment.alignment,
                                         "confidence", core::format_number(alignment.confidence), "made",
                                         std::to_string(alignment.made), "error", alignment.error}));
}

StoreResult<std::optional<std::string>> LibraryCache::text_map_fingerprint(const core::LibraryItemId& id) {
    const auto reply = database_.ask({"HGET", keys::text_map(id), "fingerprint"});
    if (!reply) return tl::unexpected(reply.error());
    return text_of(reply->value());
}

StoreResult<std::optional<std::string>> LibraryCache::alignment_fingerprint(const core::LibraryItemId& audio,
                                                                            const core::LibraryItemId& text) {
    const auto reply = database_.ask({"HGET", keys::alignment(audio, text), "fingerprint"});
    if (!reply) return tl::unexpected(reply.error());
    return text_of(reply->value());
}

StoreResult<std::vector<core::LibraryItemId>> LibraryCache::items_of(const core::DocumentId& document) {
    const auto reply = database_.ask({"HGET", keys::kFileHash, document.str()});
    if (!reply) return tl::unexpected(reply.error());
    return read_items(reply->value().text());
}

StoreResult<std::vector<std::vector<core::LibraryItemId>>> LibraryCache::items_of(
    const std::vector<core::DocumentId>& documents) {
    std::vector<std::vector<core::LibraryItemId>> found;
    if (documents.empty()) return found;
    RedisCommand question{"HMGET", keys::kFileHash};
    for (const auto& document : documents) question.add(document.str());
    const auto reply = database_.ask(question);
    if (!reply) return tl::unexpected(reply.error());
    found.reserve(documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i) found.push_back(read_items(reply->value()[i].text()));
    return found;
}

StoreResult<void> LibraryCache::put_items_of(const core::DocumentId& document,
                                             const std::vector<core::LibraryItemId>& items) {
    if (items.empty()) return without_answer(database_.ask({"HDEL", keys::kFileHash, document.str()}));
    return without_answer(database_.ask({"HSET", keys::kFileHash, document.str(), to_json(items)}));
}

StoreResult<std::map<LibraryCache::FileName, CachedFile>> LibraryCache::files() {
    const auto reply = database_.ask({"HGETALL", keys::kFiles});
    if (!reply) return tl::unexpected(reply.error());
    std::map<FileName, CachedFile> files;
    const RedisValue fields = reply->value();
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        const std::string_view name = fields[i].text();
        const std::size_t colon = name.find(':');
        if (colon == std::string_view::npos) continue;
        auto item = core::LibraryItemId::parse(name.substr(0, colon));
        auto file = read_file(fields[i + 1].text());
        if (item && file) files.emplace(FileName(std::move(*item), name.substr(colon + 1)), std::move(*file));
    }
    return files;
}

StoreResult<std::optional<CachedFile>> LibraryCache::file(const FileName& name) {
    const auto reply = database_.ask({"HGET", keys::kFiles, field_of(name)});
    if (!reply) return tl::unexpected(reply.error());
    return read_file(reply->value().text());
}

StoreResult<void> LibraryCache::put_file(const FileName& name, const CachedFile& file) {
    core::JsonObject json;
    json.add("fingerprint", file.fingerprint)
        .add("partial_md5", file.partial_md5)
        .add("filename_md5", file.filename_md5);
    return without_answer(database_.ask({"HSET", keys::kFiles, field_of(name), json.finish()}));
}

StoreResult<void> LibraryCache::forget_file(const FileName& name) {
    return without_answer(database_.ask({"HDEL", keys::kFiles, field_of(name)}));
}

StoreResult<void> LibraryCache::want(const core::LibraryItemId& id, core::EpochMillis now) {
    return without_answer(database_.ask({"ZADD", keys::kLibraryWanted, std::to_string(now), id.str()}));
}

StoreResult<std::vector<LibraryCache::Wanted>> LibraryCache::wanted(int limit) {
    const auto reply =
        database_.ask({"ZRANGE", keys::kLibraryWanted, "0", std::to_string(limit - 1), "WITHSCORES"});
    if (!reply) return tl::unexpected(reply.error());
    std::vector<Wanted> items;
    const RedisValue found = reply->value();
    for (std::size_t i = 0; i + 1 < found.size(); i += 2) {
        if (auto id = core::LibraryItemId::parse(found[i].text()))
            items.emplace_back(std::move(*id), read_millis(found[i + 1].text()));
    }
    return items;
}

StoreResult<void> LibraryCache::served(const core::LibraryItemId& id, core::EpochMillis since) {
    return without_answer(database_.run({.script = served_script(),
                                         .keys = {std::string(keys::kLibraryWanted)},
                                         .arguments = {id.str(), std::to_string(since)}}));
}

}  // namespace koshelf::store
