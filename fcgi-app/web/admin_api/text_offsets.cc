#include "web/admin_api/text_offsets.h"

#include <charconv>
#include <limits>
#include <string>

#include "core/url.h"
#include "platform/clock.h"
#include "web/admin_api/desk.h"
#include "web/caller.h"

namespace koshelf::web {

OrResponse<std::optional<std::int64_t>> offset_parameter(const Request& request, std::string_view name) {
    const auto text = core::query_parameter(request.query, name);
    if (!text || text->empty()) return std::nullopt;
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || end != text->data() + text->size())
        return tl::unexpected(field_error(name, std::string(name) + " must be a number of characters."));
    return std::optional<std::int64_t>(value);
}

OrResponse<std::optional<core::text::TextMap>> map_of(Services& services, const relay::Subject& subject,
                                                      std::string_view text_fingerprint) {
    const auto book = services.desk.books.find(subject, platform::now_millis());
    if (!book) return tl::unexpected(store_failed(services, book.error()));
    if (*book == nullptr || (*book)->text_fingerprint != text_fingerprint) return std::nullopt;
    return (*book)->map;
}

void add_section(core::JsonObject& json, const std::optional<core::text::TextMap>& map,
                 core::text::TextOffset offset) {
    if (!map || map->sections().empty()) {
        json.add_json("section", "null").add("section_title", "");
        return;
    }
    const std::size_t section = map->section_of(offset);
    json.add("section", static_cast<std::int64_t>(section))
        .add("section_title", map->sections()[section].title);
}

}  // namespace koshelf::web
