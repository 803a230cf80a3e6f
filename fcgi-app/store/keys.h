// Every Redis key that this server uses is built here and nowhere else.
//
// The first two are the reference server's and keep its layout to the byte; the others are ours. What belongs
// to an account lies under "user:<username>:", so that accounts can be spread over several servers by name;
// scripts touch the keys of one account only.
#pragma once

#include <string>
#include <string_view>

#include "core/ids.h"

namespace koshelf::store::keys {

// "user:<username>:", in front of everything that an account has.
[[nodiscard]] std::string account(const core::Username& username);

// string: the credential, as received
[[nodiscard]] std::string credential(const core::Username& username);
// hash: percentage progress device device_id timestamp, and nothing else
[[nodiscard]] std::string document(const core::Username& username, const core::DocumentId& document);
// zset: document -> time of its last update, seconds
[[nodiscard]] std::string documents(const core::Username& username);
// hash: created, last_seen (seconds)
[[nodiscard]] std::string profile(const core::Username& username);

// Further keys of a document, written by store/scripts/push.lua:
//   user:<username>:meta:<document>      hash    title authors filename
//   user:<username>:history:<document>   stream  percentage progress device device_id timestamp source state
//   user:<username>:pushes:<document>    hash    what the stale-push guard knows
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

// string with expiry: present for a while after that account was deleted by who knew its credential, so that
// a repeated request is told "gone" and not "unauthorized". The name is a digest of both.
[[nodiscard]] std::string deletion_mark(const core::Username& username, const core::Credential& credential);

}  // namespace koshelf::store::keys
