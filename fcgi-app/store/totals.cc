#include "store/totals.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.h"
#include "platform/clock.h"
#include "store/keys.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;
using platform::RedisValue;
using std::chrono::milliseconds;

constexpr core::EpochMillis kFreshMillis = 60'000;
// Counting takes at most this share of the time.
constexpr std::int64_t kPauseFactor = 50;
constexpr std::string_view kLifeSeconds = "3600";
constexpr std::string_view kAccountsAStep = "300";
constexpr std::size_t kQuestionsAnAccount = 3;

constexpr std::array<std::string_view, 6> kFields = {"documents", "outbox",  "oldest",
                                                     "dead",      "counted", "took"};

std::array<std::int64_t*, 6> members(Totals& totals) {
    return {&totals.documents,    &totals.outbox,  &totals.oldest_waiting,
            &totals.dead_letters, &totals.counted, &totals.took};
}

std::int64_t whole_number(std::string_view text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value > -1e15 && value < 1e15 ? static_cast<std::int64_t>(value) : 0;
}

// The oldest position of those that wait: the index of documents says when each was pushed last.
StoreResult<void> look_for_oldest(Database& database, const std::vector<core::Username>& waiting,
                                  Totals& totals) {
    std::vector<RedisCommand> questions;
    questions.reserve(waiting.size());
    for (const core::Username& username : waiting) {
        questions.push_back({"ZINTER", "2", keys::outbox(username), keys::documents(username), "WEIGHTS", "0",
                             "1", "WITHSCORES"});
    }
    if (questions.empty()) return {};
    const auto answers = database.exchange(questions);
    if (!answers) return tl::unexpected(answers.error());
    for (const platform::RedisReply& answer : *answers) {
        const core::EpochSeconds pushed = whole_number(answer.value()[1].text());
        if (pushed > 0 && (totals.oldest_waiting == 0 || pushed < totals.oldest_waiting))
            totals.oldest_waiting = pushed;
    }
    return {};
}

StoreResult<void> count_accounts(Database& database, RedisValue names, Totals& totals) {
    std::vector<core::Username> usernames;
    std::vector<RedisCommand> questions;
    for (std::size_t i = 0; i + 1 < names.size(); i += 2) {
        auto username = core::Username::parse(names[i].text());
        if (!username) continue;
        questions.push_back({"ZCARD", keys::documents(*username)});
        questions.push_back({"HLEN", keys::dead(*username)});
        questions.push_back({"ZCARD", keys::outbox(*username)});
        usernames.push_back(std::move(*username));
    }
    if (questions.empty()) return {};
    const auto answers = database.exchange(questions);
    if (!answers) return tl::unexpected(answers.error());
    std::vector<core::Username> waiting;
    for (std::size_t i = 0; i < usernames.size(); ++i) {
        const std::size_t first = i * kQuestionsAnAccount;
        totals.documents += (*answers)[first].value().integer();
        totals.dead_letters += (*answers)[first + 1].value().integer();
        const std::int64_t depth = (*answers)[first + 2].value().integer();
        totals.outbox += depth;
        if (depth > 0) waiting.push_back(std::move(usernames[i]));
    }
    return look_for_oldest(database, waiting, totals);
}

// Nothing if the time was over first.
StoreResult<std::optional<Totals>> walk(Database& database, milliseconds patience) {
    const core::EpochMillis begun = platform::now_millis();
    Totals totals;
    std::string cursor = "0";
    do {
        const auto page = database.ask({"ZSCAN", keys::kUsers, cursor, "COUNT", kAccountsAStep});
        if (!page) return tl::unexpected(page.error());
        const auto counted = count_accounts(database, page->value()[1], totals);
        if (!counted && counted.error().kind == StoreError::Kind::kUnreachable)
            return tl::unexpected(counted.error());
        cursor = page->value()[0].text();
        if (platform::now_millis() - begun > patience.count()) return std::nullopt;
    } while (cursor != "0");
    totals.counted = platform::now_millis();
    totals.took = totals.counted - begun;
    return totals;
}

}  // namespace

std::optional<Totals> read_totals(RedisValue hash) {
    Totals totals;
    const auto fields = members(totals);
    for (std::size_t i = 0; i + 1 < hash.size(); i += 2) {
        const auto found = std::ranges::find(kFields, hash[i].text());
        if (found == kFields.end()) continue;
        *fields[static_cast<std::size_t>(found - kFields.begin())] = whole_number(hash[i + 1].text());
    }
    if (totals.counted == 0) return std::nullopt;
    return totals;
}

bool is_outdated(const std::optional<Totals>& totals, core::EpochMillis now) {
    if (!totals) return true;
    const core::EpochMillis pause = std::max(kFreshMillis, totals->took * kPauseFactor);
    // One from the future: somebody's clock was wrong.
    return now - totals->counted >= pause || totals->counted - now > kFreshMillis;
}

StoreResult<std::optional<Totals>> count_totals(Database& database, milliseconds patience) {
    const std::string life = std::to_string(2 * patience.count());
    const auto mine = database.ask({"SET", keys::kTotalsLock, "1", "NX", "PX", life});
    if (!mine) return tl::unexpected(mine.error());
    if (!mine->value().is_string()) return std::nullopt;
    auto totals = walk(database, patience);
    std::vector<RedisCommand> commands = {{"DEL", keys::kTotalsLock}};
    if (totals && *totals) {
        RedisCommand keep{"HSET", keys::kTotals};
        const auto fields = members(**totals);
        for (std::size_t i = 0; i < kFields.size(); ++i) keep.add(kFields[i]).add(std::to_string(*fields[i]));
        commands.push_back(std::move(keep));
        commands.push_back({"EXPIRE", keys::kTotals, kLifeSeconds});
    }
    if (const auto kept = database.exchange(commands); !kept) return tl::unexpected(kept.error());
    return totals;
}

}  // namespace koshelf::store
