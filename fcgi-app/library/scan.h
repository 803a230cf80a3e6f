// Scan: looks through the libraries for files whose digests are not known yet.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "library/context.h"
#include "library/listing.h"
#include "store/library_cache.h"

namespace koshelf::library {

struct ScanReport {
    std::size_t libraries = 0;
    std::size_t items = 0;      // in them
    std::size_t looked_at = 0;  // of which were new or changed
    std::size_t digested = 0;   // e-book files that were new or changed
    std::size_t gone = 0;       // e-book files that are not there any more
    std::size_t failed = 0;     // items that could not be looked at
    bool complete = false;      // every library could be listed
};

// Works in small steps, so that other work goes on meanwhile. What it finds is in koshelf:files,
// koshelf:filehash and koshelf:item:…; a pass that is broken off loses nothing of that, and the next one goes
// on from there. Only one process may be at it at a time.
class Scan {
  public:
    explicit Scan(Context& context) : context_(context) {}

    // Begins a pass; one that runs is dropped.
    [[nodiscard]] store::StoreResult<void> begin();
    void drop() { listing_.reset(); }
    [[nodiscard]] bool running() const { return listing_.has_value(); }

    // A page of a listing, or an item. kDone ends the pass.
    [[nodiscard]] store::StoreResult<Step> step();

    // Of the pass that runs or ran last.
    [[nodiscard]] const ScanReport& report() const { return report_; }

    // Whether digests were found since this was asked last.
    [[nodiscard]] bool take_news() { return std::exchange(news_, false); }

  private:
    using ItemId = core::LibraryItemId;
    using FileName = store::LibraryCache::FileName;
    using Files = std::map<FileName, store::CachedFile>;

    void make_queue();
    [[nodiscard]] store::StoreResult<Step> work();
    [[nodiscard]] store::StoreResult<bool> is_known(const ItemId& id, const abs::ItemSummary& summary);
    [[nodiscard]] store::StoreResult<Step> look_at(const ItemId& id, const Listing::Seen& seen);
    [[nodiscard]] store::StoreResult<Step> read_files(const ItemId& id, const abs::Credential& credential,
                                                      const abs::Item& item);
    [[nodiscard]] store::StoreResult<void> put(const ItemId& id, const abs::Item& item);
    [[nodiscard]] store::StoreResult<void> record(const FileName& name, const store::CachedFile& file);
    [[nodiscard]] store::StoreResult<void> forget(const FileName& name);
    [[nodiscard]] store::StoreResult<void> add_digest(const std::string& digest, const ItemId& item);
    [[nodiscard]] store::StoreResult<void> remove_digest(const std::string& digest, const ItemId& item);
    [[nodiscard]] store::StoreResult<void> forget_missing_files(const ItemId& id, const abs::Item& item);
    [[nodiscard]] store::StoreResult<void> forget_missing_items();
    [[nodiscard]] Step failed(const ItemId& id, const abs::AbsError& error);

    Context& context_;
    std::optional<Listing> listing_;
    bool listed_ = false;
    std::vector<ItemId> queue_;
    std::size_t next_ = 0;
    int attempts_ = 0;  // at the next item
    Files files_;
    ScanReport report_;
    bool news_ = false;
};

}  // namespace koshelf::library
