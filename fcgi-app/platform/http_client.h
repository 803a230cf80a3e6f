// HttpClient: one request at a time, waiting for its answer.
#pragma once

#include <memory>

#include "platform/http.h"

namespace koshelf::platform {

// Keeps connections alive between requests. Used by one thread.
class HttpClient {
  public:
    explicit HttpClient(HttpOptions options);
    ~HttpClient();
    HttpClient(HttpClient&&) noexcept;
    HttpClient& operator=(HttpClient&&) noexcept;
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // Returns within request.timeout, also while a name is being looked up.
    [[nodiscard]] HttpResult perform(const HttpRequest& request);

    // For the requests from now on.
    void set_options(HttpOptions options);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace koshelf::platform
