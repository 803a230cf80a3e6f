#include "store/shelf.h"

#include <algorithm>
#include <functional>
#include <span>

#include "core/number.h"
#include "store/keys.h"
#include "store/outbox.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;
using platform::RedisValue;

// Between two of them Redis serves others.
constexpr std::size_t kDocumentsAtOnce = 1000;

// Asks about each document, and hands over each answer in the same order.
StoreResult<void> ask_about(Database& database, const std::vector<core::DocumentId>& documents,
                            const std::function<RedisCommand(const core::DocumentId&)>& question,
                            const std::function<void(const core::DocumentId&, RedisValue)>& answered) {
    for (std::size_t begin = 0; begin < documents.size(); begin += kDocumentsAtOnce) {
        const auto part =
            std::span(documents).subspan(begin, std::min(kDocumentsAtOnce, documents.size() - begin));
        std::vector<RedisCommand> commands;
        commands.reserve(part.size());
        for (const core::DocumentId& document : part) commands.push_back(question(document));
        const auto replies = database.exchange(commands);
        if (!replies) return tl::unexpected(replies.error());
        for (std::size_t i = 0; i < part.size(); ++i) answered(part[i], (*replies)[i].value());
    }
    return {};
}

}  // namespace

StoreResult<std::vector<core::DocumentId>> Shelf::documents(const core::Username& username) {
    const auto reply = database_.ask({"ZRANGE", keys::documents(username), "0", "-1"});
    if (!reply) return tl::unexpected(reply.error());
    std::vector<core::DocumentId> found;
    const RedisValue names = reply->value();
    found.reserve(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (auto document = core::DocumentId::parse(names[i].text())) found.push_back(std::move(*document));
    }
    return found;
}

StoreResult<std::vector<Shelf::Called>> Shelf::names(const core::Username& username) {
    const auto all = documents(username);
    if (!all) return tl::unexpected(all.error());
    std::vector<Called> called;
    called.reserve(all->size());
    const auto asked = ask_about(
        database_, *all,
        [&](const core::DocumentId& document) {
            return RedisCommand{"HMGET", keys::meta(username, document), "own_title", "title", "filename"};
        },
        [&](const core::DocumentId& document, RedisValue fields) {
            const RedisValue title = fields[0].is_string() ? fields[0] : fields[1];
            called.push_back({.document = document,
                              .title = std::string(title.text()),
                              .filename = std::string(fields[2].text())});
        });
    if (!asked) return tl::unexpected(asked.error());
    return called;
}

StoreResult<std::vector<Shelf::Read>> Shelf::percentages(const core::Username& username) {
    const auto all = documents(username);
    if (!all) return tl::unexpected(all.error());
    std::vector<Read> read;
    read.reserve(all->size());
    const auto asked = ask_about(
        database_, *all,
        [&](const core::DocumentId& document) {
            return RedisCommand{"HGET", keys::document(username, document), "percentage"};
        },
        [&](const core::DocumentId& document, RedisValue percentage) {
            read.emplace_back(document, percentage.text().empty()
                                            ? std::nullopt
                                            : core::parse_stored_number(percentage.text()));
        });
    if (!asked) return tl::unexpected(asked.error());
    return read;
}

StoreResult<bool> Shelf::rename(const core::Username& username, const core::DocumentId& document,
                                const Name& name) {
    std::vector<std::string> arguments = {keys::account(username), document.str()};
    if (name.title) arguments.insert(arguments.end(), {"own_title", *name.title});
    if (name.authors) arguments.insert(arguments.end(), {"own_authors", *name.authors});
    const auto reply = database_.run(
        {.script = rename_script(), .keys = {keys::credential(username)}, .arguments = std::move(arguments)});
    if (!reply) return tl::unexpected(reply.error());
    return reply->value().integer() == 1;
}

StoreResult<bool> Shelf::forget(const core::Username& username, const core::DocumentId& document) {
    const auto reply = database_.run({.script = forget_document_script(),
                                      .keys = {keys::credential(username)},
                                      .arguments = {keys::account(username), document.str()}});
    if (!reply) return tl::unexpected(reply.error());
    if (reply->value().integer() != 1) return false;
    // Perhaps nothing waits any more. A note that stays costs one look of the bridge.
    (void)Outbox(database_).next_due(username);
    return true;
}

}  // namespace koshelf::store
