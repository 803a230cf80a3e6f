#include "library/scan.h"

#include <algorithm>
#include <set>
#include <utility>

#include "abs/calls.h"
#include "library/file_digest.h"
#include "relay/cached_item.h"

namespace koshelf::library {
namespace {

using relay::cached_item;
using relay::fingerprint_of;
using relay::text_file;
using store::StoreResult;

constexpr int kMostTriesOfAnItem = 3;
constexpr int kChecksAStep = 200;  // items that need nothing

bool is_complete(const store::CachedFile& file) {
    return !file.filename_md5.empty();
}

// The file whose digests vouch for all of the item comes last.
std::vector<const abs::EbookFile*> files_of(const abs::Item& item) {
    std::vector<const abs::EbookFile*> files;
    for (const auto& file : item.supplementary) files.push_back(&file);
    if (item.ebook) files.push_back(&*item.ebook);
    const auto last = std::ranges::find(files, text_file(item));
    if (last != files.end()) std::rotate(last, last + 1, files.end());
    return files;
}

}  // namespace

StoreResult<void> Scan::begin() {
    auto files = context_.cache.files();
    if (!files) return tl::unexpected(files.error());
    files_ = std::move(*files);
    listing_.emplace(context_);
    listed_ = false;
    queue_.clear();
    next_ = 0;
    attempts_ = 0;
    report_ = {};
    return {};
}

StoreResult<Step> Scan::step() {
    if (!listing_) return Step::kDone;
    if (!listed_) {
        const Step step = listing_->step();
        if (step != Step::kDone) return step;
        listed_ = true;
        make_queue();
        return Step::kWorked;
    }
    return work();
}

void Scan::make_queue() {
    report_.libraries = listing_->libraries();
    report_.items = listing_->items().size();
    report_.complete = listing_->complete();
    for (const auto& [id, seen] : listing_->items()) {
        if (!seen.summary.missing) queue_.push_back(id);
    }
    std::stable_partition(queue_.begin(), queue_.end(), [&](const ItemId& id) {
        return !listing_->items().at(id).summary.ebook_format.empty();
    });
}

StoreResult<Step> Scan::work() {
    for (int checked = 0; checked < kChecksAStep && next_ < queue_.size(); ++checked) {
        const ItemId& id = queue_[next_];
        const Listing::Seen& seen = listing_->items().at(id);
        const auto known = is_known(id, seen.summary);
        if (!known) return tl::unexpected(known.error());
        if (!*known) return look_at(id, seen);
        ++next_;
    }
    if (next_ < queue_.size()) return Step::kWorked;
    if (report_.complete) {
        if (const auto forgotten = forget_missing_items(); !forgotten)
            return tl::unexpected(forgotten.error());
    }
    listing_.reset();
    return Step::kDone;
}

StoreResult<bool> Scan::is_known(const ItemId& id, const abs::ItemSummary& summary) {
    const auto cached = context_.cache.item(id);
    if (!cached) return tl::unexpected(cached.error());
    if (!*cached || (*cached)->updated != summary.updated_at) return false;
    if ((*cached)->ebook_fingerprint.empty()) return true;
    const auto file = files_.find({id, (*cached)->ebook_ino});
    return file != files_.end() && file->second.fingerprint == (*cached)->ebook_fingerprint;
}

StoreResult<Step> Scan::look_at(const ItemId& id, const Listing::Seen& seen) {
    const abs::Credential& credential = listing_->credentials()[seen.credential];
    auto item = context_.make_gently(abs::get_item(context_.settings.server, credential, id.str()));
    if (!item) return failed(id, item.error());
    // Should the list be older than the item (the server caches lists), the next pass has nothing to do
    // either.
    item->value.updated_at = seen.summary.updated_at;
    auto read = read_files(id, credential, item->value);
    if (!read || *read != Step::kWorked) return read;
    if (const auto forgotten = forget_missing_files(id, item->value); !forgotten)
        return tl::unexpected(forgotten.error());
    if (const auto written = put(id, item->value); !written) return tl::unexpected(written.error());
    ++report_.looked_at;
    attempts_ = 0;
    ++next_;
    return Step::kWorked;
}

StoreResult<Step> Scan::read_files(const ItemId& id, const abs::Credential& credential,
                                   const abs::Item& item) {
    for (const abs::EbookFile* file : files_of(item)) {
        const FileName name{id, file->ino};
        const auto known = files_.find(name);
        if (known != files_.end() && known->second.fingerprint == fingerprint_of(*file) &&
            is_complete(known->second))
            continue;
        const auto digests = digest_file(context_, credential, id.str(), *file);
        if (!digests) return failed(id, digests.error());
        if (const auto recorded = record(name, *digests); !recorded) return tl::unexpected(recorded.error());
        ++report_.digested;
    }
    return Step::kWorked;
}

// Last of all: an item that stands in the cache as it is now has been looked at completely.
StoreResult<void> Scan::put(const ItemId& id, const abs::Item& item) {
    const auto before = context_.cache.item(id);
    if (!before) return tl::unexpected(before.error());
    const store::CachedItem now = cached_item(item);
    if (const auto written = context_.cache.put_item(id, now); !written) return written;
    const bool same = *before && (*before)->ebook_fingerprint == now.ebook_fingerprint &&
                      (*before)->audio_fingerprint == now.audio_fingerprint;
    if (same) return {};
    if (const auto read = context_.index.refresh(context_.settings, context_.now()); !read) return read;
    if (!context_.index.mentions(id)) return {};
    return context_.cache.want(id, context_.now());
}

StoreResult<void> Scan::record(const FileName& name, const store::CachedFile& file) {
    const auto known = files_.find(name);
    const store::CachedFile before = known == files_.end() ? store::CachedFile{} : known->second;
    for (const std::string& digest : {file.partial_md5, file.filename_md5}) {
        if (const auto added = add_digest(digest, name.first); !added) return added;
    }
    files_[name] = file;
    for (const std::string& digest : {before.partial_md5, before.filename_md5}) {
        if (const auto removed = remove_digest(digest, name.first); !removed) return removed;
    }
    news_ = true;
    return context_.cache.put_file(name, file);
}

StoreResult<void> Scan::forget(const FileName& name) {
    const auto known = files_.find(name);
    if (known == files_.end()) return {};
    const store::CachedFile before = known->second;
    files_.erase(known);
    for (const std::string& digest : {before.partial_md5, before.filename_md5}) {
        if (const auto removed = remove_digest(digest, name.first); !removed) return removed;
    }
    ++report_.gone;
    return context_.cache.forget_file(name);
}

StoreResult<void> Scan::add_digest(const std::string& digest, const ItemId& item) {
    const auto document = core::DocumentId::parse(digest);
    if (!document) return {};
    auto items = context_.cache.items_of(*document);
    if (!items) return tl::unexpected(items.error());
    if (std::ranges::find(*items, item) != items->end()) return {};
    items->push_back(item);
    return context_.cache.put_items_of(*document, *items);
}

StoreResult<void> Scan::remove_digest(const std::string& digest, const ItemId& item) {
    const auto document = core::DocumentId::parse(digest);
    if (!document) return {};
    // Another file of the item may have it as well.
    for (auto file = files_.lower_bound({item, {}}); file != files_.end() && file->first.first == item;
         ++file) {
        if (file->second.partial_md5 == digest || file->second.filename_md5 == digest) return {};
    }
    auto items = context_.cache.items_of(*document);
    if (!items) return tl::unexpected(items.error());
    if (std::erase(*items, item) == 0) return {};
    return context_.cache.put_items_of(*document, *items);
}

StoreResult<void> Scan::forget_missing_files(const ItemId& id, const abs::Item& item) {
    std::set<std::string> present;
    for (const abs::EbookFile* file : files_of(item)) present.insert(file->ino);
    std::vector<FileName> missing;
    for (auto file = files_.lower_bound({id, {}}); file != files_.end() && file->first.first == id; ++file) {
        if (!present.contains(file->first.second)) missing.push_back(file->first);
    }
    for (const FileName& name : missing) {
        if (const auto forgotten = forget(name); !forgotten) return forgotten;
    }
    return {};
}

StoreResult<void> Scan::forget_missing_items() {
    std::vector<FileName> missing;
    for (const auto& [name, file] : files_) {
        if (!listing_->items().contains(name.first)) missing.push_back(name);
    }
    if (missing.empty()) return {};
    if (const auto read = context_.index.refresh(context_.settings, context_.now()); !read) return read;
    for (const FileName& name : missing) {
        if (const auto forgotten = forget(name); !forgotten) return forgotten;
        // What is linked keeps its map: positions convert as long as the link is there.
        if (context_.index.mentions(name.first)) continue;
        if (const auto forgotten = context_.cache.forget_item(name.first); !forgotten) return forgotten;
    }
    return {};
}

Step Scan::failed(const ItemId& id, const abs::AbsError& error) {
    if (may_pass(error) && ++attempts_ < kMostTriesOfAnItem) return Step::kLater;
    context_.log.warn("scan.item_failed")
        .with("item", id.str())
        .with("error", to_string(error.kind))
        .with("why", error.detail);
    ++report_.failed;
    attempts_ = 0;
    ++next_;
    return may_pass(error) ? Step::kLater : Step::kWorked;
}

}  // namespace koshelf::library
