#include "abs/calls.h"

#include <charconv>
#include <utility>

#include "abs/json_fields.h"
#include "core/json_text.h"

namespace koshelf::abs {
namespace {

using platform::HttpRequest;
using platform::HttpResponse;
using platform::JsonDocument;
using platform::JsonValue;

template <class T>
using Read = tl::expected<T, AbsError>;

constexpr std::size_t kSmallAnswer = std::size_t{1024} * 1024;
constexpr std::size_t kLargeAnswer =
    std::size_t{32} * 1024 * 1024;  // thousands of progress records, large items

HttpRequest request_of(const Server& server, std::string_view method, std::string url) {
    HttpRequest request;
    request.method = method;
    request.url = std::move(url);
    request.timeout = request.connect_timeout = server.timeout;
    request.follow_redirects = method == "GET";
    return request;
}

void authorise(HttpRequest& request, const Credential& credential) {
    request.headers.push_back("Authorization: Bearer " + credential.key);
    if (!credential.user_token.empty())
        request.headers.push_back("X-ABS-User-Token: " + credential.user_token);
}

HttpRequest get(const Server& server, const Credential& credential, std::string url,
                std::size_t max_bytes = kSmallAnswer) {
    HttpRequest request = request_of(server, "GET", std::move(url));
    request.max_bytes = max_bytes;
    authorise(request, credential);
    return request;
}

void set_json(HttpRequest& request, std::string body) {
    request.headers.emplace_back("Content-Type: application/json");
    request.body = std::move(body);
    request.max_bytes = kSmallAnswer;
}

tl::unexpected<AbsError> unexpected(std::string_view what) {
    return tl::unexpected(AbsError{AbsErrorKind::kUnexpected, std::string(what), std::nullopt});
}

// The JSON of a 2xx answer.
Read<JsonDocument> document_of(const HttpResponse& response) {
    if (auto error = error_of(response)) return tl::unexpected(std::move(*error));
    auto document = parse_json(response.body);
    if (!document) return unexpected("the answer is not JSON");
    return std::move(*document);
}

std::string progress_url(const Server& server, const Credential& credential, std::string_view item,
                         ProgressRoute route) {
    return route == ProgressRoute::kOwn
               ? url_of(server, {"api", "me", "progress", item})
               : url_of(server, {"api", "users", credential.user_id, "progress", item});
}

std::string_view why(ItemJsonError error) {
    switch (error) {
        case ItemJsonError::kTooLarge: return "the item is larger than allowed";
        case ItemJsonError::kNotJson: return "the answer is not JSON";
        case ItemJsonError::kNotAnItem: return "the answer is not an item";
        case ItemJsonError::kNotABook: return "the item is not a book";
    }
    return "the answer is not an item";
}

Read<Login> read_login(const HttpResponse& response) {
    const auto document = document_of(response);
    if (!document) return tl::unexpected(document.error());
    const JsonValue user = document->root().member("user");
    auto me = parse_me(user);
    if (!me) return unexpected("the answer is not a login's");
    return Login{std::move(*me), text_field(user, "accessToken"), text_field(user, "refreshToken")};
}

struct ContentRange {
    std::uint64_t first = 0;
    std::optional<std::uint64_t> total;
};

std::optional<std::uint64_t> parse_uint(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// "bytes 0-99/1234", "bytes 0-99/*", "bytes */1234".
std::optional<ContentRange> parse_content_range(std::string_view text) {
    constexpr std::string_view kUnit = "bytes ";
    if (!text.starts_with(kUnit)) return std::nullopt;
    text.remove_prefix(kUnit.size());
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    ContentRange range;
    range.total = parse_uint(text.substr(slash + 1));
    const std::string_view span = text.substr(0, slash);
    if (span == "*") return range;
    const auto first = parse_uint(span.substr(0, span.find('-')));
    if (!first) return std::nullopt;
    range.first = *first;
    return range;
}

// By its first bytes; "" if it is none that a page may show.
std::string_view image_type(std::string_view bytes) {
    if (bytes.starts_with("\xFF\xD8\xFF")) return "image/jpeg";
    if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return "image/png";
    if (bytes.starts_with("RIFF") && bytes.substr(0, 12).ends_with("WEBP")) return "image/webp";
    return {};
}

Read<EbookBytes> read_range(const HttpResponse& response, ByteRange asked) {
    const auto said = parse_content_range(response.content_range);
    if (response.status == 416) return EbookBytes{"", said ? said->total : std::nullopt};
    if (auto error = error_of(response)) return tl::unexpected(std::move(*error));
    const std::uint64_t wanted = asked.last - asked.first + 1;
    if (response.status == 206) {
        if (!said || said->first != asked.first || response.body.size() > wanted) {
            return unexpected("the answer is another range than asked for");
        }
        return EbookBytes{response.body, said->total};
    }
    // The whole file, by a proxy that does not know ranges.
    const std::uint64_t total = response.body.size();
    if (asked.first >= total) return EbookBytes{"", total};
    return EbookBytes{response.body.substr(asked.first, wanted), total};
}

}  // namespace

Call<ServerStatus> get_status(const Server& server) {
    Call<ServerStatus> call{request_of(server, "GET", url_of(server, {"status"})), {}};
    call.request.max_bytes = kSmallAnswer;
    call.read = [](const HttpResponse& response) -> Read<ServerStatus> {
        const auto document = document_of(response);
        if (!document) return tl::unexpected(document.error());
        ServerStatus status{text_field(document->root(), "serverVersion"),
                            flag_field(document->root(), "isInit")};
        if (status.version.empty()) return unexpected("this is not an Audiobookshelf");
        return status;
    };
    call.name = "status";
    return call;
}

Call<Me> get_me(const Server& server, const Credential& credential) {
    return {get(server, credential, url_of(server, {"api", "me"}), kLargeAnswer),
            [](const HttpResponse& response) -> Read<Me> {
                const auto document = document_of(response);
                if (!document) return tl::unexpected(document.error());
                auto me = parse_me(document->root());
                if (!me) return unexpected("the answer is not a user");
                return std::move(*me);
            },
            "me"};
}

Call<std::optional<std::vector<MediaProgress>>> list_progress(const Server& server,
                                                              const Credential& credential,
                                                              std::string_view etag) {
    using Records = std::optional<std::vector<MediaProgress>>;
    Call<Records> call{get(server, credential, url_of(server, {"api", "me", "progress"}), kLargeAnswer), {}};
    if (!etag.empty()) call.request.headers.push_back("If-None-Match: " + std::string(etag));
    call.read = [](const HttpResponse& response) -> Read<Records> {
        if (response.status == 304) return Records();
        const auto document = document_of(response);
        if (!document) return tl::unexpected(document.error());
        auto records = parse_media_progress_list(document->root().member("mediaProgress"));
        if (!records) return unexpected("the answer is not a list of progress");
        return Records(std::move(*records));
    };
    call.name = "list-progress";
    return call;
}

Call<std::optional<MediaProgress>> get_progress(const Server& server, const Credential& credential,
                                                std::string_view item, ProgressRoute route) {
    using Record = std::optional<MediaProgress>;
    return {get(server, credential, progress_url(server, credential, item, route)),
            [](const HttpResponse& response) -> Read<Record> {
                if (response.status == 404) return Record();
                const auto document = document_of(response);
                if (!document) return tl::unexpected(document.error());
                auto record = parse_media_progress(document->root());
                if (!record) return unexpected("the answer is not a progress record");
                return record;
            },
            "get-progress"};
}

Call<Done> patch_progress(const Server& server, const Credential& credential, std::string_view item,
                          const ProgressPatch& patch, ProgressRoute route) {
    Call<Done> call{request_of(server, "PATCH", progress_url(server, credential, item, route)), {}};
    authorise(call.request, credential);
    set_json(call.request, to_json(patch));
    call.read = [](const HttpResponse& response) -> Read<Done> {
        if (auto error = error_of(response)) return tl::unexpected(std::move(*error));
        return Done();
    };
    call.name = "patch-progress";
    return call;
}

Call<LocalSessionOutcome> sync_session(const Server& server, const Credential& credential,
                                       const LocalSession& session) {
    Call<LocalSessionOutcome> call{
        request_of(server, "POST", url_of(server, {"api", "session", "local-all"})), {}};
    authorise(call.request, credential);
    set_json(call.request, to_json(session));
    call.read = [id = session.id](const HttpResponse& response) -> Read<LocalSessionOutcome> {
        if (auto error = error_of(response)) return tl::unexpected(std::move(*error));
        const auto outcome = parse_local_session_outcome(response.body, id);
        if (!outcome) return unexpected("the answer does not tell what became of the session");
        return *outcome;
    };
    call.name = "sync-session";
    return call;
}

Call<Item> get_item(const Server& server, const Credential& credential, std::string_view item) {
    return {get(server, credential, url_of(server, {"api", "items", item}) + "?expanded=1", kMaxItemBytes),
            [](const HttpResponse& response) -> Read<Item> {
                if (auto error = error_of(response)) return tl::unexpected(std::move(*error));
                auto parsed = parse_full_item(response.body);
                if (!parsed) return unexpected(why(parsed.error()));
                return std::move(*parsed);
            },
            "item"};
}

Call<std::vector<Library>> list_libraries(const Server& server, const Credential& credential) {
    return {get(server, credential, url_of(server, {"api", "libraries"})),
            [](const HttpResponse& response) -> Read<std::vector<Library>> {
                const auto document = document_of(response);
                if (!document) return tl::unexpected(document.error());
                const JsonValue list = document->root().member("libraries");
                if (!list.is_array()) return unexpected("the answer is not a list of libraries");
                std::vector<Library> libraries;
                for (JsonValue each = list.first(); each.exists(); each = each.next()) {
                    Library library{text_field(each, "id"), text_field(each, "name"),
                                    text_field(each, "mediaType") == "podcast"};
                    if (!library.id.empty()) libraries.push_back(std::move(library));
                }
                return libraries;
            },
            "libraries"};
}

Call<ItemPage> list_items(const Server& server, const Credential& credential, std::string_view library,
                          Page page) {
    const std::string url = url_of(server, {"api", "libraries", library, "items"}) +
                            "?minified=1&sort=addedAt&limit=" + std::to_string(page.size) +
                            "&page=" + std::to_string(page.number);
    return {get(server, credential, url, kLargeAnswer),
            [](const HttpResponse& response) -> Read<ItemPage> {
                const auto document = document_of(response);
                if (!document) return tl::unexpected(document.error());
                const JsonValue list = document->root().member("results");
                if (!list.is_array()) return unexpected("the answer is not a list of items");
                ItemPage items;
                const double total = number_field(document->root(), "total").value_or(0);
                if (total > 0 && total < 1e15) items.total = static_cast<std::uint64_t>(total);
                for (JsonValue each = list.first(); each.exists(); each = each.next()) {
                    ++items.received;
                    if (auto item = parse_item_summary(each)) items.items.push_back(std::move(*item));
                }
                return items;
            },
            "items"};
}

Call<std::vector<ItemSummary>> search(const Server& server, const Credential& credential,
                                      std::string_view library, std::string_view text) {
    const std::string url =
        url_of(server, {"api", "libraries", library, "search"}) + "?limit=12&q=" + encode_segment(text);
    return {get(server, credential, url, kLargeAnswer),
            [](const HttpResponse& response) -> Read<std::vector<ItemSummary>> {
                const auto document = document_of(response);
                if (!document) return tl::unexpected(document.error());
                const JsonValue list = document->root().member("book");
                std::vector<ItemSummary> items;  // a library of podcasts has no "book"
                for (JsonValue each = list.first(); each.exists(); each = each.next()) {
                    if (auto item = parse_item_summary(each.member("libraryItem")))
                        items.push_back(std::move(*item));
                }
                return items;
            },
            "search"};
}

Call<EbookBytes> get_ebook_range(const Server& server, const Credential& credential, const EbookRef& ebook,
                                 ByteRange range) {
    std::string url = url_of(server, {"api", "items", ebook.item, "ebook"});
    if (!ebook.ino.empty()) url += "/" + encode_segment(ebook.ino);
    Call<EbookBytes> call{get(server, credential, std::move(url)), {}};
    call.request.max_bytes = std::max<std::size_t>(range.last - range.first + 1, std::size_t{64} * 1024);
    call.request.accept_gzip = false;
    call.request.headers.push_back("Range: bytes=" + std::to_string(range.first) + "-" +
                                   std::to_string(range.last));
    call.read = [range](const HttpResponse& response) { return read_range(response, range); };
    call.name = "ebook-range";
    return call;
}

Call<Cover> get_cover(const Server& server, const Credential& credential, std::string_view item, int width) {
    constexpr std::size_t kLargestCover = std::size_t{2} * 1024 * 1024;
    const std::string url =
        url_of(server, {"api", "items", item, "cover"}) + "?format=webp&width=" + std::to_string(width);
    return {get(server, credential, url, kLargestCover),
            [](const HttpResponse& response) -> Read<Cover> {
                if (auto error = error_of(response)) return tl::unexpected(std::move(*error));
                const std::string_view type = image_type(response.body);
                if (type.empty()) return unexpected("the answer is not an image");
                return Cover{std::string(type), response.body};
            },
            "cover"};
}

Call<Login> login(const Server& server, const UserPassword& user) {
    Call<Login> call{request_of(server, "POST", url_of(server, {"login"})), &read_login};
    call.request.headers.emplace_back("x-return-tokens: true");
    core::JsonObject body;
    set_json(call.request, body.add("username", user.username).add("password", user.password).finish());
    call.request.max_bytes = kLargeAnswer;
    call.name = "login";
    return call;
}

Call<Login> refresh(const Server& server, std::string_view refresh_token) {
    Call<Login> call{request_of(server, "POST", url_of(server, {"auth", "refresh"})), &read_login};
    call.request.headers.push_back("x-refresh-token: " + std::string(refresh_token));
    set_json(call.request, "{}");
    call.request.max_bytes = kLargeAnswer;
    call.name = "refresh";
    return call;
}

Call<std::vector<OpenSession>> get_open_sessions(const Server& server, const Credential& credential) {
    return {get(server, credential, url_of(server, {"api", "sessions", "open"}), kLargeAnswer),
            [](const HttpResponse& response) -> Read<std::vector<OpenSession>> {
                if (auto error = error_of(response)) return tl::unexpected(std::move(*error));
                auto sessions = parse_open_sessions(response.body);
                if (!sessions) return unexpected("the answer is not a list of sessions");
                return std::move(*sessions);
            },
            "open-sessions"};
}

}  // namespace koshelf::abs
