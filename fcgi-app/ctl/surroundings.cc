#include "ctl/surroundings.h"

#include <charconv>
#include <utility>

namespace koshelf::ctl {
namespace {

using Environment = platform::Config::Environment;

std::string value_of(const Environment& environment, std::string_view name) {
    return environment(name).value_or("");
}

std::optional<int> read_port(const std::string& text, int otherwise) {
    if (text.empty()) return otherwise;
    if (text == "off") return std::nullopt;
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool good = error == std::errc() && end == text.data() + text.size() && port > 0 && port < 65536;
    return good ? port : otherwise;
}

// "a, b c": what stands between commas and blanks.
std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find_first_of(", \t", begin), text.size());
        if (end > begin) words.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

// The address of ours that a connection can be made to.
std::string host_of(const std::string& listen) {
    const auto addresses = words_of(listen);
    if (addresses.empty() || addresses[0] == "0.0.0.0" || addresses[0] == "::" || addresses[0] == "[::]")
        return "127.0.0.1";
    const std::string& first = addresses[0];
    return first.find(':') != std::string::npos && !first.starts_with('[') ? "[" + first + "]" : first;
}

}  // namespace

std::filesystem::path state_directory(const Environment& environment, const platform::Config& config) {
    const std::string named = value_of(environment, "STATE_DIR");
    if (!named.empty()) return named;
    return std::filesystem::path(config.secret_file).parent_path().parent_path();
}

std::filesystem::path tls_directory(const Environment& environment, const platform::Config& config) {
    const std::string named = value_of(environment, "KOSHELF_TLS_DIR");
    return named.empty() ? state_directory(environment, config) / "tls" : std::filesystem::path(named);
}

Surroundings read_surroundings(const Environment& environment) {
    Surroundings found;
    auto config = platform::Config::read(environment);
    if (config) {
        found.config = std::move(*config);
    } else {
        found.problem = config.error();
        found.config = *platform::Config::read([](std::string_view) { return std::nullopt; });
    }
    found.https_port = read_port(value_of(environment, "HTTPS_PORT"), *found.https_port);
    found.http_port = read_port(value_of(environment, "HTTP_PORT"), *found.http_port);
    found.host = host_of(value_of(environment, "KOSHELF_LISTEN"));
    // Of nginx; what the pools were told should be the same.
    found.base_path = value_of(environment, "BASE_PATH");
    if (found.base_path.empty()) found.base_path = found.config.base_path;
    while (found.base_path.ends_with('/')) found.base_path.pop_back();
    found.state_directory = state_directory(environment, found.config);
    found.tls_directory = tls_directory(environment, found.config);
    found.socket_directory = value_of(environment, "KOSHELF_SOCKET_DIR");
    found.log_directory = value_of(environment, "KOSHELF_LOG_DIR");
    found.hostnames = words_of(value_of(environment, "KOSHELF_HOSTNAMES"));
    return found;
}

}  // namespace koshelf::ctl
