#include "web/admin_api/aligned_book.h"

#include <algorithm>
#include <utility>

#include "abs/item_json.h"
#include "platform/clock.h"
#include "relay/calibrating.h"
#include "store/leases.h"
#include "web/admin_api/desk.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

using State = AlignedBook::State;

std::string pending_message(Services& services) {
    const auto holder = store::Leases(services.database).holder(store::kLibraryLease);
    return holder && *holder ? "The e-book is being read. It takes a few seconds."
                             : "The e-book waits for the bridge, which is not running.";
}

void judge(AlignedBook& aligned, Services& services) {
    if (aligned.book == nullptr) {
        aligned.state = State::kPending;
        aligned.message = pending_message(services);
        return;
    }
    const relay::Book& book = *aligned.book;
    if (book.map && book.alignment) {
        aligned.state = State::kReady;
        const auto ignored = std::ranges::count_if(
            aligned.said.entries, [&book](const auto& said) { return !relay::fits(said, book); });
        if (ignored > 0) {
            aligned.message =
                "The e-book or the audio is another one now: what was said of the old one is ignored.";
        }
    } else if (!book.map && book.text_fingerprint.empty()) {
        aligned.state = State::kNoText;
        aligned.message = "The book has no e-book in Audiobookshelf. Another book's EPUB can give the text.";
    } else if (book.trouble.empty()) {
        aligned.state = State::kNoAudio;
        aligned.message = "The book has no audio.";
    } else {
        aligned.state = State::kImpossible;
        aligned.message = book.trouble;
    }
}

void find_places(AlignedBook& aligned, const DocumentView& view) {
    const core::StoredPosition& position = view.record.position;
    const auto* book = aligned.book.get();
    const bool has_map = book != nullptr && book->map && book->map->length() > 0;
    if (has_map && position.progress && position.percentage) {
        const auto place = core::bridge::place_of(
            {.percentage = *position.percentage, .progress = *position.progress}, *book->map);
        if (place) {
            aligned.reading =
                AlignedBook::Place{.offset = place->offset, .seconds = std::nullopt, .exact = place->exact};
        }
    }
    if (const auto seconds = view.heard_seconds())
        aligned.listening = AlignedBook::Place{.offset = std::nullopt, .seconds = seconds};
    if (book == nullptr || !book->alignment) return;
    if (aligned.reading)
        aligned.reading->seconds = book->alignment->seconds_at(*aligned.reading->offset).seconds;
    if (aligned.listening)
        aligned.listening->offset = book->alignment->offset_at(*aligned.listening->seconds).offset;
}

// None while the bridge has yet to look at the item: it is asked to.
store::StoreResult<std::vector<core::audio::AudioChapter>> chapters_of(Services& services,
                                                                       const core::LibraryItemId& item,
                                                                       const std::string& fingerprint) {
    std::vector<core::audio::AudioChapter> chapters;
    if (fingerprint.empty()) return chapters;
    const auto marks = services.desk.cache.marks(item);
    if (!marks) return tl::unexpected(marks.error());
    if (!*marks || (*marks)->fingerprint != fingerprint) {
        if (const auto asked = services.desk.cache.want(item, platform::now_millis()); !asked)
            return tl::unexpected(asked.error());
        return chapters;
    }
    const auto raw = abs::parse_item((*marks)->json);
    const auto timeline =
        raw ? core::audio::AudioTimeline::make(*raw) : tl::unexpected(core::audio::TimelineError::kNoAudio);
    if (timeline) chapters.assign(timeline->chapters().begin(), timeline->chapters().end());
    return chapters;
}

}  // namespace

std::string_view to_string(State state) {
    switch (state) {
        case State::kReady: return "ready";
        case State::kNoText: return "no_text";
        case State::kNoAudio: return "no_audio";
        case State::kPending: return "pending";
        case State::kImpossible: return "impossible";
    }
    return "unknown";
}

OrResponse<AlignedBook> open_aligned_book(Services& services, const LoadedDocument& loaded) {
    auto subject = linked_subject(loaded);
    if (!subject) return tl::unexpected(std::move(subject.error()));
    AlignedBook aligned{.subject = std::move(*subject),
                        .book = nullptr,
                        .state = State::kPending,
                        .message = {},
                        .reading = {},
                        .listening = {},
                        .said = {},
                        .chapters = {}};
    auto book = services.desk.books.find(aligned.subject, platform::now_millis());
    if (!book) return tl::unexpected(store_failed(services, book.error()));
    aligned.book = std::move(*book);
    auto said = services.desk.calibrations.of(aligned.subject.username, relay::pair_of(aligned.subject));
    if (!said) return tl::unexpected(store_failed(services, said.error()));
    aligned.said = std::move(*said);
    if (loaded.view.known) {
        auto chapters = chapters_of(services, aligned.subject.item, loaded.view.known->audio_fingerprint);
        if (!chapters) return tl::unexpected(store_failed(services, chapters.error()));
        aligned.chapters = std::move(*chapters);
    }
    judge(aligned, services);
    find_places(aligned, loaded.view);
    return aligned;
}

}  // namespace koshelf::web
