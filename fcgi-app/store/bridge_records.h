// BridgeRecords: what the bridge knows of a document, and the writing of positions that come from
// Audiobookshelf.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"
#include "core/position.h"
#include "store/database.h"
#include "store/links.h"

namespace koshelf::store {

// Fields of user:<username>:bridge:<document>. The names that begin with "outbox_" are the outbox's.
using BridgeFields = std::map<std::string, std::string>;

struct DocumentRecord {
    core::StoredPosition position;  // empty if nothing is stored
    // Number of the last write; 0 before the first. It was read before the position: if it is still the same
    // later, nothing has been written since.
    std::int64_t sequence = 0;
    BridgeFields bridge;
    std::optional<Link> link;
    std::string link_text{};  // as it is stored, for Outbox::done()
    core::Metadata metadata;
    std::optional<std::string> own_title{};  // as somebody calls it instead
    std::optional<std::string> own_authors{};
    bool dead = false;                        // among the account's dead letters
    std::string dead_reason{};                // JSON, if it is
    std::optional<core::EpochMillis> due{};   // when it is to be brought to Audiobookshelf, if it waits
    std::vector<core::DocumentId> members{};  // other ids of the same book, if this is the main document

    // What it is called: by its owner, else by a device.
    [[nodiscard]] core::Metadata called() const;
};

// One position of a document's history.
struct HistoryEntry {
    std::string id{};        // within the history of the book
    std::string document{};  // the id under which it came: one of those that are the same book
    std::optional<double> percentage;
    std::string progress;
    std::string device;
    std::optional<std::string> device_id{};
    core::EpochSeconds timestamp = 0;
    std::string source;    // "koreader", "audiobookshelf", "console", "external"
    bool current = false;  // it was the current position once; else it was stale
};

// A position that somebody chose in the console, to become the newest everywhere.
struct Restoration {
    core::DocumentId document;
    double percentage = 0;
    std::string progress;
    core::EpochMillis now = 0;
    bool deliver = false;  // whether Audiobookshelf is to hear of it
};

// What the console is called where positions name a device. It must be none of the account's readers: a
// KOReader does not move to a position that comes from itself.
inline constexpr std::string_view kConsoleDevice = "Koshelf";
inline constexpr std::string_view kConsoleDeviceId = "koshelf-console";

// A position from Audiobookshelf, converted for KOReader.
struct Import {
    core::DocumentId document;
    // What the decision was made on: the sequence and the position of DocumentRecord.
    std::int64_t expected_sequence = 0;
    core::StoredPosition expected;
    core::Position position;           // device is the configured name
    core::EpochSeconds timestamp = 0;  // when it happened
    BridgeFields fields;               // written in the same step
};

// The device_id of every imported position.
inline constexpr std::string_view kImportDeviceId = "audiobookshelf";

enum class ImportOutcome {
    kImported,
    kChanged,  // the document is not what it was when the decision was made: decide again
    kGone,     // the account was deleted, or the document forgotten
};

class BridgeRecords {
  public:
    // `history_limit`: how many positions are kept for each document.
    BridgeRecords(Database& database, int history_limit)
        : database_(database), history_limit_(history_limit) {}

    // One round trip.
    [[nodiscard]] StoreResult<DocumentRecord> load(const core::Username& username,
                                                   const core::DocumentId& document);

    // The same for several documents, in the order in which they are named, in one round trip.
    [[nodiscard]] StoreResult<std::vector<DocumentRecord>> load_all(
        const core::Username& username, const std::vector<core::DocumentId>& documents);

    // Sets these fields; the others stay. False, and nothing is written, if there is no such account or
    // neither a position nor a link of that document.
    [[nodiscard]] StoreResult<bool> save(const core::Username& username, const core::DocumentId& document,
                                         const BridgeFields& fields);

    // The newest `count` positions of the book, under whichever of its ids they came, oldest first. A second
    // round trip for a book that has several.
    [[nodiscard]] StoreResult<std::vector<HistoryEntry>> history(const core::Username& username,
                                                                 const core::DocumentId& document, int count);

    // One entry of the history; nothing if it is not kept (any more).
    [[nodiscard]] StoreResult<std::optional<HistoryEntry>> history_entry(const core::Username& username,
                                                                         const core::DocumentId& document,
                                                                         const std::string& id);

    // Makes a position the current one and the newest change of all. False if there is no such account.
    [[nodiscard]] StoreResult<bool> restore(const core::Username& username, const Restoration& restoration);

    // Makes a position the current one, unless somebody else has written since it was decided. To the
    // stale-push guard it is a write of another device. It never enters the outbox; one that waits there
    // for this document is taken out: what it stood for has been decided with it.
    [[nodiscard]] StoreResult<ImportOutcome> import(const core::Username& username, const Import& import);

    // Documents of the account that a device has pushed or that were linked, in no order. Of a book of
    // several ids only the main one.
    [[nodiscard]] StoreResult<std::vector<core::DocumentId>> documents(const core::Username& username);

    // The account's books of several ids: main document -> the others.
    using MergedBooks = std::map<core::DocumentId, std::vector<core::DocumentId>>;
    [[nodiscard]] StoreResult<MergedBooks> merged_books(const core::Username& username);

  private:
    Database& database_;
    int history_limit_;
};

}  // namespace koshelf::store
