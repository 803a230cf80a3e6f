#include "web/admin_api/text_fetch.h"

#include <chrono>
#include <thread>
#include <utility>

#include "abs/calls.h"
#include "platform/clock.h"
#include "platform/signals.h"
#include "reading/ebook_text.h"
#include "relay/cached_item.h"
#include "web/admin_api/desk.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

using std::chrono::milliseconds;

// nginx waits for half a minute, of which the look at the item may take five seconds.
constexpr milliseconds kLongestReading{20'000};
constexpr milliseconds kLongestWait{21'000};
constexpr milliseconds kBetweenLooks{150};

bool go_on() {
    return !platform::stop_pending();
}

}  // namespace

OrResponse<store::CachedText> TextFetch::run() {
    auto known = look();
    if (!known) return tl::unexpected(std::move(known.error()));
    if (known->visible && known->text) {
        const auto current = is_current(*known->text);
        if (!current) return tl::unexpected(current.error());
        if (*current) return std::move(*known->text);
    }
    const auto file = ask_for_file();
    if (!file) return tl::unexpected(file.error());
    if (known->text && known->text->fingerprint == relay::fingerprint_of(*file))
        return std::move(*known->text);
    return fill(*file);
}

OrResponse<store::TextCache::Look> TextFetch::look() {
    auto known = services_.desk.texts.look(digest_, item_);
    if (!known) return tl::unexpected(store_failed(services_, known.error()));
    return std::move(*known);
}

OrResponse<bool> TextFetch::is_current(const store::CachedText& text) {
    const auto item = services_.desk.cache.item(item_);
    if (!item) return tl::unexpected(store_failed(services_, item.error()));
    return *item && (*item)->ebook_fingerprint == text.fingerprint;
}

OrResponse<abs::EbookFile> TextFetch::ask_for_file() {
    const auto item = abs::perform(services_.desk.http, abs::get_item(services_.settings.current().server,
                                                                      account_.credential, item_.str()));
    const bool refused = !item && (item.error().kind == abs::AbsErrorKind::kNotFound ||
                                   item.error().kind == abs::AbsErrorKind::kForbidden);
    if (!item && !refused) return tl::unexpected(audiobookshelf_failed(item.error()));
    if (const auto noted = services_.desk.texts.note_sight(digest_, item_, !refused); !noted)
        return tl::unexpected(store_failed(services_, noted.error()));
    if (refused) return tl::unexpected(admin_error(AdminError::kNoItem));
    const abs::EbookFile* file = relay::text_file(item->value);
    if (file == nullptr)
        return tl::unexpected(admin_error(AdminError::kNoText, "The book has no e-book in Audiobookshelf."));
    if (file->format != "epub") {
        return tl::unexpected(
            admin_error(AdminError::kNoText, "The e-book is no EPUB; only the text of one can be shown."));
    }
    return *file;
}

OrResponse<store::CachedText> TextFetch::fill(const abs::EbookFile& file) {
    const auto deadline = std::chrono::steady_clock::now() + kLongestWait;
    while (true) {
        const auto claimed = services_.desk.texts.claim(item_, kLongestWait);
        if (!claimed) return tl::unexpected(store_failed(services_, claimed.error()));
        // Whoever had it until now may be done.
        auto known = look();
        if (!known) return tl::unexpected(std::move(known.error()));
        const bool done = known->text && known->text->fingerprint == relay::fingerprint_of(file);
        if (*claimed) {
            auto text = done ? OrResponse<store::CachedText>(std::move(*known->text)) : read(file);
            services_.desk.texts.release(item_);
            return text;
        }
        if (done) return std::move(*known->text);
        if (std::chrono::steady_clock::now() > deadline || !go_on())
            return tl::unexpected(admin_error(AdminError::kBookNotReady));
        std::this_thread::sleep_for(kBetweenLooks);
    }
}

OrResponse<store::CachedText> TextFetch::read(const abs::EbookFile& file) {
    const abs::Settings& settings = services_.settings.current();
    const reading::EbookOrder order{
        .server = settings.server,
        .credential = account_.credential,
        .http = settings.http,
        .item = item_.str(),
        .file = file,
        .download_limit = static_cast<std::uint64_t>(services_.config.download_limit_mb) << 20U};
    const core::EpochMillis begun = platform::now_millis();
    const auto text = reading::read_ebook_text(order, go_on, kLongestReading);
    store::CachedText cached{.fingerprint = relay::fingerprint_of(file), .index = {}, .error = {}};
    if (text) {
        cached.index = text->index;
        services_.log.info("text.read")
            .with("item", item_.str())
            .with("ms", platform::now_millis() - begun)
            .with("transferred", static_cast<std::int64_t>(text->bytes))
            .with("requests", static_cast<std::int64_t>(text->fetches));
    } else {
        services_.log.warn("text.failed").with("item", item_.str()).with("why", text.error().sentence);
        if (text.error().refused)
            return tl::unexpected(admin_error(AdminError::kNoItem, text.error().sentence));
        if (!text.error().lasting)
            return tl::unexpected(admin_error(AdminError::kAudiobookshelf, text.error().sentence));
        cached.error = text.error().sentence;
    }
    const auto put =
        services_.desk.texts.put(item_, cached, text ? text->passages : std::vector<std::string>{});
    if (!put) return tl::unexpected(store_failed(services_, put.error()));
    return cached;
}

}  // namespace koshelf::web
