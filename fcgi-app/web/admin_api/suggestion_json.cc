#include "web/admin_api/suggestion_json.h"

#include "web/admin_api/item_json.h"

namespace koshelf::web {

core::JsonObject suggestion_json(const Suggested& suggested, bool sure) {
    core::JsonArray reasons;
    for (const std::string& reason : suggested.likeness.reasons) reasons.add(reason);
    core::JsonObject json;
    json.add_json("item", item_json(suggested.item))
        .add("score", suggested.likeness.score)
        .add("sure", sure)
        .add_json("reasons", reasons.finish());
    return json;
}

}  // namespace koshelf::web
