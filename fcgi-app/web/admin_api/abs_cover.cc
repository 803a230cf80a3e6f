#include <algorithm>
#include <charconv>
#include <utility>

#include "abs/calls.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/session.h"

namespace koshelf::web {
namespace {

constexpr int kUsualWidth = 240;
constexpr int kNarrowest = 40;
constexpr int kWidest = 800;
constexpr int kDay = 86'400;

int width_of(const Request& request) {
    const std::string text = parameter(request, "width");
    int width = kUsualWidth;
    std::from_chars(text.data(), text.data() + text.size(), width);
    return std::clamp(width, kNarrowest, kWidest);
}

}  // namespace

// Only covers, only of the configured server, and only what is an image by its bytes.
Response show_cover(Services& services, const Call& call) {
    const auto session = open_session(services, call.request);
    if (!session) return session.error();
    const auto username = subject_account(services, *session, call.request);
    if (!username) return username.error();
    const auto id = core::LibraryItemId::parse(parameter(call.request, "id"));
    if (!id) return field_error("id", "id must be that of a library item.");
    const auto account = connection_of(services, *username);
    if (!account) return account.error();
    auto cover = abs::perform(
        services.desk.http, abs::get_cover(services.settings.current().server, account->credential, id->str(),
                                           width_of(call.request)));
    if (!cover) {
        const bool none = cover.error().kind == abs::AbsErrorKind::kNotFound ||
                          cover.error().kind == abs::AbsErrorKind::kForbidden;
        return none ? admin_error(AdminError::kNoItem, "There is no cover.")
                    : audiobookshelf_failed(cover.error());
    }
    Response response;
    response.body = std::move(cover->value.bytes);
    response.content_type = std::move(cover->value.type);
    response.cache_s = kDay;
    return response;
}

}  // namespace koshelf::web
