// HttpTransfer: one request on its way through libcurl. For HttpClient and HttpLoop only.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "platform/http.h"

namespace koshelf::platform {

struct CurlEasyDelete {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using CurlEasy = std::unique_ptr<CURL, CurlEasyDelete>;

// A new handle; libcurl is initialised first where that has not happened.
[[nodiscard]] CurlEasy make_curl_easy();

class HttpTransfer {
  public:
    // `handle` outlives the transfer. `options` are those of now.
    HttpTransfer(HttpRequest request, HttpOptions options, CURL* handle);
    HttpTransfer(const HttpTransfer&) = delete;
    HttpTransfer(HttpTransfer&&) = delete;
    HttpTransfer& operator=(const HttpTransfer&) = delete;
    HttpTransfer& operator=(HttpTransfer&&) = delete;
    ~HttpTransfer() = default;

    // Sets the handle up. An error: it must not be performed, this is the result.
    [[nodiscard]] std::optional<HttpError> prepare();

    // The result, after libcurl has performed the handle with that outcome; nothing if it is to be performed
    // again, for a redirect.
    [[nodiscard]] std::optional<HttpResult> finish(CURLcode outcome);

  private:
    struct FreeList {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_send(char* to, std::size_t size, std::size_t count, void* self);

    [[nodiscard]] bool has_body() const;
    [[nodiscard]] std::optional<HttpError> make_headers();
    void set_method();
    void set_limits();
    void set_tls_and_proxy();
    void header(std::string_view line);
    [[nodiscard]] HttpError error(CURLcode outcome) const;
    [[nodiscard]] std::optional<HttpError> follow();
    [[nodiscard]] std::chrono::milliseconds time_left() const;

    HttpRequest request_;
    HttpOptions options_;
    CURL* handle_;
    std::unique_ptr<curl_slist, FreeList> headers_;
    std::chrono::steady_clock::time_point deadline_;
    int redirects_left_ = 5;

    HttpResponse response_;
    std::size_t header_bytes_ = 0;
    std::size_t body_sent_ = 0;
    bool too_large_ = false;
    bool head_complete_ = false;
};

}  // namespace koshelf::platform
