// AccountLines: an account as the lines of an export, a page at a time. The command line writes them into a
// file, the admin route answers with them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/account_reader.h"

namespace koshelf::transfer {

class AccountLines {
  public:
    // Whether the account's line has its credential.
    enum class Secrets { kWith, kWithout };

    AccountLines(store::Database& database, std::string username, Secrets secrets)
        : reader_(database, std::move(username)), secrets_(secrets) {}

    // False if there is no such account. The pages need that.
    [[nodiscard]] store::StoreResult<bool> open() { return reader_.open(); }

    struct Page {
        std::vector<std::string> lines;
        std::int64_t documents = 0;  // of these lines
        bool first = false;          // it begins with the account itself
        std::string next;            // the cursor of the page after it; "": that was all
    };
    // `cursor`: "" for the first page, else an earlier page's `next`; a text that is none is as "". A page
    // has up to that many documents, and up to 250 positions of each one's history. What is there throughout
    // the walk comes exactly once, however the rest changes meanwhile.
    [[nodiscard]] store::StoreResult<Page> page(const std::string& cursor, std::size_t documents);

    // As of AccountReader.
    [[nodiscard]] std::int64_t misshapen() const { return reader_.misshapen(); }

  private:
    [[nodiscard]] store::StoreResult<void> add_account(Page& page);
    [[nodiscard]] store::StoreResult<void> add_documents(Page& page, std::size_t first, std::size_t count);
    [[nodiscard]] store::StoreResult<void> add_history(Page& page, const std::string& document,
                                                       const std::string& after);
    [[nodiscard]] store::StoreResult<void> add_aliases(Page& page, std::size_t first);
    [[nodiscard]] std::string after_document(std::size_t index) const;

    store::AccountReader reader_;
    Secrets secrets_;
};

}  // namespace koshelf::transfer
