#include "relay/cached_item.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "platform/crypto.h"

namespace koshelf::relay {
namespace {

constexpr std::size_t kDigestDigits = 32;

void append(std::string& text, double value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    text.append(digits.data(), end);
    text += '\n';
}

void append(std::string& text, const std::string& value) {
    text += std::to_string(value.size()) + ":" + value + "\n";
}

}  // namespace

std::string fingerprint_of(const abs::EbookFile& file) {
    return file.ino + "|" + std::to_string(file.size) + "|" + std::to_string(file.mtime);
}

std::string fingerprint_of(const core::audio::RawAudiobook& audio, double duration) {
    if (duration <= 0 && audio.duration <= 0 && audio.tracks.empty() && audio.chapters.empty()) return {};
    std::string text;
    append(text, duration);
    append(text, audio.duration);
    append(text, audio.title);
    append(text, audio.language);
    for (const auto& track : audio.tracks) {
        append(text, track.start);
        append(text, track.duration);
        append(text, track.title);
    }
    text += "chapters\n";
    for (const auto& chapter : audio.chapters) {
        append(text, chapter.start);
        append(text, chapter.end);
        append(text, chapter.title);
    }
    return platform::sha256_hex(text).substr(0, kDigestDigits);
}

const abs::EbookFile* text_file(const abs::Item& item) {
    const auto is_epub = [](const abs::EbookFile& file) { return file.format == "epub"; };
    if (item.ebook && is_epub(*item.ebook)) return &*item.ebook;
    const auto other = std::ranges::find_if(item.supplementary, is_epub);
    if (other != item.supplementary.end()) return &*other;
    return item.ebook ? &*item.ebook : nullptr;
}

store::CachedItem cached_item(const abs::Item& item) {
    store::CachedItem cached;
    cached.title = item.title;
    cached.authors = item.authors;
    cached.media_id = item.media_id;
    cached.duration = item.duration;
    cached.updated = item.updated_at;
    if (item.podcast) return cached;
    cached.audio_fingerprint = fingerprint_of(item.audio, item.duration);
    if (const abs::EbookFile* file = text_file(item)) {
        cached.ebook_ino = file->ino;
        cached.ebook_format = file->format;
        cached.ebook_fingerprint = fingerprint_of(*file);
    }
    return cached;
}

}  // namespace koshelf::relay
