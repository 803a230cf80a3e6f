// AccountKeys: every kind of key that an account has, for what has to know them all: an account is exported
// by this table, and imported by it. A key that is missing here would be lost on the way; a test compares the
// table with store/keys.h and with the scripts.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace koshelf::store {

// Where the key is, behind "user:<username>:", and what it holds.
enum class KeyScope {
    kAccount,     // "<name>": a hash
    kGroups,      // "<name>": a hash that says which documents are one book (store/scripts/group.lua)
    kDocument,    // "<name><document>": a hash
    kHistory,     // "<name><document>": a stream
    kByDocument,  // "<name>": a hash, document -> text
    kRanked,      // "<name>": a sorted set, document -> number
    kApart,       // has a line of its own kind: the credential and the aliases
    kPassing,     // "<name><document>": a string that expires soon, and stays behind
};

// What an import does where the account has something there already. With "skip" nothing of it happens to a
// document that has another position; with "overwrite" what is imported counts in the place of what is there.
enum class Meeting {
    kPosition,      // the newer position counts, by its timestamp
    kGuard,         // both are joined, the older one's writes before the newer one's
    kWithPosition,  // follows the position; of an older one only what is absent is added
    kStays,         // only what is absent is added
    kGroups,        // a book of documents of which none belongs to one yet is added
    kTime,          // the time of the position
    kDue,           // the earlier time counts
    kNone,          // see KeyScope::kApart, kHistory and kPassing
};

struct AccountKey {
    std::string_view member;  // what it is called in an export
    std::string_view name;    // behind "user:<username>:"; ends with a colon where something follows
    KeyScope scope;
    Meeting meeting;
};

// In the order in which an import writes them.
inline constexpr std::array<AccountKey, 17> kAccountKeys = {{
    {"credential", "key", KeyScope::kApart, Meeting::kNone},
    {"profile", "profile", KeyScope::kAccount, Meeting::kStays},
    {"devices", "devices", KeyScope::kAccount, Meeting::kStays},
    {"calibrations", "calibrations", KeyScope::kAccount, Meeting::kStays},
    {"merged", "merged", KeyScope::kGroups, Meeting::kGroups},
    {"meta", "meta:", KeyScope::kDocument, Meeting::kWithPosition},
    {"pushes", "pushes:", KeyScope::kDocument, Meeting::kGuard},
    {"bridge", "bridge:", KeyScope::kDocument, Meeting::kWithPosition},
    {"link", "links", KeyScope::kByDocument, Meeting::kStays},
    {"dead", "dead", KeyScope::kByDocument, Meeting::kStays},
    {"due", "outbox", KeyScope::kRanked, Meeting::kDue},
    {"updated", "documents", KeyScope::kRanked, Meeting::kTime},
    {"position", "document:", KeyScope::kDocument, Meeting::kPosition},
    {"history", "history:", KeyScope::kHistory, Meeting::kNone},
    {"alias", "alias:", KeyScope::kApart, Meeting::kNone},
    {"aliases", "aliases", KeyScope::kApart, Meeting::kNone},
    {"undo", "undo:", KeyScope::kPassing, Meeting::kNone},
}};

// The one that is called so in an export; null if none is.
[[nodiscard]] const AccountKey* account_key(std::string_view member);

}  // namespace koshelf::store
