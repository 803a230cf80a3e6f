#include "web/admin_api/opened_text.h"

#include <algorithm>
#include <utility>

#include "reading/ebook_text.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/text_fetch.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

OrResponse<OpenedText> opened(Services& services, const core::LibraryItemId& item, store::CachedText cached) {
    if (!cached.error.empty()) return tl::unexpected(admin_error(AdminError::kNoText, cached.error));
    auto index = core::text::deserialise_passage_index(cached.index);
    // Of another version of this program: it expires.
    if (!index) return tl::unexpected(admin_error(AdminError::kBookNotReady));
    if (index->begins.empty())
        return tl::unexpected(admin_error(AdminError::kNoText, "The e-book has no text."));
    return OpenedText(services, item, std::move(cached), std::move(*index));
}

}  // namespace

OrResponse<std::vector<core::text::Passage>> OpenedText::passages(std::size_t first, std::size_t count) {
    first = std::min(first, index_.begins.size());
    count = std::min(count, index_.begins.size() - first);
    const auto stored = services_.desk.texts.passages(item_, cached_.fingerprint, first, count);
    if (!stored) return tl::unexpected(store_failed(services_, stored.error()));
    if (!*stored) return tl::unexpected(admin_error(AdminError::kBookNotReady));
    std::vector<core::text::Passage> found;
    for (const std::string& bytes : **stored) {
        auto passage = reading::passage_from(bytes);
        if (!passage) return tl::unexpected(admin_error(AdminError::kBookNotReady));
        found.push_back(std::move(*passage));
    }
    return found;
}

OrResponse<std::string> OpenedText::sentence_at(core::text::TextOffset offset) {
    const auto found = passages(index_.passage_of(offset), 1);
    if (!found) return tl::unexpected(found.error());
    const core::text::Passage& passage = found->front();
    if (passage.sentences.empty()) return std::string();
    return passage.words(passage.sentences[core::text::sentence_at(passage, offset)]);
}

OrResponse<OpenedText> open_text(Services& services, const relay::Subject& subject) {
    auto account = connection_of(services, subject.username);
    if (!account) return tl::unexpected(std::move(account.error()));
    auto cached = TextFetch(services, std::move(*account), subject.text_item).run();
    if (!cached) return tl::unexpected(std::move(cached.error()));
    return opened(services, subject.text_item, std::move(*cached));
}

std::optional<OpenedText> text_at_hand(Services& services, const relay::Subject& subject) {
    const abs::Account* account = services.settings.current().credential_of(subject.username);
    if (account == nullptr) return std::nullopt;
    auto look = services.desk.texts.look(account->credential.digest(), subject.text_item);
    if (!look || !look->visible || !look->text) return std::nullopt;
    auto text = opened(services, subject.text_item, std::move(*look->text));
    return text ? std::optional(std::move(*text)) : std::nullopt;
}

}  // namespace koshelf::web
