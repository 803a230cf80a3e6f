#include "platform/http_client.h"

#include <utility>

#include "platform/http_transfer.h"

namespace koshelf::platform {

struct HttpClient::State {
    HttpOptions options;
    CurlEasy handle;  // the one handle holds the kept connections
};

HttpClient::HttpClient(HttpOptions options)
    : state_(std::make_unique<State>(State{std::move(options), make_curl_easy()})) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

HttpResult HttpClient::perform(const HttpRequest& request) {
    if (!state_->handle) return tl::unexpected(HttpError{HttpError::Kind::kUnreachable, "out of memory"});
    HttpTransfer transfer(request, state_->options, state_->handle.get());
    if (auto malformed = transfer.prepare()) return tl::unexpected(std::move(*malformed));
    for (;;) {
        const CURLcode outcome = curl_easy_perform(state_->handle.get());
        if (auto result = transfer.finish(outcome)) return std::move(*result);
    }
}

void HttpClient::set_options(HttpOptions options) {
    state_->options = std::move(options);
}

}  // namespace koshelf::platform
