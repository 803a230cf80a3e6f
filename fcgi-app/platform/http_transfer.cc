#include "platform/http_transfer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <openssl/x509.h>

namespace koshelf::platform {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMaxHeaderBytes = std::size_t{64} * 1024;

// A kept connection that was idle for longer is not used again. Audiobookshelf closes its own after 5 s: a
// request that crosses the closing would be lost, and a PATCH could not be repeated.
constexpr long kMaxIdleSeconds = 4;

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using ParsedUrl = std::unique_ptr<CURLU, FreeUrl>;

ParsedUrl parse_url(const std::string& text) {
    ParsedUrl url(curl_url());
    if (url && curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) url.reset();
    return url;
}

std::string part_of(const ParsedUrl& url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url.get(), part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
    std::string copy(text);
    curl_free(text);
    return copy;
}

// "https://host:443": what a credential belongs to.
std::string origin_of(const std::string& text) {
    const ParsedUrl url = parse_url(text);
    if (!url) return {};
    std::string host = part_of(url, CURLUPART_HOST);
    std::transform(host.begin(), host.end(), host.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return part_of(url, CURLUPART_SCHEME) + "://" + host + ":" + part_of(url, CURLUPART_PORT);
}

// The value, if this line is that header.
std::optional<std::string_view> value_of(std::string_view line, std::string_view name) {
    if (line.size() <= name.size() || line[name.size()] != ':') return std::nullopt;
    const bool same = std::equal(name.begin(), name.end(), line.begin(), [](char a, char b) {
        return a == std::tolower(static_cast<unsigned char>(b));
    });
    if (!same) return std::nullopt;
    line.remove_prefix(name.size() + 1);
    constexpr std::string_view kBlanks = " \t\r\n";
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    return line.substr(0, line.find_last_not_of(kBlanks) + 1);
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

HttpError::Kind kind_of(CURLcode outcome) {
    switch (outcome) {
        case CURLE_OPERATION_TIMEDOUT: return HttpError::Kind::kTimeout;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CRL_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_ENGINE_NOTFOUND:
        case CURLE_SSL_ENGINE_SETFAILED:
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        case CURLE_SSL_INVALIDCERTSTATUS: return HttpError::Kind::kTls;
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
        case CURLE_BAD_CONTENT_ENCODING:
        case CURLE_BAD_FUNCTION_ARGUMENT:
        case CURLE_WRITE_ERROR:
        case CURLE_LOGIN_DENIED: return HttpError::Kind::kInvalid;
        default: return HttpError::Kind::kUnreachable;
    }
}

template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
    static_cast<void>(curl_easy_setopt(handle, option, value));
}

}  // namespace

CurlEasy make_curl_easy() {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(initialised);
    return CurlEasy(curl_easy_init());
}

HttpTransfer::HttpTransfer(HttpRequest request, HttpOptions options, CURL* handle)
    : request_(std::move(request)),
      options_(std::move(options)),
      handle_(handle),
      deadline_(std::chrono::steady_clock::now() + request_.timeout) {}

milliseconds HttpTransfer::time_left() const {
    return std::chrono::ceil<milliseconds>(deadline_ - std::chrono::steady_clock::now());
}

bool HttpTransfer::has_body() const {
    return !request_.body.empty() || request_.method == "POST" || request_.method == "PUT" ||
           request_.method == "PATCH";
}

std::optional<HttpError> HttpTransfer::make_headers() {
    headers_.reset();
    // No "Expect: 100-continue": it costs a round trip.
    std::vector<std::string> lines{"Expect:"};
    lines.insert(lines.end(), request_.headers.begin(), request_.headers.end());
    for (const std::string& line : lines) {
        if (std::any_of(line.begin(), line.end(), is_control) || line.find(':') == std::string::npos) {
            return HttpError{HttpError::Kind::kInvalid, "a header to be sent is malformed"};
        }
        curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
        if (longer == nullptr) return HttpError{HttpError::Kind::kUnreachable, "out of memory"};
        static_cast<void>(headers_.release());
        headers_.reset(longer);
    }
    set(handle_, CURLOPT_HTTPHEADER, headers_.get());
    return std::nullopt;
}

void HttpTransfer::set_method() {
    if (request_.method == "HEAD") {
        set(handle_, CURLOPT_NOBODY, 1L);
    } else if (has_body()) {
        // The body comes from a function that cannot begin again. libcurl sends a request once more if a kept
        // connection ends before the first byte of an answer; with this it gives up once part of the body is
        // out, when the server may have executed the request.
        set(handle_, CURLOPT_POST, 1L);
        set(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(handle_, CURLOPT_READFUNCTION, &HttpTransfer::on_send);
        set(handle_, CURLOPT_READDATA, this);
        set(handle_, CURLOPT_UPLOAD_BUFFERSIZE, 16L * 1024);
    }
    if (request_.method != "GET" && request_.method != "HEAD") {
        set(handle_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }
}

void HttpTransfer::set_limits() {
    const milliseconds left = std::max(time_left(), milliseconds(1));
    set(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
    const milliseconds connect = std::clamp(request_.connect_timeout, milliseconds(1), left);
    set(handle_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect.count()));
    set(handle_, CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
    set(handle_, CURLOPT_NOSIGNAL, 1L);
    set(handle_, CURLOPT_QUICK_EXIT, 1L);  // else giving up would wait for a name that is being looked up
    set(handle_, CURLOPT_TCP_KEEPALIVE, 1L);
    set(handle_, CURLOPT_TCP_KEEPIDLE, 30L);
    set(handle_, CURLOPT_TCP_KEEPINTVL, 15L);
}

void HttpTransfer::set_tls_and_proxy() {
    const bool https = request_.url.starts_with("https:") || request_.url.starts_with("HTTPS:");
    set(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
    set(handle_, CURLOPT_HTTP_VERSION,
        static_cast<long>(https ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
    // Many transfers to one host wait for its first handshake, to share the connection if it is HTTP/2. Not
    // without TLS: there only an answer would tell, and that of a long poll comes after half a minute.
    set(handle_, CURLOPT_PIPEWAIT, https ? 1L : 0L);
    set(handle_, CURLOPT_SSL_VERIFYPEER, options_.verify_tls ? 1L : 0L);
    set(handle_, CURLOPT_SSL_VERIFYHOST, options_.verify_tls ? 2L : 0L);
    if (!options_.ca_file.empty()) {
        set(handle_, CURLOPT_CAINFO, options_.ca_file.c_str());
        set(handle_, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    set(handle_, CURLOPT_PROXY, options_.proxy.c_str());  // "" also switches the environment's variables off
    set(handle_, CURLOPT_NOPROXY, "");
}

std::optional<HttpError> HttpTransfer::prepare() {
    curl_easy_reset(handle_);
    response_ = {};
    header_bytes_ = body_sent_ = 0;
    too_large_ = head_complete_ = false;
    if (!parse_url(request_.url)) return HttpError{HttpError::Kind::kInvalid, "the URL is malformed"};
    if (auto malformed = make_headers()) return malformed;

    set(handle_, CURLOPT_URL, request_.url.c_str());
    set(handle_, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    set(handle_, CURLOPT_PATH_AS_IS, 1L);
    set(handle_, CURLOPT_USERAGENT, options_.user_agent.c_str());
    if (request_.accept_gzip) set(handle_, CURLOPT_ACCEPT_ENCODING, "gzip");
    set_method();
    set_limits();
    set_tls_and_proxy();
    set(handle_, CURLOPT_WRITEFUNCTION, &HttpTransfer::on_body);
    set(handle_, CURLOPT_WRITEDATA, this);
    set(handle_, CURLOPT_HEADERFUNCTION, &HttpTransfer::on_header);
    set(handle_, CURLOPT_HEADERDATA, this);
    response_.sent = now_millis();
    return std::nullopt;
}

std::size_t HttpTransfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<HttpTransfer*>(self);
    const std::size_t bytes = size * count;
    if (transfer.response_.body.size() + bytes > transfer.request_.max_bytes) {
        transfer.too_large_ = true;
        return 0;
    }
    transfer.response_.body.append(data, bytes);
    return bytes;
}

std::size_t HttpTransfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<HttpTransfer*>(self);
    const std::size_t bytes = size * count;
    transfer.header_bytes_ += bytes;
    if (transfer.header_bytes_ > kMaxHeaderBytes) {
        transfer.too_large_ = true;
        return 0;
    }
    transfer.header({data, bytes});
    return bytes;
}

std::size_t HttpTransfer::on_send(char* to, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<HttpTransfer*>(self);
    const std::string_view rest = std::string_view(transfer.request_.body).substr(transfer.body_sent_);
    const std::size_t bytes = std::min(rest.size(), size * count);
    std::memcpy(to, rest.data(), bytes);
    transfer.body_sent_ += bytes;
    return bytes;
}

void HttpTransfer::header(std::string_view line) {
    head_complete_ = line == "\r\n" || line == "\n";
    if (line.starts_with("HTTP/")) {  // another answer begins: this was 1xx, or a proxy's
        response_.etag.clear();
        response_.content_type.clear();
        response_.content_range.clear();
        response_.retry_after.clear();
        response_.date.reset();
    } else if (const auto etag = value_of(line, "etag")) {
        response_.etag = *etag;
    } else if (const auto type = value_of(line, "content-type")) {
        response_.content_type = *type;
    } else if (const auto range = value_of(line, "content-range")) {
        response_.content_range = *range;
    } else if (const auto wait = value_of(line, "retry-after")) {
        response_.retry_after = *wait;
    } else if (const auto date = value_of(line, "date")) {
        const time_t seconds = curl_getdate(std::string(*date).c_str(), nullptr);
        if (seconds > 0) response_.date = EpochMillis{seconds} * 1000;
    }
}

// In our own words and from constants: libcurl's messages may repeat parts of the URL.
HttpError HttpTransfer::error(CURLcode outcome) const {
    if (too_large_) return {HttpError::Kind::kTooLarge, "the answer is larger than allowed"};
    HttpError error{kind_of(outcome), curl_easy_strerror(outcome)};
    if (outcome == CURLE_COULDNT_RESOLVE_HOST) {
        error.detail = "the host name cannot be resolved";
    } else if (outcome == CURLE_COULDNT_RESOLVE_PROXY) {
        error.detail = "the proxy's name cannot be resolved";
    } else if (outcome == CURLE_COULDNT_CONNECT) {
        long number = 0;
        curl_easy_getinfo(handle_, CURLINFO_OS_ERRNO, &number);
        error.detail = "no connection";
        if (number != 0) {
            error.detail +=
                ": " + std::error_code(static_cast<int>(number), std::generic_category()).message();
        }
    } else if (outcome == CURLE_OPERATION_TIMEDOUT) {
        curl_off_t connected = 0;
        curl_easy_getinfo(handle_, CURLINFO_PRETRANSFER_TIME_T, &connected);
        error.detail = connected > 0 ? "no complete answer in time" : "no connection in time";
    } else if (outcome == CURLE_PEER_FAILED_VERIFICATION) {
        long result = X509_V_OK;
        curl_easy_getinfo(handle_, CURLINFO_SSL_VERIFYRESULT, &result);
        error.detail = "the certificate is not accepted: ";
        error.detail +=
            result == X509_V_OK ? "it is not for this host" : X509_verify_cert_error_string(result);
    } else if (outcome == CURLE_SSL_CACERT_BADFILE) {
        error.detail = "the file of trusted authorities cannot be read";
    } else if (outcome == CURLE_GOT_NOTHING || outcome == CURLE_SEND_ERROR || outcome == CURLE_RECV_ERROR ||
               outcome == CURLE_PARTIAL_FILE || outcome == CURLE_SEND_FAIL_REWIND) {
        error.detail = "the connection was lost before the answer was complete";
    }
    return error;
}

std::optional<HttpError> HttpTransfer::follow() {
    const char* target = nullptr;
    curl_easy_getinfo(handle_, CURLINFO_REDIRECT_URL, &target);
    if (target == nullptr) return HttpError{HttpError::Kind::kInvalid, "a redirect without a target"};
    std::string url = target;
    const std::string origin = origin_of(url);
    if (origin.empty() || origin != origin_of(request_.url)) {
        return HttpError{HttpError::Kind::kInvalid, "redirect to another host"};
    }
    if (redirects_left_-- == 0) return HttpError{HttpError::Kind::kInvalid, "too many redirects"};
    if (time_left() <= milliseconds(0))
        return HttpError{HttpError::Kind::kTimeout, "no complete answer in time"};
    request_.url = std::move(url);
    return prepare();
}

std::optional<HttpResult> HttpTransfer::finish(CURLcode outcome) {
    response_.received = now_millis();
    if (outcome != CURLE_OK) return tl::unexpected(error(outcome));
    if (!head_complete_) return tl::unexpected(error(CURLE_PARTIAL_FILE));  // libcurl is content with less
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    const bool redirect = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    if (redirect && request_.follow_redirects && request_.method == "GET") {
        if (auto refused = follow()) return tl::unexpected(std::move(*refused));
        return std::nullopt;
    }
    return std::move(response_);
}

}  // namespace koshelf::platform
