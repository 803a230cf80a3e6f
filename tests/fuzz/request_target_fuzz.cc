// Request lines and CGI variables: whatever a web server passes on of a client's bytes.

#include <cstdint>
#include <string>

#include "core/ids.h"
#include "core/url.h"
#include "require.h"
#include "web/request.h"

namespace {

using namespace koshelf;

// Upper bound of what decoding may do: it never grows.
void check_decoding(std::string_view text) {
    fuzz::require(core::percent_decode(text).size() <= text.size(), "decoding does not grow");
    std::size_t total = 0;
    for (const std::string& segment : core::path_segments(text)) {
        fuzz::require(!segment.empty(), "no segment is empty");
        total += segment.size();
    }
    fuzz::require(total <= text.size(), "segments are no longer than the path");
}

// An accepted id, percent-encoded into a path, comes back as it was: no id is write-only.
void check_round_trip(std::string_view text) {
    const auto id = core::DocumentId::parse(text);
    if (!id) return;
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string path = "/syncs/progress/";
    for (const char c : id->str()) {
        const auto byte = static_cast<unsigned char>(c);
        path += '%';
        path += kHex[byte >> 4U];
        path += kHex[byte & 0xFU];
    }
    const auto segments = core::path_segments(path);
    fuzz::require(segments.size() == 3 && segments[2] == id->str(), "a document id survives its path");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_decoding(text);
    check_round_trip(text);
    static_cast<void>(core::query_parameter(text, "ids"));

    // Lines of the input are variables, as many as there are.
    web::RequestBuilder builder("/kosync");
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        builder.variable(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    static_cast<void>(builder.finish());
    return 0;
}
