#include <cmath>
#include <optional>
#include <string>

#include "web/admin_api/admin_api.h"
#include "web/admin_api/managed_account.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

constexpr double kMostDocuments = 100'000'000;

}  // namespace

Response set_quota(Services& services, const Call& call) {
    const auto managed = managed_account(services, call);
    if (!managed) return managed.error();
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    const platform::JsonValue wanted = body->root().member("documents");
    const double number = wanted.number();
    const bool whole =
        wanted.is_number() && number >= 0 && number <= kMostDocuments && std::trunc(number) == number;
    if (!wanted.is_null() && !whole) {
        return field_error("documents",
                           "documents is a number, 0 for no limit, or null for as many as any "
                           "account may have.");
    }
    std::optional<std::int64_t> limit;
    if (whole) limit = static_cast<std::int64_t>(number);

    const core::Username& username = managed->account.username;
    const auto known = services.accounts.set_documents_limit(username, limit);
    if (!known) return store_failed(services, known.error());
    if (!*known) return admin_error(AdminError::kNoAccount);
    const std::string& by = managed->session.username.str();
    services.log.info("account.quota_changed")
        .with("user", username.str())
        .with("by", by)
        .with("documents", limit.value_or(services.config.documents_limit));
    const std::string size = !limit        ? "as many documents as any account"
                             : *limit == 0 ? "as many documents as it likes"
                                           : std::to_string(*limit) + " documents";
    note_management(services, *managed, "account.quota",
                    username.str() + " may have " + size + ", says " + by);
    return account_as_it_is(services, username);
}

}  // namespace koshelf::web
