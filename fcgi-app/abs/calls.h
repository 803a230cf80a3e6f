// The calls that the bridge makes of Audiobookshelf. Each function only describes one; perform() and start()
// (abs/call.h) make it. Statuses that have no meaning of their own here are AbsErrors (abs/error.h); 2xx with
// another shape than expected is kUnexpected.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "abs/call.h"
#include "abs/credential.h"
#include "abs/item.h"
#include "abs/me.h"
#include "abs/media_progress.h"
#include "abs/progress_patch.h"
#include "abs/server.h"
#include "abs/session.h"

namespace koshelf::abs {

// The result of a call that brings nothing but its success.
using Done = std::monostate;

struct ServerStatus {
    std::string version;  // "2.36.0"
    bool initialised = false;
};
// GET /status, without a credential. kUnexpected if it is not an Audiobookshelf that answers.
[[nodiscard]] Call<ServerStatus> get_status(const Server& server);

// GET /api/me.
[[nodiscard]] Call<Me> get_me(const Server& server, const Credential& credential);

// GET /api/me/progress: all records, or nothing if they are still those of `etag` (Answer::etag of an earlier
// call;
// "": unconditional). kNotFound before 2.36: use get_me.
[[nodiscard]] Call<std::optional<std::vector<MediaProgress>>> list_progress(const Server& server,
                                                                            const Credential& credential,
                                                                            std::string_view etag);

// Whose progress a call is about: the key's own user's, or that of Credential::user_id under /api/users/….
// The released Audiobookshelf has no such route and answers 404: remember that, and use kOwn.
enum class ProgressRoute { kOwn, kOfUserId };

// The record of one item; nothing on 404, which stands for "never opened", "no such item" and "no such route"
// alike.
[[nodiscard]] Call<std::optional<MediaProgress>> get_progress(const Server& server,
                                                              const Credential& credential,
                                                              std::string_view item,
                                                              ProgressRoute route = ProgressRoute::kOwn);

// PATCH of that record; it is made if there is none. No conflict check: the last writer wins. Two first ones
// at the same time make two records: one at a time per user and item. kNotFound: no such item (or route).
// Success does not mean that the position is what was sent.
[[nodiscard]] Call<Done> patch_progress(const Server& server, const Credential& credential,
                                        std::string_view item, const ProgressPatch& patch,
                                        ProgressRoute route = ProgressRoute::kOwn);

// POST /api/session/local-all. kNotFound where the server does not know the route.
[[nodiscard]] Call<LocalSessionOutcome> sync_session(const Server& server, const Credential& credential,
                                                     const LocalSession& session);

// GET /api/items/:id, expanded. kNotFound: no such item; kForbidden: not for this user.
[[nodiscard]] Call<Item> get_item(const Server& server, const Credential& credential, std::string_view item);

struct Library {
    std::string id;
    std::string name;
    bool podcasts = false;
};
// GET /api/libraries: those that the user may see.
[[nodiscard]] Call<std::vector<Library>> list_libraries(const Server& server, const Credential& credential);

struct Page {
    std::uint32_t number = 0;  // from 0
    std::uint32_t size = 100;
};
struct ItemPage {
    std::vector<ItemSummary> items;
    std::uint64_t total = 0;  // in the library
    // How many the server sent, readable or not: a page with fewer than Page::size is the last one.
    std::size_t received = 0;
};
// GET /api/libraries/:id/items, in the order in which they were added. Cached by the server, per user and
// URL.
[[nodiscard]] Call<ItemPage> list_items(const Server& server, const Credential& credential,
                                        std::string_view library, Page page);

// GET /api/libraries/:id/search: books whose title, subtitle, ISBN or ASIN holds `text` (not empty).
[[nodiscard]] Call<std::vector<ItemSummary>> search(const Server& server, const Credential& credential,
                                                    std::string_view library, std::string_view text);

struct EbookRef {
    std::string item;
    std::string ino;  // "": the primary ebook
};
struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;  // included
};
struct EbookBytes {
    std::string bytes;                   // from `first`; shorter only where the file ends. "" behind its end
    std::optional<std::uint64_t> total;  // the file's size; nothing if not said
};
// GET /api/items/:id/ebook[/:ino] with a Range. kTooLarge if the server sends the whole of a larger file
// instead.
[[nodiscard]] Call<EbookBytes> get_ebook_range(const Server& server, const Credential& credential,
                                               const EbookRef& ebook, ByteRange range);

struct Cover {
    std::string type;  // "image/jpeg", "image/png" or "image/webp": what the bytes are, whatever was said
    std::string bytes;
};
// GET /api/items/:id/cover, made as wide as that. kTooLarge above 2 MiB, kUnexpected for what is no image of
// these three kinds, kNotFound without a cover.
[[nodiscard]] Call<Cover> get_cover(const Server& server, const Credential& credential, std::string_view item,
                                    int width);

struct UserPassword {
    std::string username;
    std::string password;
};
struct Login {
    Me me;                      // me.token: the legacy token, where the server still gives it
    std::string access_token;   // opens a feed and serves as Credential::key, for an hour
    std::string refresh_token;  // for refresh(), 30 days; replaced by each
};
// POST /login. kUnauthorized: wrong, or the user is inactive. 40 such requests in 10 minutes from one
// address, then kRateLimited: never repeat it without a pause.
[[nodiscard]] Call<Login> login(const Server& server, const UserPassword& user);
// POST /auth/refresh.
[[nodiscard]] Call<Login> refresh(const Server& server, std::string_view refresh_token);

// GET /api/sessions/open: everybody's open sessions. kForbidden or kNotFound for all but administrators.
[[nodiscard]] Call<std::vector<OpenSession>> get_open_sessions(const Server& server,
                                                               const Credential& credential);

}  // namespace koshelf::abs
