#include "library/maps.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "abs/calls.h"
#include "abs/item_json.h"
#include "core/audio/alignment_codec.h"
#include "core/text/map_codec.h"
#include "platform/metrics.h"
#include "relay/books.h"
#include "relay/cached_item.h"

namespace koshelf::library {
namespace {

namespace metrics = platform::metrics;
using abs::AbsErrorKind;
using core::metrics::Metric;
using relay::cached_item;
using relay::fingerprint_of;
using relay::text_file;
using store::StoreResult;

constexpr int kLongestQueue = 10'000;
constexpr core::EpochMillis kFirstPause = 2'000;
constexpr core::EpochMillis kLongestPause = 900'000;

core::EpochMillis pause_after(int attempts) {
    return std::min(kLongestPause, kFirstPause << std::min(attempts, 20));
}

std::string not_an_epub(std::string format) {
    std::ranges::transform(format, format.begin(), [](unsigned char c) { return std::toupper(c); });
    return "The e-book is a " + format + " file; only the text of an EPUB can be followed.";
}

}  // namespace

StoreResult<bool> Maps::step() {
    const auto wanted = context_.cache.wanted(kLongestQueue);
    if (!wanted) return tl::unexpected(wanted.error());
    const core::EpochMillis now = context_.now();
    const auto ready = std::ranges::find_if(*wanted, [&](const auto& each) {
        const auto failure = failures_.find(each.first);
        return failure == failures_.end() || failure->second.not_before <= now;
    });
    if (ready == wanted->end()) return false;
    const auto& [id, since] = *ready;

    fetched_.clear();
    context_.index.invalidate();
    const auto served = serve(id);
    fetched_.clear();
    if (!served) return tl::unexpected(served.error());
    if (!*served) {
        failures_.erase(id);
        if (const auto noted = context_.cache.served(id, since); !noted) return tl::unexpected(noted.error());
        return true;
    }
    Failure& failure = failures_[id];
    failure.not_before = context_.now() + pause_after(failure.attempts++);
    if (context_.caller.keep_on()) {
        metrics::count(series(Metric::kMaps, "postponed"));
        context_.log.warn("map.postponed")
            .with("item", id.str())
            .with("attempts", failure.attempts)
            .with("why", **served);
    }
    return true;
}

Maps::Served Maps::serve(const ItemId& id) {
    if (const auto read = context_.index.refresh(context_.settings, context_.now()); !read)
        return tl::unexpected(read.error());
    std::map<ItemId, std::vector<ItemId>> by_text;
    for (const auto& [audio, text] : context_.index.pairs_with(id)) by_text[text].push_back(audio);
    std::optional<std::string> trouble;
    for (const auto& [text, audios] : by_text) {
        auto served = serve_text(text, audios);
        if (!served) return served;
        if (*served) trouble = std::move(*served);
    }
    return trouble;
}

Maps::Served Maps::serve_text(const ItemId& text, const std::vector<ItemId>& audios) {
    const auto book = fetch(text);
    if (!book) return tl::unexpected(book.error());
    std::vector<ItemId> heard;
    std::optional<std::string> trouble;
    if (!(*book)->item && (*book)->may_pass) trouble = (*book)->error;
    for (const ItemId& audio : audios) {
        const auto sound = fetch(audio);
        if (!sound) return tl::unexpected(sound.error());
        const Fetched& missing = (*book)->item ? **sound : **book;
        if (missing.item) {
            heard.push_back(audio);
        } else if (missing.may_pass) {
            trouble = missing.error;
        } else if (const auto noted = give_up({audio, text}, missing.error); !noted) {
            return tl::unexpected(noted.error());
        }
    }
    if (!(*book)->item) return trouble;
    auto built = build(text, **book, heard);
    if (!built || *built) return built;
    return trouble;
}

Maps::Served Maps::build(const ItemId& text, const Fetched& fetched, const std::vector<ItemId>& audios) {
    const abs::EbookFile* file = text_file(*fetched.item);
    if (file == nullptr) return std::nullopt;
    const auto state = map_state(text, fingerprint_of(*file));
    if (!state) return tl::unexpected(state.error());
    if (*state == MapState::kImpossible) return std::nullopt;
    const auto wanting = unaligned(text, audios);
    if (!wanting) return tl::unexpected(wanting.error());
    if (*state == MapState::kMade && wanting->empty()) return std::nullopt;
    if (file->format != "epub") {
        if (const auto put = put_map_error(text, not_an_epub(file->format)); !put)
            return tl::unexpected(put.error());
        return std::nullopt;
    }
    BuildOrder order{.book = {.server = context_.settings.server,
                              .credential = fetched.credential,
                              .http = context_.settings.http,
                              .item = text.str(),
                              .file = *file,
                              .download_limit = context_.download_limit},
                     .audios = {}};
    for (const ItemId& audio : *wanting) order.audios.push_back(fetched_.at(audio).item->audio);

    const core::EpochMillis begun = context_.now();
    BuildOutcome outcome = build_book(order, [this] { return context_.caller.keep_on(); });
    if (!outcome.error.empty() && !outcome.lasting) return std::move(outcome.error);
    log_build(text, outcome, context_.now() - begun);
    if (const auto put = store_outcome(text, *wanting, std::move(outcome)); !put)
        return tl::unexpected(put.error());
    return std::nullopt;
}

void Maps::log_build(const ItemId& text, const BuildOutcome& outcome, core::EpochMillis took) const {
    metrics::count(outcome.error.empty() ? series(Metric::kMaps, "made")
                                         : series(Metric::kMaps, "impossible"));
    metrics::observe(series(Metric::kMapDuration), std::chrono::milliseconds(took));
    auto line = context_.log.info(outcome.error.empty() ? "map.made" : "map.impossible");
    line.with("item", text.str())
        .with("ms", took)
        .with("transferred", static_cast<std::int64_t>(outcome.bytes))
        .with("requests", static_cast<std::int64_t>(outcome.fetches));
    if (!outcome.error.empty()) line.with("why", outcome.error);
}

StoreResult<const Maps::Fetched*> Maps::fetch(const ItemId& id) {
    if (const auto known = fetched_.find(id); known != fetched_.end()) return &known->second;
    Fetched answer = ask(id);
    if (answer.item) {
        // An audio item's text may be its own at the same time: all of it is new in one step.
        const store::CachedItem known = cached_item(*answer.item);
        if (const auto put = context_.cache.put_item(id, known); !put) return tl::unexpected(put.error());
        const auto put = context_.cache.put_marks(
            id, {.fingerprint = known.audio_fingerprint, .json = abs::to_item_json(answer.item->audio)});
        if (!put) return tl::unexpected(put.error());
    }
    return &fetched_.emplace(id, std::move(answer)).first->second;
}

Maps::Fetched Maps::ask(const ItemId& id) {
    Fetched answer;
    answer.error = "No Audiobookshelf credential is configured.";
    bool refused = false;
    std::string trouble;
    for (const abs::Credential& credential : context_.index.credentials_for(id, context_.settings)) {
        auto item = context_.make(abs::get_item(context_.settings.server, credential, id.str()));
        if (item) {
            answer.item = std::move(item->value);
            answer.credential = credential;
            return answer;
        }
        if (may_pass(item.error())) {
            trouble = "Audiobookshelf did not tell about the item: " + item.error().detail + ".";
        } else {
            refused = true;
            answer.error = item.error().kind == AbsErrorKind::kForbidden
                               ? "Audiobookshelf does not let this account see the item."
                               : "Audiobookshelf has no such item.";
        }
    }
    answer.may_pass = !refused || !trouble.empty();
    if (!trouble.empty()) answer.error = std::move(trouble);
    return answer;
}

StoreResult<Maps::MapState> Maps::map_state(const ItemId& text, const std::string& fingerprint) {
    const auto stored = context_.cache.text_map(text);
    if (!stored) return tl::unexpected(stored.error());
    if (!*stored || (*stored)->fingerprint != fingerprint) return MapState::kToBeMade;
    if (!(*stored)->error.empty()) return MapState::kImpossible;
    // One of another version is made again.
    return core::text::deserialise((*stored)->map) ? MapState::kMade : MapState::kToBeMade;
}

StoreResult<std::vector<core::LibraryItemId>> Maps::unaligned(const ItemId& text,
                                                              const std::vector<ItemId>& audios) {
    const store::CachedItem text_item = cached_item(*fetched_.at(text).item);
    std::vector<ItemId> missing;
    for (const ItemId& audio : audios) {
        const store::CachedItem audio_item = cached_item(*fetched_.at(audio).item);
        if (audio_item.audio_fingerprint.empty()) continue;
        const auto stored = context_.cache.alignment(audio, text);
        if (!stored) return tl::unexpected(stored.error());
        const bool current = *stored &&
                             (*stored)->fingerprint == relay::alignment_fingerprint(text_item, audio_item) &&
                             (!(*stored)->error.empty() ||
                              core::audio::deserialise_alignment((*stored)->alignment).has_value());
        if (!current) missing.push_back(audio);
    }
    return missing;
}

StoreResult<void> Maps::store_outcome(const ItemId& text, const std::vector<ItemId>& audios,
                                      BuildOutcome outcome) {
    if (!outcome.error.empty()) return put_map_error(text, outcome.error);
    const store::CachedItem text_item = cached_item(*fetched_.at(text).item);
    for (std::size_t i = 0; i < audios.size(); ++i) {
        const store::CachedItem audio_item = cached_item(*fetched_.at(audios[i]).item);
        BuiltAlignment& built = outcome.alignments[i];
        auto put =
            context_.cache.put_alignment(audios[i], text,
                                         {.fingerprint = relay::alignment_fingerprint(text_item, audio_item),
                                          .alignment = std::move(built.bytes),
                                          .confidence = built.confidence,
                                          .made = context_.now(),
                                          .error = std::move(built.error)});
        if (!put) return put;
    }
    // The map last: with it the book is complete.
    return context_.cache.put_text_map(text, {.fingerprint = text_item.ebook_fingerprint,
                                              .map = std::move(outcome.map),
                                              .made = context_.now(),
                                              .error = {}});
}

StoreResult<void> Maps::put_map_error(const ItemId& text, const std::string& error) {
    const store::CachedItem item = cached_item(*fetched_.at(text).item);
    return context_.cache.put_text_map(
        text, {.fingerprint = item.ebook_fingerprint, .map = {}, .made = context_.now(), .error = error});
}

StoreResult<void> Maps::give_up(const Pair& pair, const std::string& error) {
    const auto& [audio, text] = pair;
    const core::EpochMillis now = context_.now();
    std::vector<store::CachedItem> items;
    for (const ItemId& id : {audio, text}) {
        const auto cached = context_.cache.item(id);
        if (!cached) return tl::unexpected(cached.error());
        items.push_back(cached->value_or(store::CachedItem{}));
        if (*cached) continue;
        if (auto put = context_.cache.put_item(id, {}); !put) return put;
    }
    metrics::count(series(Metric::kMaps, "impossible"));
    context_.log.warn("map.impossible")
        .with("item", text.str())
        .with("audio", audio.str())
        .with("why", error);
    const std::string& book = items[1].ebook_fingerprint;
    const auto map = context_.cache.text_map_fingerprint(text);
    if (!map) return tl::unexpected(map.error());
    if (*map != book) {
        return context_.cache.put_text_map(text,
                                           {.fingerprint = book, .map = {}, .made = now, .error = error});
    }
    const std::string fingerprint = relay::alignment_fingerprint(items[1], items[0]);
    const auto alignment = context_.cache.alignment_fingerprint(audio, text);
    if (!alignment) return tl::unexpected(alignment.error());
    if (*alignment == fingerprint) return {};
    return context_.cache.put_alignment(
        audio, text,
        {.fingerprint = fingerprint, .alignment = {}, .confidence = 0, .made = now, .error = error});
}

}  // namespace koshelf::library
