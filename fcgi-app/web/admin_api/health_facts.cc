#include "web/admin_api/health_facts.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "abs/calls.h"
#include "abs/explain_error.h"
#include "platform/clock.h"
#include "platform/json.h"
#include "store/feed_marks.h"
#include "store/leases.h"
#include "store/pull_gate.h"
#include "store/reindex.h"
#include "store/vitals.h"
#include "web/admin_api/desk.h"

namespace koshelf::web {
namespace {

using store::StoreResult;

constexpr std::size_t kAccountsTallied = 10'000;
constexpr std::size_t kFeedsShown = 200;
constexpr std::size_t kLettersShown = 100;
constexpr std::size_t kLinksRead = 20;  // accounts whose links are read, to know whether they need a feed
constexpr std::chrono::milliseconds kPatienceWithServer{3'000};

StoreResult<void> look_at_bridge(Services& services, HealthReport& report) {
    store::Leases leases(services.database);
    auto sync = leases.holder(store::kSyncLease);
    if (!sync) return tl::unexpected(sync.error());
    auto library = leases.holder(store::kLibraryLease);
    if (!library) return tl::unexpected(library.error());
    report.facts.bridge.sync = sync->has_value();
    report.facts.bridge.library = library->has_value();
    report.sync_holder = std::move(*sync);
    report.library_holder = std::move(*library);
    return {};
}

void look_at_server(Services& services, const abs::Settings& settings, HealthReport& report) {
    services.desk.http.set_options(settings.http);
    abs::Server server = settings.server;
    server.timeout = std::min(server.timeout, kPatienceWithServer);
    const auto status = abs::perform(services.desk.http, abs::get_status(server));
    if (status) {
        report.audiobookshelf_version = status->value.version;
    } else {
        report.facts.audiobookshelf.trouble = abs::explain_error(status.error());
    }
}

// Only for somebody with a linked book a feed is opened.
StoreResult<bool> any_has_books(Services& services, const std::vector<core::Username>& candidates) {
    std::size_t read = 0;
    for (const core::Username& username : candidates) {
        if (++read > kLinksRead) break;
        const auto links = services.desk.links.all(username);
        if (!links) return tl::unexpected(links.error());
        if (std::ranges::any_of(*links, [](const auto& each) { return each.second.item.has_value(); }))
            return true;
    }
    return false;
}

// Whoever shares a credential: one account of the user map, or all that stand in none.
struct Party {
    std::optional<std::string> username;
    const abs::Credential& credential;
    std::vector<core::Username> members;  // that have said something about links
};

std::vector<Party> parties_of(const abs::Settings& settings, const store::Census::Tally& tally) {
    std::vector<Party> parties;
    for (const auto& [name, account] : settings.users) {
        Party party{.username = name, .credential = account.credential, .members = {}};
        std::ranges::copy_if(tally.with_links, std::back_inserter(party.members),
                             [&name = name](const core::Username& each) { return each.str() == name; });
        if (parties.size() < kFeedsShown) parties.push_back(std::move(party));
    }
    if (!settings.fallback) return parties;
    Party others{.username = std::nullopt, .credential = settings.fallback->credential, .members = {}};
    std::ranges::copy_if(
        tally.with_links, std::back_inserter(others.members), [&settings](const core::Username& each) {
            return !settings.users.contains(each.str()) && !settings.unusable.contains(each.str());
        });
    parties.push_back(std::move(others));
    return parties;
}

StoreResult<void> look_at_feeds(Services& services, const abs::Settings& settings, HealthReport& report) {
    const std::vector<Party> parties = parties_of(settings, report.tally);
    std::vector<platform::RedisCommand> questions;
    for (const Party& party : parties) store::FeedMarks::add_questions(questions, party.credential.digest());
    if (questions.empty()) return {};
    const auto answers = services.database.exchange(questions);
    if (!answers) return tl::unexpected(answers.error());
    for (std::size_t i = 0; i < parties.size(); ++i) {
        const Party& party = parties[i];
        const std::size_t first = i * store::FeedMarks::kQuestions;
        const bool live = store::FeedMarks::is_live((*answers)[first].value(), (*answers)[first + 1].value());
        report.feeds.push_back({.username = party.username, .live = live});
        // Where another user is read, there is none on purpose.
        if (live || !party.credential.user_id.empty()) continue;
        const auto needed = any_has_books(services, party.members);
        if (!needed) return tl::unexpected(needed.error());
        if (!*needed) continue;
        report.facts.audiobookshelf.silent.push_back(
            party.username.value_or("those who share the common key"));
    }
    return {};
}

StoreResult<void> look_at_audiobookshelf(Services& services, HealthReport& report) {
    const abs::Settings settings = services.settings.current();
    auto& facts = report.facts.audiobookshelf;
    for (const abs::Problem& problem : settings.problems)
        facts.settings.push_back(problem.variable + " " + problem.why + ".");
    facts.configured = settings.configured();
    if (!facts.configured) return {};
    const auto closed = store::PullGate(services.database).is_closed();
    if (!closed) return tl::unexpected(closed.error());
    facts.breaker_open = *closed;
    if (auto feeds = look_at_feeds(services, settings, report); !feeds) return feeds;
    look_at_server(services, settings, report);
    return {};
}

// The reason as the bridge writes it; other text as it is.
DeadLetter read_letter(const core::Username& username, const core::DocumentId& document,
                       const std::string& reason) {
    DeadLetter letter{.username = username.str(),
                      .document = document.str(),
                      .title = {},
                      .reason = reason,
                      .since = std::nullopt};
    const auto json = platform::JsonDocument::parse(reason);
    if (!json || !json->root().is_object()) return letter;
    letter.reason = json->root().member("reason").string();
    const double at = json->root().member("at").number();
    if (at > 0 && at < 1e15) letter.since = static_cast<core::EpochSeconds>(at / 1000);
    return letter;
}

StoreResult<void> look_at_letters(Services& services, HealthReport& report) {
    for (const core::Username& username : report.tally.with_dead_letters) {
        if (report.dead.size() >= kLettersShown) break;
        const auto letters = services.outbox.dead(username, static_cast<int>(kLettersShown));
        if (!letters) return tl::unexpected(letters.error());
        std::vector<core::DocumentId> documents;
        for (const auto& [document, reason] : *letters) {
            if (report.dead.size() + documents.size() < kLettersShown) documents.push_back(document);
        }
        const auto records = services.desk.records.load_all(username, documents);
        if (!records) return tl::unexpected(records.error());
        for (std::size_t i = 0; i < documents.size(); ++i) {
            DeadLetter letter = read_letter(username, documents[i], letters->at(documents[i]));
            const core::Metadata names = (*records)[i].called();
            letter.title = names.title.value_or(names.filename.value_or(""));
            report.dead.push_back(std::move(letter));
        }
    }
    std::ranges::stable_sort(report.dead, [](const DeadLetter& a, const DeadLetter& b) {
        return a.since.value_or(0) > b.since.value_or(0);
    });
    return {};
}

}  // namespace

StoreResult<HealthReport> gather_health(Services& services) {
    HealthReport report;
    auto redis = store::Vitals(services.database).take();
    if (!redis) return tl::unexpected(redis.error());
    report.facts.redis = std::move(*redis);
    const auto unindexed = store::needs_reindex(services.database);
    if (!unindexed) return tl::unexpected(unindexed.error());
    report.facts.data.indexed = !*unindexed;
    auto tally = store::Census(services.database).tally(kAccountsTallied);
    if (!tally) return tl::unexpected(tally.error());
    report.tally = std::move(*tally);
    report.facts.data.accounts = report.tally.accounts;
    report.facts.data.dead_letters = report.tally.dead_letters;
    const core::EpochMillis now = platform::now_millis();
    auto depth = services.outbox.depth(now);
    if (!depth) return tl::unexpected(depth.error());
    report.outbox = *depth;
    if (depth->oldest_due && *depth->oldest_due < now)
        report.facts.data.oldest_waiting_ms = now - *depth->oldest_due;
    if (auto done = look_at_bridge(services, report); !done) return tl::unexpected(done.error());
    if (auto done = look_at_letters(services, report); !done) return tl::unexpected(done.error());
    if (auto done = look_at_audiobookshelf(services, report); !done) return tl::unexpected(done.error());
    return report;
}

}  // namespace koshelf::web
