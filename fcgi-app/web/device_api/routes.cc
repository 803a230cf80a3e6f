#include "web/device_api/device_api.h"

namespace koshelf::web {

std::vector<Route> device_routes() {
    return {
        {Method::kGet, "/healthcheck", healthcheck},
        {Method::kGet, "/readyz", readiness, Negotiation::kNone},
        {Method::kPost, "/users/create", register_account},
        {Method::kGet, "/users/auth", authenticate},
        {Method::kPut, "/users/password", change_password},
        {Method::kDelete, "/users/me", delete_account},
        {Method::kPut, "/syncs/progress", push_progress},
        {Method::kGet, "/syncs/progress/:document", pull_progress},
    };
}

}  // namespace koshelf::web
