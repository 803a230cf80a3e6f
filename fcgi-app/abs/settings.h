// Settings: which Audiobookshelf, and who is who there. From the environment, and what an administrator has
// set in its place.
//
// A value that makes no sense never stops anything: it counts as not set and is reported as a Problem. With
// one exception, for safety: where a user map cannot be read, its users must not write to somebody else's
// account, so the default key is not used for them (the whole map: for nobody).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "abs/credential.h"
#include "abs/server.h"
#include "core/ids.h"
#include "platform/http.h"

namespace koshelf::abs {

// Name -> value: AUDIOBOOKSHELF_* and KOSHELF_ABS_PROXY.
using Values = std::map<std::string, std::string, std::less<>>;

inline constexpr std::string_view kDefaultDeviceName = "Audiobookshelf";

struct Account {
    Credential credential;
    std::string device_name;  // reported to KOReader for positions that came from there; never ""

    bool operator==(const Account&) const = default;
};

struct Problem {
    std::string variable;
    std::string why;  // a phrase that says where; never repeats a value

    bool operator==(const Problem&) const = default;
};

struct Settings {
    Server server;  // base_url is "" if none is set
    std::string device_name{kDefaultDeviceName};
    std::optional<Account> fallback;                    // for accounts without a mapping of their own
    std::map<std::string, Account, std::less<>> users;  // username -> account
    std::set<std::string, std::less<>> unusable;        // usernames whose mapping makes no sense
    std::map<std::string, core::LibraryItemId, std::less<>> documents;  // document -> library item
    platform::HttpOptions http;
    std::int64_t version = 0;  // of the stored settings
    std::vector<Problem> problems;

    bool operator==(const Settings&) const = default;

    // Whether there is a server and anybody who may use it.
    [[nodiscard]] bool configured() const;

    // With what to appear there for this account: its mapping, else the fallback; null for none, or if
    // nothing is configured. Lives as long as the settings.
    [[nodiscard]] const Account* credential_of(const core::Username& username) const;

    // What the document map says; nothing if it says nothing.
    [[nodiscard]] std::optional<core::LibraryItemId> item_of(const core::DocumentId& document) const;
};

// `overrides` (of the eight that can be set at run time) count before `environment`. Empty values are as if
// they were not there.
[[nodiscard]] Settings make_settings(const Values& environment, const Values& overrides,
                                     std::int64_t version = 0);

// Whether `value` would do for that variable; what is wrong with it otherwise, as make_settings reports it.
[[nodiscard]] std::vector<Problem> check_setting(const std::string& name, const std::string& value);

}  // namespace koshelf::abs
