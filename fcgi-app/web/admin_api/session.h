// Session: who asks, and what they may see. Every admin route begins with one.
#pragma once

#include <cstddef>
#include <string>

#include <tl/expected.hpp>

#include "abs/error.h"
#include "abs/settings.h"
#include "core/ids.h"
#include "web/admin_api/admin_error.h"
#include "web/router.h"

namespace koshelf::web {

struct Session {
    core::Username username;
    core::Credential credential;
    bool admin = false;
};

// A value, or the answer to give instead of it.
template <typename T>
using OrResponse = tl::expected<T, Response>;

// 401 unless the credential is the account's.
[[nodiscard]] OrResponse<Session> open_session(Services& services, const Request& request);

// The same; 403 unless the account administers.
[[nodiscard]] OrResponse<Session> open_admin_session(Services& services, const Request& request);

// Whose documents a request is about: the caller's own, or those of ?user=, which must exist and is 403 for
// everybody but administrators and the account itself.
[[nodiscard]] OrResponse<core::Username> subject_account(Services& services, const Session& session,
                                                         const Request& request);

// Whose documents, and which one: the placeholder of the route's path, or the main document of the book that
// it is another id of.
struct DocumentSubject {
    core::Username username;
    core::DocumentId document;
    core::DocumentId asked;  // the placeholder itself
    bool admin = false;
    core::Username caller;  // who asks: the same, or an administrator
};
[[nodiscard]] OrResponse<DocumentSubject> open_document(Services& services, const Call& call);

// With what that account appears in Audiobookshelf; kNotConnected if there is nothing. The settings are those
// of now. The answer is valid until the next exchange with the store.
[[nodiscard]] OrResponse<abs::Account> connection_of(Services& services, const core::Username& username);

// How many entries of a list are wanted: ?limit=, from 1 to 200; 50 if it is absent or no number.
[[nodiscard]] std::size_t limit_of(const Request& request);

// A query parameter; "" if it is absent.
[[nodiscard]] std::string parameter(const Request& request, std::string_view name);

// The page that was asked for and the cursor of the next: {"<name>": [...], "next": "…" or null}.
[[nodiscard]] Response page_response(std::string_view name, std::string_view items, const std::string& next);

// 502 and why, in words that name no secret.
[[nodiscard]] Response audiobookshelf_failed(const abs::AbsError& error);

}  // namespace koshelf::web
