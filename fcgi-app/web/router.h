// Which handler answers a request.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/metrics/tally.h"
#include "web/request.h"
#include "web/response.h"
#include "web/services.h"

namespace koshelf::web {

// A request on its way, with what its path named.
struct Call {
    const Request& request;
    std::string named;  // what stands for the placeholder of the route's path, decoded; empty if it has none
    std::string inner{};  // the same for its second one
};

using Handler = Response (*)(Services& services, const Call& call);

enum class Negotiation { kChecked, kNone };  // whether the Accept header decides (core/accept.h)

struct Route {
    Method method;
    std::string_view path;  // "/syncs/progress/:document": literal segments and at most two placeholders
    Handler handler;
    Negotiation negotiation = Negotiation::kChecked;
};

// An answer, and the route that gave it: its place among Router::names(), 0 if none did.
struct Answered {
    Response response;
    std::size_t route = 0;
};

class Router {
  public:
    explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

    // Under which the requests of each route are counted. The first stands for those that have no route.
    [[nodiscard]] std::vector<core::metrics::RouteName> names() const;

    // Answers the request. HEAD is served as GET. A path that is known for other methods only is 405 with
    // Allow, an unknown one 404. A body over kMaxBodyBytes is 413.
    [[nodiscard]] Answered answer(Services& services, const Request& request) const;

  private:
    [[nodiscard]] static Response answer(const Route& route, Services& services, const Call& call);

    std::vector<Route> routes_;
};

}  // namespace koshelf::web
