#include "web/admin_api/session.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "abs/explain_error.h"
#include "core/json_text.h"
#include "core/url.h"
#include "platform/clock.h"
#include "web/admin_api/desk.h"
#include "web/caller.h"

namespace koshelf::web {

OrResponse<Session> open_session(Services& services, const Request& request) {
    auto caller = identify(request);
    if (!caller) return tl::unexpected(refuse(services, request));
    const auto standing = services.desk.roles.standing(caller->username, caller->credential);
    if (!standing) return tl::unexpected(store_failed(services, standing.error()));
    if (!standing->authorized) return tl::unexpected(refuse(services, request));
    const bool admin = standing->first || standing->appointed ||
                       services.config.admin_users.contains(caller->username.str());
    return Session{
        .username = std::move(caller->username), .credential = std::move(caller->credential), .admin = admin};
}

OrResponse<Session> open_admin_session(Services& services, const Request& request) {
    auto session = open_session(services, request);
    if (session && !session->admin) return tl::unexpected(admin_error(AdminError::kNotForYou));
    return session;
}

OrResponse<core::Username> subject_account(Services& services, const Session& session,
                                           const Request& request) {
    const auto asked = core::query_parameter(request.query, "user");
    if (!asked || *asked == session.username.str()) return session.username;
    if (!session.admin) return tl::unexpected(admin_error(AdminError::kNotForYou));
    auto username = core::Username::parse(*asked);
    if (!username) return tl::unexpected(admin_error(AdminError::kNoAccount));
    const auto account = services.desk.roster.account(*username);
    if (!account) return tl::unexpected(store_failed(services, account.error()));
    if (!*account) return tl::unexpected(admin_error(AdminError::kNoAccount));
    return std::move(*username);
}

OrResponse<DocumentSubject> open_document(Services& services, const Call& call) {
    const auto session = open_session(services, call.request);
    if (!session) return tl::unexpected(session.error());
    auto username = subject_account(services, *session, call.request);
    if (!username) return tl::unexpected(std::move(username.error()));
    auto document = core::DocumentId::parse(call.named);
    if (!document) return tl::unexpected(admin_error(AdminError::kNoDocument));
    auto main = services.desk.merging.main_of(*username, *document);
    if (!main) return tl::unexpected(store_failed(services, main.error()));
    return DocumentSubject{.username = std::move(*username),
                           .document = std::move(*main),
                           .asked = std::move(*document),
                           .admin = session->admin,
                           .caller = session->username};
}

OrResponse<abs::Account> connection_of(Services& services, const core::Username& username) {
    const abs::Settings& settings = services.settings.current();
    const abs::Account* account = settings.credential_of(username);
    if (account == nullptr) return tl::unexpected(admin_error(AdminError::kNotConnected));
    services.desk.http.set_options(settings.http);
    return *account;
}

std::size_t limit_of(const Request& request) {
    constexpr std::size_t kUsual = 50;
    constexpr std::size_t kLargest = 200;
    const std::string text = parameter(request, "limit");
    std::size_t limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return kUsual;
    return std::clamp<std::size_t>(limit, 1, kLargest);
}

std::string parameter(const Request& request, std::string_view name) {
    return core::query_parameter(request.query, name).value_or("");
}

Response page_response(std::string_view name, std::string_view items, const std::string& next) {
    core::JsonObject page;
    page.add_json(name, items);
    if (next.empty()) {
        page.add_json("next", "null");
    } else {
        page.add("next", next);
    }
    return json_response(200, page.finish());
}

Response audiobookshelf_failed(const abs::AbsError& error) {
    return admin_error(AdminError::kAudiobookshelf, abs::explain_error(error));
}

}  // namespace koshelf::web
