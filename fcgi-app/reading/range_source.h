// RangeSource: a book on a server, of which only the parts that are read are transferred.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <span>
#include <string>

#include <tl/expected.hpp>

#include "abs/calls.h"
#include "abs/error.h"
#include "core/text/byte_source.h"

namespace koshelf::reading {

struct RangePlan {
    std::uint64_t whole_below = 0;             // files up to this size are fetched at once
    std::uint64_t first = 16ULL * 1024;        // bytes of a fetch at the beginning of the file
    std::uint64_t least = 16ULL * 1024;        // bytes of a fetch elsewhere, and what they are aligned to
    std::uint64_t most = 1024ULL * 1024;       // fetches double up to this while a file is read in order
    std::uint64_t budget = UINT64_MAX;         // bytes that may be transferred for one file
    std::uint64_t kept = 48ULL * 1024 * 1024;  // bytes of fetched parts that stay in memory
};

// After a failed read, all further reads fail, and error() says why: what reads through this may take the
// failure for a property of the book.
class RangeSource final : public core::text::ByteSource {
  public:
    // Gets bytes from `first` on, up to and with `last`. kTooLarge means that the server sends more than it
    // was asked for: the whole file is then fetched instead, if the budget allows it.
    using Fetch = std::function<tl::expected<abs::EbookBytes, abs::AbsError>(abs::ByteRange)>;

    RangeSource(std::uint64_t size, Fetch fetch, RangePlan plan)
        : size_(size), fetch_(std::move(fetch)), plan_(plan), next_(plan.least) {}

    [[nodiscard]] std::uint64_t size() const override { return size_; }
    [[nodiscard]] core::text::Result<std::size_t> read(std::uint64_t offset,
                                                       std::span<std::byte> into) override;

    [[nodiscard]] const std::optional<abs::AbsError>& error() const { return error_; }
    // The file does not fit into the budget; error() is set.
    [[nodiscard]] bool over_budget() const { return over_budget_; }
    // What was transferred.
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    [[nodiscard]] std::size_t fetches() const { return fetches_; }

  private:
    struct Part {
        std::uint64_t offset = 0;
        std::string bytes;
        [[nodiscard]] std::uint64_t end() const { return offset + bytes.size(); }
    };

    [[nodiscard]] const Part* part_with(std::uint64_t offset);
    [[nodiscard]] bool load(std::uint64_t offset);
    [[nodiscard]] bool load_range(abs::ByteRange range, bool or_all);
    [[nodiscard]] abs::ByteRange range_for(std::uint64_t offset);
    [[nodiscard]] bool fail(abs::AbsError error);
    void keep(Part part);

    std::uint64_t size_;
    Fetch fetch_;
    RangePlan plan_;
    std::list<Part> parts_;  // used last first
    std::uint64_t held_ = 0;
    std::uint64_t next_;          // length of the next fetch in a row
    std::uint64_t last_end_ = 0;  // of the last fetch
    std::uint64_t bytes_ = 0;
    std::size_t fetches_ = 0;
    bool over_budget_ = false;
    std::optional<abs::AbsError> error_;
};

}  // namespace koshelf::reading
