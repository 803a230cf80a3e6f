#include <algorithm>

#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/health_facts.h"
#include "web/admin_api/session.h"
#include "web/caller.h"
#include "web/metrics_page.h"
#include "web/version.h"

namespace koshelf::web {
namespace {

using core::doctor::Finding;
using core::doctor::Findings;
using core::doctor::RedisFacts;
using core::doctor::State;

// "redis" of "redis.eviction".
std::string_view part_of(const Finding& finding) {
    return std::string_view(finding.name).substr(0, finding.name.find('.'));
}

std::string redis_json(const RedisFacts& redis, const Findings& problems) {
    const bool ok = redis.told && std::ranges::none_of(problems, [](const Finding& each) {
                        return part_of(each) == "redis" && each.state == State::kFailed;
                    });
    core::JsonObject json;
    json.add("ok", ok).add("latency_ms", redis.latency_ms);
    if (!redis.told) return json.finish();
    json.add("version", redis.version).add("memory_bytes", redis.used_bytes);
    if (redis.limit_bytes > 0) {
        json.add("memory_limit_bytes", redis.limit_bytes);
    } else {
        json.add_json("memory_limit_bytes", "null");
    }
    return json.add("persistence", persistence_of(redis))
        .add("eviction", redis.eviction)
        .add("loading", redis.loading)
        .add("replicas", redis.replicas)
        .finish();
}

std::string part_json(const std::optional<std::string>& holder) {
    core::JsonObject json;
    json.add("running", holder.has_value());
    if (holder) json.add("holder", *holder);
    return json.finish();
}

std::string audiobookshelf_json(const HealthReport& report) {
    const auto& there = report.facts.audiobookshelf;
    core::JsonArray feeds;
    for (const FeedState& feed : report.feeds) {
        core::JsonObject json;
        if (feed.username) {
            json.add("user", *feed.username);
        } else {
            json.add_json("user", "null");
        }
        feeds.add_json(json.add("live", feed.live).finish());
    }
    core::JsonObject json;
    json.add("configured", there.configured);
    if (there.configured) json.add("answers", there.trouble.empty());
    if (!report.audiobookshelf_version.empty()) json.add("version", report.audiobookshelf_version);
    return json.add_json("feeds", feeds.finish()).add("breaker_open", there.breaker_open).finish();
}

std::string outbox_json(const HealthReport& report) {
    core::JsonObject json;
    json.add("accounts", report.outbox.accounts)
        .add("due", report.outbox.due)
        .add("documents", report.outbox.documents);
    if (const auto& oldest = report.facts.data.oldest_waiting_ms) json.add("oldest_ms", *oldest);
    return json.finish();
}

std::string letters_json(const std::vector<DeadLetter>& letters) {
    core::JsonArray list;
    for (const DeadLetter& letter : letters) {
        core::JsonObject json;
        json.add("user", letter.username)
            .add("document", letter.document)
            .add("title", letter.title)
            .add("reason", letter.reason);
        if (letter.since) json.add("since", *letter.since);
        list.add_json(json.finish());
    }
    return list.finish();
}

std::string problems_json(const Findings& problems) {
    core::JsonArray list;
    for (const Finding& each : problems) {
        const std::string_view part = part_of(each);
        list.add_json(core::JsonObject()
                          .add("part", part)
                          .add("name", std::string_view(each.name).substr(part.size() + 1))
                          .add("state", to_string(each.state))
                          .add("message", each.message + (each.advice.empty() ? "" : " ") + each.advice)
                          .finish());
    }
    return list.finish();
}

}  // namespace

Response show_health(Services& services, const Call& call) {
    const auto session = open_admin_session(services, call.request);
    if (!session) return session.error();
    const auto report = gather_health(services);
    if (!report) return store_failed(services, report.error());
    const Findings problems = core::doctor::judge_health(report->facts);
    const std::string_view metrics = may_see_metrics(services, call.request) ? "\"/metrics\"" : "null";
    core::JsonObject bridge;
    bridge.add_json("sync", part_json(report->sync_holder))
        .add_json("library", part_json(report->library_holder));
    return json_response(200, core::JsonObject()
                                  .add("version", kVersion)
                                  .add_json("redis", redis_json(report->facts.redis, problems))
                                  .add_json("bridge", bridge.finish())
                                  .add_json("audiobookshelf", audiobookshelf_json(*report))
                                  .add_json("outbox", outbox_json(*report))
                                  .add_json("dead", letters_json(report->dead))
                                  .add("dead_letters", report->facts.data.dead_letters)
                                  .add("accounts", report->tally.accounts)
                                  .add("documents", report->tally.documents)
                                  .add("indexed", report->facts.data.indexed)
                                  .add_json("metrics", metrics)
                                  .add_json("problems", problems_json(problems))
                                  .finish());
}

}  // namespace koshelf::web
