// Loader: takes images in, many at a time, into a Redis that devices push to meanwhile, and keeps count.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/account_writer.h"
#include "transfer/line.h"

namespace koshelf::transfer {

struct Tally {
    std::int64_t accounts_created = 0;
    std::int64_t accounts_locked =
        0;  // of these; they came without a password and have none that anybody knows
    std::int64_t accounts_present = 0;  // were there
    std::int64_t passwords_kept = 0;    // of these; theirs is another one than the import's
    std::int64_t passwords_replaced = 0;
    std::int64_t documents_added = 0;
    std::int64_t documents_replaced = 0;
    std::int64_t documents_same = 0;
    std::int64_t documents_kept = 0;      // another position stays
    std::int64_t documents_homeless = 0;  // there is no such account
    std::int64_t history_entries = 0;     // added
    std::int64_t aliases = 0;
    std::vector<std::string> administrators{};  // of the accounts that were created
};

class Loader {
  public:
    Loader(store::Database& database, store::ImportMode mode, int history_limit)
        : writer_(database, mode, history_limit), mode_(mode) {}

    // Takes one in; it is written with others, sooner or later. `line` says where it comes from. The error is
    // that of a flush.
    [[nodiscard]] store::StoreResult<void> add(store::AccountImage image, std::int64_t line);
    [[nodiscard]] store::StoreResult<void> add(store::DocumentImage image, std::int64_t line);
    [[nodiscard]] store::StoreResult<void> add(store::HistoryImage image, std::int64_t line);
    [[nodiscard]] store::StoreResult<void> add(store::AliasImage image, std::int64_t line);

    // Writes what has not been written. After an error it is not known what of it was; all lines before
    // unwritten() are in. Taking lines in once more does no harm.
    [[nodiscard]] store::StoreResult<void> flush();

    // The first line that may not be written yet; nothing if all are.
    [[nodiscard]] std::optional<std::int64_t> unwritten() const;

    [[nodiscard]] const Tally& tally() const { return tally_; }

    // What was left out, as (line, why): a key there is of another type than it should be.
    [[nodiscard]] const std::vector<std::pair<std::int64_t, std::string>>& refused() const {
        return refused_;
    }

  private:
    template <typename Image>
    struct Waiting {
        std::vector<Image> images;
        std::vector<std::int64_t> lines;
    };

    [[nodiscard]] store::StoreResult<void> note(std::int64_t line);
    template <typename Image, typename Outcome, typename Count>
    [[nodiscard]] store::StoreResult<void> settle(const Waiting<Image>& waiting,
                                                  const store::StoreResult<store::Each<Outcome>>& outcomes,
                                                  Count count);
    [[nodiscard]] store::StoreResult<void> flush_accounts();
    [[nodiscard]] store::StoreResult<void> flush_documents();
    [[nodiscard]] store::StoreResult<void> flush_history();
    [[nodiscard]] store::StoreResult<void> flush_overtaken(bool all);
    void count(store::AccountOutcome outcome, const store::AccountImage& image);
    void count(store::DocumentOutcome outcome, const store::DocumentImage& image);

    store::AccountWriter writer_;
    store::ImportMode mode_;
    Tally tally_;
    std::vector<std::pair<std::int64_t, std::string>> refused_;

    Waiting<store::AccountImage> accounts_;
    Waiting<store::DocumentImage> documents_;
    Waiting<store::HistoryImage> history_;
    Waiting<store::AliasImage> aliases_;
    std::int64_t first_line_ = 0;  // that waits; 0: none
    std::int64_t waiting_lines_ = 0;
    // Positions that another one overtook, to be kept in the history unless a line of theirs has them
    // already.
    Waiting<store::HistoryImage> overtaken_;
    // The last document that is to be left alone: its history comes behind it.
    std::optional<std::pair<std::string, std::string>> left_alone_;
};

}  // namespace koshelf::transfer
