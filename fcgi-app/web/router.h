// Which handler answers a request.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

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

class Router {
  public:
    explicit Router(std::vector<Route> routes) : routes_(std::move(routes)) {}

    // Answers the request. HEAD is served as GET. A path that is known for other methods only is 405 with
    // Allow, an unknown one 404. A body over kMaxBodyBytes is 413.
    [[nodiscard]] Response answer(Services& services, const Request& request) const;

  private:
    std::vector<Route> routes_;
};

}  // namespace koshelf::web
