#include "store/links.h"

#include <array>
#include <cmath>

#include "core/json_text.h"
#include "platform/json.h"
#include "store/keys.h"
#include "store/outbox.h"

namespace koshelf::store {
namespace {

using platform::RedisValue;

constexpr std::array<std::pair<LinkOrigin, std::string_view>, 5> kOrigins = {{
    {LinkOrigin::kDigest, "digest"},
    {LinkOrigin::kFileName, "filename"},
    {LinkOrigin::kManual, "manual"},
    {LinkOrigin::kSuggestion, "suggestion"},
    {LinkOrigin::kUnlinked, "unlinked"},
}};

}  // namespace

std::string_view to_string(LinkOrigin origin) {
    for (const auto& [known, name] : kOrigins) {
        if (known == origin) return name;
    }
    return "";
}

std::string to_json(const Link& link) {
    core::JsonObject json;
    if (link.item) json.add("libraryItemId", link.item->str());
    if (link.text_item) json.add("textItemId", link.text_item->str());
    return json.add("how", to_string(link.how)).add("since", link.since).finish();
}

std::optional<Link> parse_link(std::string_view json) {
    const auto document = platform::JsonDocument::parse(json);
    if (!document) return std::nullopt;
    const platform::JsonValue root = document->root();
    Link link{.item = core::LibraryItemId::parse(root.member("libraryItemId").string()),
              .text_item = core::LibraryItemId::parse(root.member("textItemId").string()),
              .how = LinkOrigin::kManual,
              .since = 0};
    for (const auto& [origin, name] : kOrigins) {
        if (root.member("how").string() == name) link.how = origin;
    }
    if (!link.item && link.how != LinkOrigin::kUnlinked) return std::nullopt;
    const double since = root.member("since").number();
    if (std::abs(since) < 1e15) link.since = static_cast<core::EpochSeconds>(since);
    return link;
}

StoreResult<std::map<core::DocumentId, Link>> Links::all(const core::Username& username) {
    const auto reply = database_.ask({"HGETALL", keys::links(username)});
    if (!reply) return tl::unexpected(reply.error());
    std::map<core::DocumentId, Link> links;
    const RedisValue fields = reply->value();
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        auto document = core::DocumentId::parse(fields[i].text());
        auto link = parse_link(fields[i + 1].text());
        if (document && link) links.emplace(std::move(*document), std::move(*link));
    }
    return links;
}

StoreResult<std::optional<Link>> Links::of(const core::Username& username, const core::DocumentId& document) {
    const auto reply = database_.ask({"HGET", keys::links(username), document.str()});
    if (!reply) return tl::unexpected(reply.error());
    return parse_link(reply->value().text());
}

StoreResult<Links::Change> Links::change(const core::Username& username, const core::DocumentId& document,
                                         std::string_view mode, std::string json, core::EpochMillis now,
                                         std::string old) {
    const auto reply =
        database_.run({.script = link_script(),
                       .keys = {keys::credential(username)},
                       .arguments = {keys::account(username), document.str(), std::string(mode),
                                     std::move(json), std::to_string(now), std::move(old)}});
    if (!reply) return tl::unexpected(reply.error());
    const std::int64_t answer = reply->value().integer();
    if (answer < 0) return Change::kNoAccount;
    if (answer == 0) return Change::kKept;
    database_.post(outbox_hint(username, now));
    return Change::kDone;
}

StoreResult<Links::Change> Links::set(const core::Username& username, const core::DocumentId& document,
                                      const Link& link, core::EpochMillis now) {
    return change(username, document, "set", to_json(link), now);
}

StoreResult<Links::Change> Links::set_if_absent(const core::Username& username,
                                                const core::DocumentId& document, const Link& link,
                                                core::EpochMillis now) {
    return change(username, document, "absent", to_json(link), now);
}

StoreResult<Links::Change> Links::replace(const core::Username& username, const core::DocumentId& document,
                                          const std::optional<Link>& old, const Link& link,
                                          core::EpochMillis now) {
    const auto stored = database_.ask({"HGET", keys::links(username), document.str()});
    if (!stored) return tl::unexpected(stored.error());
    const std::string text(stored->value().text());
    if (parse_link(text) != old) return Change::kKept;
    return change(username, document, "swap", to_json(link), now, text);
}

StoreResult<Links::Change> Links::unlink(const core::Username& username, const core::DocumentId& document,
                                         core::EpochMillis now) {
    const Link no{
        .item = std::nullopt, .text_item = std::nullopt, .how = LinkOrigin::kUnlinked, .since = now / 1000};
    return change(username, document, "set", to_json(no), now);
}

StoreResult<Links::Change> Links::forget(const core::Username& username, const core::DocumentId& document,
                                         core::EpochMillis now) {
    return change(username, document, "forget", {}, now);
}

}  // namespace koshelf::store
