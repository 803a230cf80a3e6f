// Any bytes as Audiobookshelf's JSON, through every reader; what comes out is text and numbers that are some.
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "abs/calls.h"
#include "abs/json_fields.h"
#include "core/utf8.h"
#include "require.h"

namespace {

using namespace koshelf::abs;
using koshelf::fuzz::require;

void check_text(const std::string& text) {
    require(koshelf::core::is_utf8(text), "text is UTF-8");
}

void check_number(const std::optional<double>& number) {
    require(!number || std::isfinite(*number), "numbers are finite");
}

void check(const MediaProgress& record) {
    for (const auto* text : {&record.id, &record.item, &record.media_item, &record.episode, &record.user}) {
        check_text(*text);
    }
    check_text(record.ebook_location.value_or(""));
    for (const auto& number :
         {record.current_time, record.duration, record.progress, record.ebook_progress}) {
        check_number(number);
    }
    require(record.last_update >= 0 && record.started_at >= 0, "times are not negative");
    require(!record.item.empty() || !record.media_item.empty(), "a record belongs to something");
}

// Through the calls, as an answer of 200 with that body.
template <class T>
void read(const Call<T>& call, const koshelf::platform::HttpResponse& response) {
    static_cast<void>(call.read(response));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto record = parse_media_progress_text(text)) check(*record);
    if (const auto document = parse_json(text)) {
        if (const auto me = parse_me(document->root())) {
            for (const auto& record : me->progress) check(record);
        }
        if (const auto item = parse_item_summary(document->root())) {
            check_text(item->title);
            check_text(item->authors);
            require(std::isfinite(item->duration) && item->duration >= 0, "a duration is one");
        }
    }
    if (const auto item = parse_full_item(text)) {
        check_text(item->title);
        require(!item->id.empty(), "an item has a name");
    }
    static_cast<void>(parse_local_session_outcome(text, "s"));

    const Server server{"http://host"};
    const Credential credential{"key", "", ""};
    koshelf::platform::HttpResponse response;
    response.status = 200;
    response.body = text;
    read(get_status(server), response);
    read(get_me(server, credential), response);
    read(list_progress(server, credential, ""), response);
    read(list_libraries(server, credential), response);
    read(list_items(server, credential, "l", {}), response);
    read(search(server, credential, "l", "q"), response);
    read(get_open_sessions(server, credential), response);
    read(login(server, {"u", "p"}), response);
    response.status = 206;
    response.content_range = text;
    read(get_ebook_range(server, credential, {"i", "1"}, {0, 100}), response);

    const auto url = normalise_base_url(text);
    if (url) require(normalise_base_url(*url) == *url, "a base URL stays what it is");
    return 0;
}
