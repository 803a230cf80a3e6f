#include "migration/tinydb.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "core/json_syntax.h"
#include "migration/json_text_of.h"

namespace koshelf::migration {
namespace {

// It is read as a whole.
constexpr std::streamoff kLargest = std::streamoff{256} * 1024 * 1024;

ForeignPosition tiny_position(platform::JsonValue row) {
    return {.percentage = text_of(row.member("percentage")),
            .progress = text_of(row.member("progress")),
            .device = text_of(row.member("device")),
            .device_id = text_of(row.member("device_id")),
            .time = text_of(row.member("timestamp"))};
}

}  // namespace

Outcome read_tinydb(const std::string& path, const Sink& sink) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) return tl::unexpected("cannot read " + path);
    if (file.tellg() > kLargest) return tl::unexpected(path + " is too large to be read as one JSON text");
    file.seekg(0);
    std::ostringstream text;
    text << file.rdbuf();
    const auto document = platform::JsonDocument::parse(text.str());
    if (!document)
        return tl::unexpected(path + " is no JSON: " + core::describe_place(text.str(), document.error()));
    const platform::JsonValue users = document->root().member("users");
    const platform::JsonValue positions = document->root().member("documents");
    if (!users.is_object() || !positions.is_object())
        return tl::unexpected(path + R"( has no "users" and "documents", as a TinyDB of koreader-sync has)");
    int unreadable = 0;
    for (auto row = users.first(); row.exists(); row = row.next()) {
        const std::string key = text_of(row.member("password"));
        auto image = to_image(text_of(row.member("username")), is_device_key(key) ? key : "");
        unreadable += image ? 0 : 1;
        if (image && !sink.account(std::move(*image))) return std::string();
    }
    for (auto row = positions.first(); row.exists(); row = row.next()) {
        auto image =
            to_image(text_of(row.member("username")), text_of(row.member("document")), tiny_position(row));
        unreadable += image ? 0 : 1;
        if (image && !sink.document(std::move(*image))) return std::string();
    }
    std::string what = "The file is a TinyDB of koreader-sync.";
    if (unreadable > 0)
        what += " " + std::to_string(unreadable) + " entries make no sense and were left out.";
    return what;
}

}  // namespace koshelf::migration
