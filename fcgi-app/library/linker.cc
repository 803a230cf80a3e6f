#include "library/linker.h"

#include <algorithm>
#include <iterator>

#include "abs/calls.h"
#include "core/bridge/suggestion.h"
#include "platform/metrics.h"
#include "relay/cached_item.h"

namespace koshelf::library {
namespace {

namespace metrics = platform::metrics;
using core::metrics::Metric;
using relay::fingerprint_of;
using store::StoreResult;

constexpr core::EpochSeconds kLookBack = 3;
constexpr core::EpochMillis kRefusalBelieved = 60'000;
constexpr std::size_t kMostNoted = 10'000;
// Below this, title and authors speak of another book.
constexpr double kSameBook = 0.3;

}  // namespace

StoreResult<void> Linker::look_at_recent() {
    const core::EpochSeconds now = context_.now() / 1000;
    const core::EpochSeconds since = looked_until_ == 0 ? now : looked_until_;
    const auto moved = context_.census.moved_since(since - kLookBack);
    if (!moved) return tl::unexpected(moved.error());
    looked_until_ = now;
    auto again = std::exchange(undecided_, {});
    for (const auto& [username, documents] : *moved) {
        if (auto considered = consider(username, documents); !considered) return considered;
        for (const core::DocumentId& document : documents) again.erase({username, document});
    }
    if (!context_.outage.over(context_.now())) {
        undecided_.merge(again);
        return {};
    }
    for (const auto& [username, document] : again) {
        if (auto considered = consider(username, {document}); !considered) return considered;
    }
    return {};
}

StoreResult<void> Linker::begin_sweep() {
    auto accounts = context_.census.accounts();
    if (!accounts) return tl::unexpected(accounts.error());
    accounts_ = std::move(*accounts);
    return {};
}

StoreResult<bool> Linker::sweep_step() {
    if (accounts_.empty()) return false;
    const core::Username username = std::move(accounts_.back());
    accounts_.pop_back();
    if (context_.settings.credential_of(username) == nullptr) return true;
    const auto documents = context_.records.documents(username);
    if (!documents) return tl::unexpected(documents.error());
    if (auto considered = consider(username, *documents); !considered)
        return tl::unexpected(considered.error());
    return true;
}

StoreResult<void> Linker::consider(const core::Username& username,
                                   const std::vector<core::DocumentId>& documents) {
    const abs::Account* account = context_.settings.credential_of(username);
    if (account == nullptr || documents.empty()) return {};
    const auto candidates = unlinked(username, documents);
    if (!candidates) return tl::unexpected(candidates.error());
    if (candidates->empty()) return {};
    std::vector<core::DocumentId> ids;
    for (const Unlinked& each : *candidates) ids.insert(ids.end(), each.ids.begin(), each.ids.end());
    const auto items = context_.cache.items_of(ids);
    if (!items) return tl::unexpected(items.error());
    auto of_id = items->begin();
    for (const Unlinked& each : *candidates) {
        std::vector<ItemId> found;
        for (std::size_t i = 0; i < each.ids.size(); ++i, ++of_id) {
            for (const ItemId& item : *of_id) {
                if (std::ranges::find(found, item) == found.end()) found.push_back(item);
            }
        }
        if (found.empty()) {
            if (unknown_.size() > kMostNoted) unknown_.clear();
            if (unknown_.insert(each.document).second) strangers_ = true;
        } else if (auto matched = match(username, account->credential, each, found); !matched) {
            return matched;
        }
    }
    return {};
}

StoreResult<std::vector<Linker::Unlinked>> Linker::unlinked(const core::Username& username,
                                                            const std::vector<core::DocumentId>& documents) {
    const auto links = context_.links.all(username);
    if (!links) return tl::unexpected(links.error());
    std::vector<Unlinked> found;
    for (const core::DocumentId& document : documents) {
        if (!links->contains(document) && !context_.settings.item_of(document))
            found.push_back({.document = document, .ids = {document}});
    }
    if (found.empty()) return found;
    const auto books = context_.records.merged_books(username);
    if (!books) return tl::unexpected(books.error());
    for (Unlinked& each : found) {
        if (const auto book = books->find(each.document); book != books->end())
            each.ids.insert(each.ids.end(), book->second.begin(), book->second.end());
    }
    return found;
}

StoreResult<void> Linker::match(const core::Username& username, const abs::Credential& credential,
                                const Unlinked& unlinked, const std::vector<ItemId>& items) {
    const core::DocumentId& document = unlinked.document;
    auto candidates = visible(credential, items);
    if (!candidates) {
        undecided_.emplace(username, document);
        return {};
    }
    if (candidates->size() > 1) {
        const auto heard = [](const Candidate& each) { return each.item.duration > 0; };
        if (std::ranges::any_of(*candidates, heard)) {
            std::erase_if(*candidates, [&heard](const Candidate& each) { return !heard(each); });
        }
    }
    if (candidates->empty()) return {};
    if (candidates->size() == 1) return link(username, unlinked, candidates->front());
    note_once(username, document, "link.ambiguous",
              "Not linked: " + std::to_string(candidates->size()) +
                  " items of Audiobookshelf have this file; choose one of them.");
    return {};
}

Linker::Candidates Linker::visible(const abs::Credential& credential, const std::vector<ItemId>& items) {
    constexpr std::size_t kMostCandidates = 20;
    std::vector<Candidate> found;
    const core::EpochMillis now = context_.now();
    for (std::size_t i = 0; i < std::min(items.size(), kMostCandidates); ++i) {
        const ItemId& id = items[i];
        const std::pair key{credential.digest(), id};
        if (const auto refused = refused_.find(key); refused != refused_.end() && refused->second > now)
            continue;
        auto item = context_.make(abs::get_item(context_.settings.server, credential, id.str()));
        if (item) {
            if (!item->value.podcast) found.push_back({id, std::move(item->value)});
        } else if (may_pass(item.error())) {
            return tl::unexpected(std::move(item.error()));
        } else {
            if (refused_.size() > kMostNoted) refused_.clear();
            refused_[key] = now + kRefusalBelieved;
        }
    }
    return found;
}

StoreResult<std::optional<store::LinkOrigin>> Linker::sameness(const Unlinked& unlinked,
                                                               const Candidate& candidate) {
    std::vector<abs::EbookFile> files = candidate.item.supplementary;
    if (candidate.item.ebook) files.push_back(*candidate.item.ebook);
    std::optional<store::LinkOrigin> how;
    for (const abs::EbookFile& file : files) {
        const auto known = context_.cache.file({candidate.id, file.ino});
        if (!known) return tl::unexpected(known.error());
        if (!*known || (*known)->fingerprint != fingerprint_of(file)) continue;
        for (const core::DocumentId& id : unlinked.ids) {
            if ((*known)->partial_md5 == id.str()) return store::LinkOrigin::kDigest;
            if ((*known)->filename_md5 == id.str()) how = store::LinkOrigin::kFileName;
        }
    }
    return how;
}

StoreResult<bool> Linker::contradicts(const core::Username& username, const core::DocumentId& document,
                                      const abs::Item& item) {
    const auto record = context_.records.load(username, document);
    if (!record) return tl::unexpected(record.error());
    const core::Metadata& metadata = record->metadata;
    if (!metadata.title || metadata.title->empty() || item.title.empty()) return false;
    const auto likeness = core::bridge::compare(
        {.title = *metadata.title, .authors = metadata.authors.value_or(""), .filename = {}},
        {.title = item.title, .authors = item.authors});
    return likeness.score < kSameBook;
}

StoreResult<void> Linker::link(const core::Username& username, const Unlinked& unlinked,
                               const Candidate& candidate) {
    const core::DocumentId& document = unlinked.document;
    const auto how = sameness(unlinked, candidate);
    if (!how) return tl::unexpected(how.error());
    if (!*how) return {};
    const bool by_name = **how == store::LinkOrigin::kFileName;
    if (by_name) {
        // Many files are called "book.epub".
        const auto other = contradicts(username, document, candidate.item);
        if (!other) return tl::unexpected(other.error());
        if (*other) {
            note_once(
                username, document, "link.doubtful",
                "Not linked: an item of Audiobookshelf has a file of this name, but it is another book.");
            return {};
        }
    }
    const core::EpochMillis now = context_.now();
    const store::Link link{.item = candidate.id, .text_item = {}, .how = **how, .since = now / 1000};
    const auto made = context_.links.set_if_absent(username, document, link, now);
    if (!made) return tl::unexpected(made.error());
    if (*made != store::Links::Change::kDone) return {};
    ++links_made_;
    metrics::count(series(Metric::kLinks));
    context_.index.invalidate();
    context_.log.info("link.made")
        .with("user", username.str())
        .with("document", document.str())
        .with("item", candidate.id.str())
        .with("how", to_string(link.how));
    context_.activity.note(
        {.id = {},
         .at = now,
         .username = username.str(),
         .document = document.str(),
         .event = "link.made",
         .sentence = "Linked to \"" + candidate.item.title +
                     (by_name ? "\": its file has the same name." : "\": it is the same file.")});
    return context_.cache.want(candidate.id, now);
}

void Linker::note_once(const core::Username& username, const core::DocumentId& document,
                       const std::string& event, const std::string& sentence) {
    if (noted_.size() > kMostNoted) noted_.clear();
    if (!noted_.insert(username.str() + ":" + document.str() + ":" + event).second) return;
    context_.log.info(event).with("user", username.str()).with("document", document.str());
    context_.activity.note({.id = {},
                            .at = context_.now(),
                            .username = username.str(),
                            .document = document.str(),
                            .event = event,
                            .sentence = sentence});
}

void Linker::forget_rights() {
    refused_.clear();
    noted_.clear();
}

}  // namespace koshelf::library
