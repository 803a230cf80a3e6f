#include "migration/kosync_dotnet.h"

#include <chrono>
#include <utility>
#include <vector>

#include "migration/json_text_of.h"
#include "platform/http_client.h"

namespace koshelf::migration {
namespace {

constexpr std::chrono::seconds kPatience{30};

std::string encode(const std::string& text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                           (byte >= 'a' && byte <= 'z') || byte == '-' || byte == '_' || byte == '.';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += kHex[byte >> 4U];
            out += kHex[byte & 0xFU];
        }
    }
    return out;
}

class Server {
  public:
    explicit Server(const KosyncDotnet& server) : server_(server), client_(platform::HttpOptions{}) {}

    tl::expected<platform::JsonDocument, std::string> get(const std::string& path) {
        platform::HttpRequest request;
        request.url = server_.url + path;
        request.headers = {"x-auth-user: " + server_.admin, "x-auth-key: " + server_.key,
                           "Accept: application/json"};
        request.timeout = kPatience;
        const auto response = client_.perform(request);
        if (!response) return tl::unexpected(server_.url + ": " + response.error().detail);
        if (response->status == 401)
            return tl::unexpected(server_.url + " does not accept the administrator's name and password");
        auto document = platform::JsonDocument::parse(response->body);
        if (response->status != 200 || !document || !document->root().is_array()) {
            return tl::unexpected(server_.url + path.substr(0, path.find('?')) + " answers " +
                                  std::to_string(response->status) +
                                  " and no list: is it a kosync-dotnet with its management API?");
        }
        return std::move(*document);
    }

  private:
    const KosyncDotnet& server_;
    platform::HttpClient client_;
};

}  // namespace

Outcome read_kosync_dotnet(const KosyncDotnet& server, const Sink& sink) {
    Server source(server);
    const auto users = source.get("/manage/users");
    if (!users) return tl::unexpected(users.error());
    std::vector<std::string> names;
    int unreadable = 0;
    for (auto user = users->root().first(); user.exists(); user = user.next()) {
        const std::string name = text_of(user.member("username"));
        const bool empty_admin =
            user.member("isAdministrator").is_true() && user.member("documentCount").number() < 1;
        if (empty_admin) continue;
        auto image = to_image(name, "");
        unreadable += image ? 0 : 1;
        if (!image) continue;
        if (!sink.account(std::move(*image))) return std::string();
        names.push_back(name);
    }
    for (const std::string& name : names) {
        const auto documents = source.get("/manage/users/documents?username=" + encode(name));
        if (!documents) return tl::unexpected(documents.error());
        for (auto row = documents->root().first(); row.exists(); row = row.next()) {
            auto image = to_image(name, text_of(row.member("documentHash")),
                                  {.percentage = text_of(row.member("percentage")),
                                   .progress = text_of(row.member("progress")),
                                   .device = text_of(row.member("device")),
                                   .device_id = text_of(row.member("deviceId")),
                                   .time = text_of(row.member("timestamp"))});
            unreadable += image ? 0 : 1;
            if (image && !sink.document(std::move(*image))) return std::string();
        }
    }
    std::string what = "Read from kosync-dotnet at " + server.url + ".";
    if (unreadable > 0)
        what += " " + std::to_string(unreadable) + " entries make no sense and were left out.";
    return what;
}

}  // namespace koshelf::migration
