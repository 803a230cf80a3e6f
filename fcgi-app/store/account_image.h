// Images: what an account has, as values. Read by AccountReader, written by AccountWriter; on the way they
// are lines of an export (transfer/). All text is bytes as they are stored: the reference server restricts
// neither names nor values to UTF-8.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/account_keys.h"

namespace koshelf::store {

using Fields = std::vector<std::pair<std::string, std::string>>;

// What one key holds: the fields of a hash, sorted by name; of KeyScope::kByDocument and kRanked a single
// field without a name, that of the document.
struct Section {
    const AccountKey* key;
    Fields fields;

    bool operator==(const Section&) const = default;
};

struct AccountImage {
    std::string username;
    std::optional<std::string> credential;
    bool locked = false;       // the credential stands for none: nobody can log in with it
    bool administers = false;  // it is the account that the console made first
    std::vector<Section> sections;

    bool operator==(const AccountImage&) const = default;
};

// Everything of a document but its history. Without a position: it is linked, waits, or was given up.
struct DocumentImage {
    std::string username;
    std::string document;
    std::vector<Section> sections;

    bool operator==(const DocumentImage&) const = default;

    // The fields of the section that is called so in an export; null if there is none.
    [[nodiscard]] const Fields* section(std::string_view member) const;
};

struct HistoryRecord {
    std::string id;  // "1764000000000-0"
    Fields fields;   // in the order in which they are stored

    bool operator==(const HistoryRecord&) const = default;
};

// A stretch of a document's history, oldest first.
struct HistoryImage {
    std::string username;
    std::string document;
    std::vector<HistoryRecord> entries;

    bool operator==(const HistoryImage&) const = default;
};

struct AliasImage {
    std::string username;
    std::string value;
    std::string target;  // "<type>:<document>"

    bool operator==(const AliasImage&) const = default;
};

// A field's value; "" if there is none of that name.
[[nodiscard]] std::string_view field(const Fields& fields, std::string_view name);

// The time at which a position was written, seconds; 0 if it does not say, or says nonsense.
[[nodiscard]] double position_time(const Fields& position);

}  // namespace koshelf::store
