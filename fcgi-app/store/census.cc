#include "store/census.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "store/keys.h"

namespace koshelf::store {
namespace {

// Accounts::touch notes an account once a minute and worker: one that pushes now was noted within that time.
constexpr core::EpochSeconds kTouchInterval = 90;
constexpr std::size_t kAccountsAtOnce = 500;  // in one round trip
constexpr std::string_view kNewestDocuments = "100";
constexpr std::size_t kCounts = 3;  // of each account, for a tally

template <class Id>
std::vector<Id> ids_of(platform::RedisValue list) {
    std::vector<Id> ids;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (auto id = Id::parse(list[i].text())) ids.push_back(std::move(*id));
    }
    return ids;
}

}  // namespace

StoreResult<std::vector<core::Username>> Census::accounts() {
    const auto reply = database_.ask({"ZRANGE", keys::kUsers, "0", "-1"});
    if (!reply) return tl::unexpected(reply.error());
    return ids_of<core::Username>(reply->value());
}

StoreResult<std::vector<Census::Moved>> Census::moved_since(core::EpochSeconds since) {
    const auto reply =
        database_.ask({"ZRANGEBYSCORE", keys::kUsers, std::to_string(since - kTouchInterval), "+inf"});
    if (!reply) return tl::unexpected(reply.error());
    const std::vector<core::Username> active = ids_of<core::Username>(reply->value());

    std::vector<Moved> moved;
    for (std::size_t begin = 0; begin < active.size(); begin += kAccountsAtOnce) {
        const auto part = std::span(active).subspan(begin, std::min(kAccountsAtOnce, active.size() - begin));
        std::vector<platform::RedisCommand> commands;
        commands.reserve(part.size());
        for (const core::Username& username : part) {
            commands.push_back({"ZREVRANGEBYSCORE", keys::documents(username), "+inf", std::to_string(since),
                                "LIMIT", "0", kNewestDocuments});
        }
        const auto replies = database_.exchange(commands);
        if (!replies) return tl::unexpected(replies.error());
        for (std::size_t i = 0; i < part.size(); ++i) {
            auto documents = ids_of<core::DocumentId>((*replies)[i].value());
            if (!documents.empty()) moved.emplace_back(part[i], std::move(documents));
        }
    }
    return moved;
}

StoreResult<Census::Tally> Census::tally(std::size_t most) {
    const std::vector<platform::RedisCommand> first = {
        {"ZCARD", keys::kUsers}, {"ZREVRANGE", keys::kUsers, "0", std::to_string(most - 1)}};
    const auto begun = database_.exchange(first);
    if (!begun) return tl::unexpected(begun.error());
    Tally tally{.accounts = (*begun)[0].value().integer(), .with_dead_letters = {}, .with_links = {}};
    const std::vector<core::Username> seen = ids_of<core::Username>((*begun)[1].value());
    for (std::size_t begin = 0; begin < seen.size(); begin += kAccountsAtOnce) {
        const auto part = std::span(seen).subspan(begin, std::min(kAccountsAtOnce, seen.size() - begin));
        std::vector<platform::RedisCommand> commands;
        commands.reserve(kCounts * part.size());
        for (const core::Username& username : part) {
            commands.push_back({"ZCARD", keys::documents(username)});
            commands.push_back({"HLEN", keys::dead(username)});
            commands.push_back({"HLEN", keys::links(username)});
        }
        const auto counts = database_.exchange(commands);
        if (!counts) return tl::unexpected(counts.error());
        for (std::size_t i = 0; i < part.size(); ++i) {
            const auto count = [&](std::size_t which) {
                return (*counts)[kCounts * i + which].value().integer();
            };
            tally.documents += count(0);
            tally.dead_letters += count(1);
            if (count(1) > 0) tally.with_dead_letters.push_back(part[i]);
            if (count(2) > 0) tally.with_links.push_back(part[i]);
        }
    }
    return tally;
}

}  // namespace koshelf::store
