// Reading positions: pushed by devices, pulled by devices.
#pragma once

#include <optional>
#include <string>

#include "core/identifiers.h"
#include "core/ids.h"
#include "core/matching_method.h"
#include "core/position.h"
#include "store/database.h"
#include "store/links.h"

namespace koshelf::store {

// A push, complete and checked.
struct Push {
    core::DocumentId document;
    core::Position position;
    core::Metadata metadata;
    std::optional<core::IdentifierList> identifiers;
    // What it tells of the device, for store/devices.h.
    core::MatchingMethod method = core::MatchingMethod::kUnknown;
    std::optional<core::EpochSeconds> device_time{};  // its clock
    std::string address_digest{};                     // "": not known
};

enum class PushOutcome {
    kStored,     // it is the current position now
    kRefreshed,  // it was already, from this device: only its time is new
    kStale,      // kept in the history: another device has written since this one was here
    kFull,       // nothing was stored: it would be one document more than the account may have
};

// Whether a push that becomes current is to be brought to Audiobookshelf.
enum class Delivery { kNone, kOutbox };

struct PushReceipt {
    PushOutcome outcome = PushOutcome::kStored;
    std::string document;        // for the device: the id it asked for; with identifiers the record's
    std::string record;          // the document it went to: of a book of several ids the main one
    std::string match;           // type of the identifier that named it; empty without identifiers
    bool first_refusal = false;  // with kFull: since there was room, nobody was told so before
};

// What a pull finds. Without identifiers only the position is set.
struct Pulled {
    core::StoredPosition position;  // empty if nothing is stored
    std::string document;           // id under which it was found
    std::string match;              // type of the identifier that found it
    std::string
        progress_match;  // strongest type shared with what stands beside the progress string, or "none"
    // Only if it was asked for: the document that has the link (of a book of several ids the main one), and
    // that link, if there is no live feed.
    std::optional<core::DocumentId> record;
    std::optional<Link> link;
    bool feed_is_live = true;
};

class Positions {
  public:
    struct Rules {
        bool stale_guard = true;
        int history_limit = 200;       // positions kept for each document
        int documents_limit = 10'000;  // documents of an account whose profile says nothing else; 0: no limit
    };
    Positions(Database& database, const Rules& rules) : database_(database), rules_(rules) {}

    // Stores a push in one step with the credential check. Nothing if the credential is not the account's
    // (any more): an account that was deleted meanwhile does not come back. With kOutbox, and if it became
    // the current position, it is in the account's outbox as well, in the same step.
    [[nodiscard]] StoreResult<std::optional<PushReceipt>> push(const core::Username& username,
                                                               const core::Credential& credential,
                                                               const Push& push, core::EpochSeconds now,
                                                               Delivery delivery);

    // Reads a document's position together with the credential check; nothing if that fails.
    [[nodiscard]] StoreResult<std::optional<Pulled>> pull(const core::Username& username,
                                                          const core::Credential& credential,
                                                          const core::DocumentId& document);

    // The same, together with the document's link and whether that credential of Audiobookshelf has a live
    // feed. A second round trip if there is none and the link is another id's of the same book.
    [[nodiscard]] StoreResult<std::optional<Pulled>> pull_linked(const core::Username& username,
                                                                 const core::Credential& credential,
                                                                 const core::DocumentId& document,
                                                                 const std::string& credential_digest);

    // The same for whatever record the identifiers name.
    [[nodiscard]] StoreResult<std::optional<Pulled>> pull(const core::Username& username,
                                                          const core::Credential& credential,
                                                          const core::IdentifierList& identifiers);

  private:
    Database& database_;
    Rules rules_;
};

}  // namespace koshelf::store
