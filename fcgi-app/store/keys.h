// Every Redis key that this server uses is built here and nowhere else.
//
// The first two are the reference server's and keep its layout to the byte; the others are ours. What belongs
// to an account lies under "user:<username>:", so that accounts can be spread over several servers by name;
// scripts touch the keys of one account only.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/ids.h"

namespace koshelf::store::keys {

// With one of these every key of ours begins.
inline constexpr std::array<std::string_view, 3> kPrefixes = {"user:", "koshelf:", "config:"};

// "user:<username>:", in front of everything that an account has.
[[nodiscard]] std::string account(const core::Username& username);
// The same for a name as Redis has it: the reference server takes what is no UTF-8. What follows is in
// store/account_keys.h.
[[nodiscard]] std::string account_of_bytes(std::string_view username);

// string: the credential, as received
[[nodiscard]] std::string credential(const core::Username& username);
// hash: percentage progress device device_id timestamp, and nothing else
[[nodiscard]] std::string document(const core::Username& username, const core::DocumentId& document);
// zset: document -> time of its last update, seconds
[[nodiscard]] std::string documents(const core::Username& username);
// hash: created last_seen (seconds) is_admin documents_limit full_said invitation
[[nodiscard]] std::string profile(const core::Username& username);

// hash: title authors filename, as a device sent them; own_title own_authors, as somebody calls it instead
[[nodiscard]] std::string meta(const core::Username& username, const core::DocumentId& document);
// stream: percentage progress device device_id timestamp source state
[[nodiscard]] std::string history(const core::Username& username, const core::DocumentId& document);
// hash: what the stale-push guard knows
[[nodiscard]] std::string pushes(const core::Username& username, const core::DocumentId& document);
// hash: what was last pushed to and seen from Audiobookshelf
[[nodiscard]] std::string bridge_record(const core::Username& username, const core::DocumentId& document);

// hash: document -> JSON of a Link
[[nodiscard]] std::string links(const core::Username& username);
// zset: document -> time at which it is due, ms
[[nodiscard]] std::string outbox(const core::Username& username);
// hash: document -> JSON: why it was given up
[[nodiscard]] std::string dead(const core::Username& username);
// hash: "<item>:<text item>" -> JSON array of StoredCalibrations
[[nodiscard]] std::string calibrations(const core::Username& username);

// hash: which ids are one book (store/scripts/group.lua)
[[nodiscard]] std::string merged(const core::Username& username);
// hash: id -> JSON of what is known of a device
[[nodiscard]] std::string devices(const core::Username& username);

// Further keys of an account, written by store/scripts/push.lua:
//   user:<username>:alias:<value>        string  <type>:<document>
//   user:<username>:aliases              set     the values above, to find them again

// zset: username -> last seen, seconds. A hint: repaired by a reindex.
inline constexpr std::string_view kUsers = "koshelf:users";
// int: which layout the indexes have; absent until the first reindex is complete
inline constexpr std::string_view kSchema = "koshelf:schema";
// hash: run_id cursor: how far an unfinished reindex is
inline constexpr std::string_view kReindex = "koshelf:reindex";
// string with expiry: who is reindexing
inline constexpr std::string_view kReindexLock = "koshelf:reindex:lock";

// string: what an administrator has set in the place of the environment's AUDIOBOOKSHELF_*; a JSON object
inline constexpr std::string_view kAudiobookshelf = "config:audiobookshelf";
// int: bumped with each change of the settings
inline constexpr std::string_view kConfigVersion = "koshelf:config:version";

// string: the account that administers; written when the first account is made in the console
inline constexpr std::string_view kAdminUsername = "config:admin_username";

// zset: id of an invitation -> when it was made, seconds
inline constexpr std::string_view kInvitations = "koshelf:invitations";
// hash: digest note created expires uses_left by
[[nodiscard]] std::string invitation(std::string_view id);
// list: the accounts that were made with it, oldest first
[[nodiscard]] std::string invitation_accounts(std::string_view id);

// zset: username -> earliest time at which something in its outbox is due, ms. A hint: repaired by a sweep.
inline constexpr std::string_view kOutbox = "koshelf:outbox";
// stream: at user document event sentence
inline constexpr std::string_view kActivity = "koshelf:activity";

// What is known of Audiobookshelf's libraries; a cache, rebuilt when it is gone.
// hash: a CachedItem
[[nodiscard]] std::string item(const core::LibraryItemId& id);
// hash: fingerprint map made error
[[nodiscard]] std::string text_map(const core::LibraryItemId& id);
// hash: fingerprint alignment confidence made error
[[nodiscard]] std::string alignment(const core::LibraryItemId& audio, const core::LibraryItemId& text);
// hash: fingerprint marks: duration, tracks and chapters of an item's audio, as JSON
[[nodiscard]] std::string marks(const core::LibraryItemId& id);
// hash with expiry: fingerprint index error, and "0", "1", ...: the text of an item's e-book, passage by
// passage
[[nodiscard]] std::string text(const core::LibraryItemId& id);
// string with expiry: a worker is reading that text
[[nodiscard]] std::string text_lock(const core::LibraryItemId& id);
// hash: document -> JSON array of library item ids
inline constexpr std::string_view kFileHash = "koshelf:filehash";
// hash: "<item>:<ino>" -> JSON of a CachedFile
inline constexpr std::string_view kFiles = "koshelf:files";
// zset: library item -> time since which its text map is wanted, ms
inline constexpr std::string_view kLibraryWanted = "koshelf:library:wanted";

// hash with expiry: what was counted over all accounts (Totals); a cache
inline constexpr std::string_view kTotals = "koshelf:totals";
// string with expiry: somebody is counting
inline constexpr std::string_view kTotalsLock = "koshelf:totals:lock";

// string with expiry: who has the lease
[[nodiscard]] std::string lease(std::string_view name);

// string with expiry: whoever knows that token may ask what the server sees of a request
[[nodiscard]] std::string probe(std::string_view token);

// string with expiry: present for a while after that account was deleted by who knew its credential, so that
// a repeated request is told "gone" and not "unauthorized". The name is a digest of both.
[[nodiscard]] std::string deletion_mark(const core::Username& username, const core::Credential& credential);

// string with expiry: that credential of Audiobookshelf has a live feed
[[nodiscard]] std::string feed_mark(std::string_view credential_digest);
// string with expiry: a worker is asking, or has just asked, about that item
[[nodiscard]] std::string pull_lock(std::string_view credential_digest, const core::LibraryItemId& item);
// string with expiry: that credential may see that item; Audiobookshelf has just said so
[[nodiscard]] std::string sight(std::string_view credential_digest, const core::LibraryItemId& item);
// string with expiry: Audiobookshelf does not answer, so no device waits for it
inline constexpr std::string_view kPullBreaker = "koshelf:abs:breaker";
// int with expiry: how often in a row it did not
inline constexpr std::string_view kPullFailures = "koshelf:abs:failures";

}  // namespace koshelf::store::keys
