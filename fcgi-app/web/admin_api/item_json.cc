#include "web/admin_api/item_json.h"

#include "core/json_text.h"

namespace koshelf::web {

std::string item_json(const abs::ItemSummary& item) {
    core::JsonObject json;
    json.add("id", item.id)
        .add("title", item.title)
        .add("authors", item.authors)
        .add("library", item.library);
    if (item.ebook_format.empty()) {
        json.add_json("ebook", "null");
    } else {
        json.add("ebook", item.ebook_format);
    }
    if (item.duration > 0) {
        json.add("duration", item.duration);
    } else {
        json.add_json("duration", "null");
    }
    return json.finish();
}

}  // namespace koshelf::web
