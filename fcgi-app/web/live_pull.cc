#include "web/live_pull.h"

namespace koshelf::web {
namespace {

// A worker is small; most devices ask about the book that is being read.
constexpr std::size_t kBooksInMemory = 1;

}  // namespace

LivePull::LivePull(store::Database& database, relay::SettingsWatch& settings, const platform::Config& config,
                   const platform::Log& log)
    : settings_(settings),
      records_(database, config.history_limit),
      activity_(database),
      cache_(database),
      calibrations_(database),
      gate_(database),
      books_(cache_, calibrations_, kBooksInMemory),
      importer_(records_, activity_, books_),
      http_(platform::HttpOptions{}),
      pull_(gate_, importer_, http_, log, config.pull_budget) {}

std::string LivePull::credential_digest(const core::Username& username) const {
    const abs::Account* account = settings_.current().credential_of(username);
    return account == nullptr ? std::string() : account->credential.digest();
}

bool LivePull::refresh(const core::Username& username, const store::Pulled& pulled) {
    if (pulled.feed_is_live || !pulled.record) return false;
    const core::DocumentId& document = *pulled.record;
    const abs::Settings settings = settings_.current();
    std::optional<core::LibraryItemId> item;
    std::optional<core::LibraryItemId> text_item;
    if (pulled.link) {
        item = pulled.link->item;
        text_item = pulled.link->text_item;
    } else {
        item = settings.item_of(document);
    }
    if (!item) return false;
    http_.set_options(settings.http);
    return pull_.run(
        {.username = username, .document = document, .item = *item, .text_item = text_item.value_or(*item)},
        settings);
}

}  // namespace koshelf::web
