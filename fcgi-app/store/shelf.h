// Shelf: an account's documents as their owner keeps them: what they are called, in which order they stand,
// and which are forgotten.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/ids.h"
#include "core/position.h"
#include "store/database.h"

namespace koshelf::store {

class Shelf {
  public:
    explicit Shelf(Database& database) : database_(database) {}

    // What the account's documents are called, by their owner or else by a device, in no order; "" where
    // nobody says. A few round trips of a thousand documents each.
    struct Called {
        core::DocumentId document;
        std::string title;
        std::string filename;
    };
    [[nodiscard]] StoreResult<std::vector<Called>> names(const core::Username& username);

    // How far each of them is read; nothing if that is no number. The same.
    using Read = std::pair<core::DocumentId, std::optional<double>>;
    [[nodiscard]] StoreResult<std::vector<Read>> percentages(const core::Username& username);

    // Calls a document otherwise than devices do. A part that is nothing stays as it is, "" is again what
    // devices say. False if there is no such account, or neither a position nor a link of that document.
    struct Name {
        std::optional<std::string> title;
        std::optional<std::string> authors;
    };
    [[nodiscard]] StoreResult<bool> rename(const core::Username& username, const core::DocumentId& document,
                                           const Name& name);

    // Forgets a document: position, history, names, link, aliases, what waits and what was given up. A device
    // that pushes it again makes it anew. False if there was nothing of it.
    [[nodiscard]] StoreResult<bool> forget(const core::Username& username, const core::DocumentId& document);

  private:
    [[nodiscard]] StoreResult<std::vector<core::DocumentId>> documents(const core::Username& username);

    Database& database_;
};

}  // namespace koshelf::store
