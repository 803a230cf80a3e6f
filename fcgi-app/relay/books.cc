#include "relay/books.h"

#include <algorithm>

#include "core/audio/alignment_codec.h"
#include "core/text/map_codec.h"
#include "relay/calibrating.h"

namespace koshelf::relay {

using store::CachedItem;
using store::StoreResult;

core::bridge::BookKnowledge Book::knowledge(std::span<const core::bridge::DevicePosition> history) const {
    return {.map = map ? &*map : nullptr,
            .alignment = alignment ? &*alignment : nullptr,
            .duration = duration,
            .history = history};
}

std::string alignment_fingerprint(const CachedItem& text_item, const CachedItem& audio_item) {
    return text_item.ebook_fingerprint + "|" + audio_item.audio_fingerprint;
}

StoreResult<std::shared_ptr<const Book>> Books::find(const Subject& subject, core::EpochMillis now) {
    auto book = find_common(subject.item, subject.text_item, now);
    if (!book || *book == nullptr || !(*book)->alignment) return book;
    const auto said = calibrations_.of(subject.username, pair_of(subject));
    if (!said) return tl::unexpected(said.error());
    const auto points = fitting(said->entries, **book);
    if (points.empty()) return book;
    auto own = std::make_shared<Book>(**book);
    own->alignment = core::audio::bent(*own->alignment, points);
    return own;
}

StoreResult<std::shared_ptr<const Book>> Books::find_common(const core::LibraryItemId& item,
                                                            const core::LibraryItemId& text_item,
                                                            core::EpochMillis now) {
    std::vector<core::LibraryItemId> ids{item};
    if (item != text_item) ids.push_back(text_item);
    const auto items = cache_.items(ids);
    if (!items) return tl::unexpected(items.error());
    const auto audio = items->find(item);
    const auto text = items->find(text_item);

    if (audio != items->end() && text != items->end()) {
        const std::string fingerprint = alignment_fingerprint(text->second, audio->second);
        if (auto book = kept(item, text_item, fingerprint)) return book;
        auto book = std::make_shared<Book>();
        book->title = audio->second.title;
        book->duration = audio->second.duration;
        book->fingerprint = fingerprint;
        book->text_fingerprint = text->second.ebook_fingerprint;
        const auto complete = read_text(*book, item, text_item, audio->second, text->second);
        if (!complete) return tl::unexpected(complete.error());
        if (*complete) {
            keep({.item = item, .text_item = text_item, .book = book});
            return book;
        }
    }
    if (const auto asked = cache_.want(item, now); !asked) return tl::unexpected(asked.error());
    if (item != text_item) {
        if (const auto asked = cache_.want(text_item, now); !asked) return tl::unexpected(asked.error());
    }
    return nullptr;
}

StoreResult<bool> Books::read_text(Book& book, const core::LibraryItemId& item,
                                   const core::LibraryItemId& text_item, const CachedItem& audio,
                                   const CachedItem& text) {
    if (text.ebook_fingerprint.empty()) return true;
    const auto map = cache_.text_map(text_item);
    if (!map) return tl::unexpected(map.error());
    if (!*map || (*map)->fingerprint != text.ebook_fingerprint) return false;
    if (!(*map)->error.empty()) {
        book.trouble = (*map)->error;
        return true;
    }
    auto read = core::text::deserialise((*map)->map);
    // Of another version of this program, or damaged: it is made anew.
    if (!read) return false;
    book.map = std::move(*read);

    if (audio.audio_fingerprint.empty()) return true;
    const auto alignment = cache_.alignment(item, text_item);
    if (!alignment) return tl::unexpected(alignment.error());
    if (!*alignment || (*alignment)->fingerprint != book.fingerprint) return false;
    if (!(*alignment)->error.empty()) {
        book.trouble = (*alignment)->error;
        return true;
    }
    auto aligned = core::audio::deserialise_alignment((*alignment)->alignment);
    if (!aligned) return false;
    book.alignment = std::move(*aligned);
    return true;
}

std::shared_ptr<const Book> Books::kept(const core::LibraryItemId& item, const core::LibraryItemId& text_item,
                                        const std::string& fingerprint) {
    const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) {
        return entry.item == item && entry.text_item == text_item && entry.book->fingerprint == fingerprint;
    });
    if (found == entries_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found);
    return entries_.front().book;
}

void Books::keep(Entry entry) {
    std::erase_if(entries_, [&](const Entry& old) {
        return old.item == entry.item && old.text_item == entry.text_item;
    });
    entries_.push_front(std::move(entry));
    if (entries_.size() > kept_) entries_.pop_back();
}

}  // namespace koshelf::relay
