// Outbox: which positions the bridge still has to bring to Audiobookshelf.
//
// It names documents, not positions: whoever takes one out pushes the current position, so ten pushes while
// Audiobookshelf is away are one when it returns. store/scripts/push.lua puts a document in, in one step with
// the push itself. A document leaves by done(), bury() or an import, and not before.
//
// koshelf:outbox says which accounts have something due. It is a hint in the other direction only: an account
// that has something stands there (or will again, within half a minute, should a process die between two
// commands); one that stands there may have nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/position.h"
#include "store/database.h"

namespace koshelf::store {

class Outbox {
  public:
    explicit Outbox(Database& database) : database_(database) {}

    // Accounts that have something due at `now`, those that wait longest first.
    [[nodiscard]] StoreResult<std::vector<core::Username>> due_accounts(core::EpochMillis now, int limit);

    // An account's documents that are due at `now`, those that wait longest first.
    [[nodiscard]] StoreResult<std::vector<core::DocumentId>> due(const core::Username& username,
                                                                 core::EpochMillis now, int limit);

    // When the account's next document is due; nothing if its outbox is empty. Corrects the hint: call it for
    // an account of due_accounts() that turned out to have nothing due.
    [[nodiscard]] StoreResult<std::optional<core::EpochMillis>> next_due(const core::Username& username);

    // The position that was read with this sequence and this link (DocumentRecord::sequence, link_text) has
    // been dealt with: takes the document out and forgets an earlier failure. False if somebody has pushed or
    // linked it since: it stays due.
    [[nodiscard]] StoreResult<bool> done(const core::Username& username, const core::DocumentId& document,
                                         std::int64_t sequence, const std::string& link_text);

    // Makes a document that is in the outbox due at another time; counts the attempt and notes the reason, a
    // sentence. The bridge record has both, until done(), as "outbox_attempts" and "outbox_reason". Returns
    // the number of attempts since the last done(); 0 if the document is not in the outbox.
    [[nodiscard]] StoreResult<int> postpone(const core::Username& username, const core::DocumentId& document,
                                            core::EpochMillis due, const std::string& reason);

    // The same while something is waited for that is no failure: nothing is counted.
    [[nodiscard]] StoreResult<int> defer(const core::Username& username, const core::DocumentId& document,
                                         core::EpochMillis due, const std::string& reason);

    // Gives a document up: out of the outbox, into the account's dead letters. `reason` is JSON, for the
    // console. The next push, a changed link, or revive() tries again. False if it was not in the outbox.
    [[nodiscard]] StoreResult<bool> bury(const core::Username& username, const core::DocumentId& document,
                                         const std::string& reason);

    // What was given up: document -> reason. The second gives about `most` of many.
    [[nodiscard]] StoreResult<std::map<core::DocumentId, std::string>> dead(const core::Username& username);
    [[nodiscard]] StoreResult<std::map<core::DocumentId, std::string>> dead(const core::Username& username,
                                                                            int most);

    // Puts a dead letter, or all of them, back into the outbox, due at `now`. Returns how many.
    [[nodiscard]] StoreResult<int> revive(const core::Username& username, const core::DocumentId& document,
                                          core::EpochMillis now);
    [[nodiscard]] StoreResult<int> revive_all(const core::Username& username, core::EpochMillis now);

    // Puts a document in, due at `due` or when it was due already, if that is earlier. False if there is no
    // such account.
    [[nodiscard]] StoreResult<bool> add(const core::Username& username, const core::DocumentId& document,
                                        core::EpochMillis due);

    // The same, but one that waits already, or was given up, stays as it is.
    [[nodiscard]] StoreResult<bool> add_missing(const core::Username& username,
                                                const core::DocumentId& document, core::EpochMillis due);

    // Everything in an account's outbox with its time, earliest first.
    [[nodiscard]] StoreResult<std::vector<std::pair<core::DocumentId, core::EpochMillis>>> all(
        const core::Username& username);

    // Accounts with their earliest time, earliest first: for people.
    [[nodiscard]] StoreResult<std::vector<std::pair<core::Username, core::EpochMillis>>> accounts(int limit);

    struct Depth {
        std::int64_t accounts = 0;                    // that have something in their outbox
        std::int64_t due = 0;                         // of which have something due
        std::int64_t documents = 0;                   // of the five hundred accounts that wait longest
        std::optional<core::EpochMillis> oldest_due;  // the earliest time of those
    };
    [[nodiscard]] StoreResult<Depth> depth(core::EpochMillis now);

    // Over all accounts.
    struct Totals {
        std::int64_t accounts = 0;
        std::int64_t dead = 0;  // documents that were given up
    };
    [[nodiscard]] StoreResult<Totals> totals();

    // Repairs the hints, a few hundred accounts a call: pass "0", then what came back, until that is "0"
    // again.
    [[nodiscard]] StoreResult<std::string> sweep(const std::string& cursor);

  private:
    [[nodiscard]] StoreResult<int> postpone(const core::Username& username, const core::DocumentId& document,
                                            core::EpochMillis due, const std::string& reason,
                                            std::string_view attempts);
    [[nodiscard]] StoreResult<bool> add(const core::Username& username, const core::DocumentId& document,
                                        core::EpochMillis due, std::string_view which);
    [[nodiscard]] StoreResult<platform::Redis::Replies> change(const core::Username& username,
                                                               const ScriptCall& call);

    Database& database_;
};

// "This account has something due at `due`": goes into the same pipeline, behind what put it there.
[[nodiscard]] platform::RedisCommand outbox_hint(const core::Username& username, core::EpochMillis due);

}  // namespace koshelf::store
