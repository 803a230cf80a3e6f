#include "store/text_cache.h"

#include <array>
#include <string_view>

#include "store/keys.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;
using platform::RedisValue;

std::string milliseconds_of(std::chrono::milliseconds time) {
    return std::to_string(time.count());
}

}  // namespace

StoreResult<TextCache::Look> TextCache::look(const std::string& credential_digest,
                                             const core::LibraryItemId& item) {
    const std::array<RedisCommand, 2> questions = {
        RedisCommand{"EXISTS", keys::sight(credential_digest, item)},
        RedisCommand{"HMGET", keys::text(item), "fingerprint", "index", "error"}};
    const auto answers = database_.exchange(questions);
    if (!answers) return tl::unexpected(answers.error());
    Look look{.visible = (*answers)[0].value().integer() == 1, .text = std::nullopt};
    const RedisValue fields = (*answers)[1].value();
    if (fields[0].is_nil()) return look;
    look.text = CachedText{.fingerprint = std::string(fields[0].text()),
                           .index = std::string(fields[1].text()),
                           .error = std::string(fields[2].text())};
    if (look.visible && look.text->error.empty())
        database_.post(RedisCommand{"PEXPIRE", keys::text(item), milliseconds_of(kLife)});
    return look;
}

StoreResult<void> TextCache::note_sight(const std::string& credential_digest, const core::LibraryItemId& item,
                                        bool visible) {
    const std::string key = keys::sight(credential_digest, item);
    const auto reply = visible ? database_.ask({"SET", key, "1", "PX", milliseconds_of(kSightLife)})
                               : database_.ask({"DEL", key});
    if (!reply) return tl::unexpected(reply.error());
    return {};
}

StoreResult<std::optional<std::vector<std::string>>> TextCache::passages(const core::LibraryItemId& item,
                                                                         const std::string& fingerprint,
                                                                         std::size_t first,
                                                                         std::size_t count) {
    RedisCommand question{"HMGET", keys::text(item), "fingerprint"};
    for (std::size_t i = first; i < first + count; ++i) question.add(std::to_string(i));
    const auto reply = database_.ask(question);
    if (!reply) return tl::unexpected(reply.error());
    const RedisValue fields = reply->value();
    if (fields[0].text() != fingerprint) return std::nullopt;
    std::vector<std::string> found;
    for (std::size_t i = 1; i <= count; ++i) {
        if (fields[i].is_nil()) return std::nullopt;
        found.emplace_back(fields[i].text());
    }
    return found;
}

StoreResult<void> TextCache::put(const core::LibraryItemId& item, const CachedText& text,
                                 const std::vector<std::string>& passages) {
    const std::string key = keys::text(item);
    RedisCommand fields{"HSET",  key,        "fingerprint", text.fingerprint,
                        "index", text.index, "error",       text.error};
    for (std::size_t i = 0; i < passages.size(); ++i) fields.add(std::to_string(i)).add(passages[i]);
    const std::string life = milliseconds_of(text.error.empty() ? kLife : kErrorLife);
    const std::array<RedisCommand, 5> commands = {RedisCommand{"MULTI"}, RedisCommand{"UNLINK", key},
                                                  std::move(fields), RedisCommand{"PEXPIRE", key, life},
                                                  RedisCommand{"EXEC"}};
    const auto replies = database_.exchange(commands);
    if (!replies) return tl::unexpected(replies.error());
    return {};
}

StoreResult<bool> TextCache::claim(const core::LibraryItemId& item, std::chrono::milliseconds longest) {
    const auto reply =
        database_.ask({"SET", keys::text_lock(item), "1", "NX", "PX", milliseconds_of(longest)});
    if (!reply) return tl::unexpected(reply.error());
    return reply->value().is_string();
}

void TextCache::release(const core::LibraryItemId& item) {
    database_.post(RedisCommand{"DEL", keys::text_lock(item)});
}

}  // namespace koshelf::store
