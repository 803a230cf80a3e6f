#include <set>
#include <utility>

#include "abs/call.h"
#include "abs/calls.h"
#include "abs/explain_error.h"
#include "abs/settings.h"
#include "core/doctor/connection.h"
#include "ctl/connection.h"
#include "ctl/examination.h"
#include "platform/http_client.h"
#include "store/leases.h"
#include "store/settings.h"

namespace koshelf::ctl {
namespace {

using core::doctor::AudiobookshelfFacts;

// More keys than a household has need not be tried: each costs a request.
constexpr std::size_t kMostKeys = 20;

void try_key(AudiobookshelfFacts& facts, platform::HttpClient& client, const abs::Settings& settings,
             const std::string& whose, const abs::Account& account) {
    const auto me = abs::perform(client, abs::get_me(settings.server, account.credential));
    if (me) {
        facts.keys.push_back({.whose = whose, .user = printable(me->value.username), .failure = {}});
    } else {
        facts.keys.push_back({.whose = whose, .user = {}, .failure = abs::explain_error(me.error())});
    }
}

void try_server(AudiobookshelfFacts& facts, const abs::Settings& settings) {
    platform::HttpClient client(settings.http);
    const auto status = abs::perform(client, abs::get_status(settings.server));
    if (!status) {
        facts.failure = abs::explain_error(status.error());
        return;
    }
    facts.version = printable(status->value.version);
    facts.initialised = status->value.initialised;
    // Its clock is cut to whole seconds.
    if (status->server_time)
        facts.clock_ahead_ms = *status->server_time + 500 - (status->sent + status->received) / 2;
    for (const auto& [name, account] : settings.users) {
        if (facts.keys.size() < kMostKeys) {
            try_key(facts, client, settings, printable(name), account);
        } else {
            ++facts.keys_not_tried;
        }
    }
    if (settings.fallback) {
        try_key(facts, client, settings, settings.users.empty() ? "all accounts" : "all other accounts",
                *settings.fallback);
    }
}

}  // namespace

core::doctor::Findings examine_audiobookshelf(const Surroundings& surroundings, store::Database& database,
                                              bool redis_reached) {
    store::StoredSettings stored;
    if (redis_reached) {
        const auto loaded =
            store::Settings(database, platform::SecretBox(surroundings.config.secret_file)).load();
        if (loaded) stored = *loaded;
    }
    const abs::Settings settings =
        abs::make_settings(surroundings.config.audiobookshelf, stored.overrides, stored.version);
    AudiobookshelfFacts facts;
    for (const auto& [variable, why] : stored.problems)
        facts.problems.push_back(std::string(variable).append(" ").append(why));
    for (const abs::Problem& problem : settings.problems)
        facts.problems.push_back(problem.variable + " " + problem.why);
    facts.configured = !settings.server.base_url.empty();
    if (facts.configured) try_server(facts, settings);
    if (redis_reached) {
        const auto holder = store::Leases(database).holder(store::kSyncLease);
        facts.bridge_running = holder && holder->has_value();
    }
    return core::doctor::judge_audiobookshelf(facts);
}

}  // namespace koshelf::ctl
