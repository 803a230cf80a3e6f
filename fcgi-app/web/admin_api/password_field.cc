#include "web/admin_api/password_field.h"

#include <utility>

#include "core/utf8.h"

namespace koshelf::web {

OrResponse<core::Credential> password_field(platform::JsonValue body) {
    const std::string_view text = body.member("password").string();
    auto credential = core::Credential::parse(text);
    if (!credential || !core::is_utf8(text))
        return tl::unexpected(field_error("password", "A password is missing."));
    return std::move(*credential);
}

OrResponse<core::Username> username_field(platform::JsonValue body) {
    auto username = core::Username::parse(body.member("username").string());
    if (!username) return tl::unexpected(field_error("username", "A name is missing, or has a colon in it."));
    return std::move(*username);
}

}  // namespace koshelf::web
