// TextFetch: how the text of an item gets into the cache, and who may have it from there.
#pragma once

#include <optional>
#include <string>

#include "abs/item.h"
#include "abs/settings.h"
#include "core/ids.h"
#include "store/text_cache.h"
#include "web/admin_api/session.h"

namespace koshelf::web {

class TextFetch {
  public:
    TextFetch(Services& services, abs::Account account, core::LibraryItemId item)
        : services_(services),
          account_(std::move(account)),
          digest_(account_.credential.digest()),
          item_(std::move(item)) {}

    // What is cached afterwards, which may be an error; or the answer to give: kNoItem if the account may not
    // see the item, kNoText where there is nothing to read, and what Audiobookshelf's silence means. Takes
    // less than nginx waits.
    [[nodiscard]] OrResponse<store::CachedText> run();

  private:
    [[nodiscard]] OrResponse<store::TextCache::Look> look();
    // What is known of the file says that it still is the one that was read.
    [[nodiscard]] OrResponse<bool> is_current(const store::CachedText& text);
    [[nodiscard]] OrResponse<abs::EbookFile> ask_for_file();
    // Reads it, unless another worker is just doing that: then waits for it.
    [[nodiscard]] OrResponse<store::CachedText> fill(const abs::EbookFile& file);
    [[nodiscard]] OrResponse<store::CachedText> read(const abs::EbookFile& file);

    Services& services_;
    abs::Account account_;
    std::string digest_;
    core::LibraryItemId item_;
};

}  // namespace koshelf::web
