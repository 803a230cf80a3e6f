// Listing: all items of all libraries that any of the credentials may see, read page by page.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "abs/calls.h"
#include "library/context.h"

namespace koshelf::library {

// What a piece of work came to.
enum class Step {
    kWorked,
    kLater,  // the server did not answer: try again when it does
    kDone,
};

class Listing {
  public:
    struct Seen {
        abs::ItemSummary summary;
        std::size_t credential = 0;  // index into credentials(): one that may see it
    };
    using Items = std::map<core::LibraryItemId, Seen>;

    explicit Listing(Context& context);  // of all credentials
    Listing(Context& context, std::vector<abs::Credential> credentials);

    // Makes one request.
    [[nodiscard]] Step step();

    [[nodiscard]] const Items& items() const { return items_; }
    [[nodiscard]] const std::vector<abs::Credential>& credentials() const { return credentials_; }
    // Nothing was left out because of errors.
    [[nodiscard]] bool complete() const { return complete_; }
    [[nodiscard]] std::size_t libraries() const { return library_items_.size(); }

  private:
    [[nodiscard]] Step read_libraries();
    [[nodiscard]] Step read_page();
    [[nodiscard]] Step failed(const abs::AbsError& error);
    [[nodiscard]] bool take(const abs::ItemPage& page, std::set<std::string>& known);
    void next_library();
    void next_credential();

    Context& context_;
    std::vector<abs::Credential> credentials_;
    Items items_;
    std::map<std::string, std::set<std::string>> library_items_;  // ids, by library
    bool complete_ = true;

    std::size_t credential_ = 0;
    std::optional<std::vector<abs::Library>> libraries_;  // of that credential
    std::size_t library_ = 0;
    abs::Page page_;
    int attempts_ = 0;
};

}  // namespace koshelf::library
