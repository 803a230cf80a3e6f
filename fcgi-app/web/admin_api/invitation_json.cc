#include "web/admin_api/invitation_json.h"

namespace koshelf::web {

core::JsonObject invitation_json(const store::Invitation& invitation) {
    core::JsonArray accounts;
    for (const std::string& name : invitation.used_by) accounts.add(name);
    core::JsonObject json;
    json.add("id", invitation.id)
        .add("note", invitation.note)
        .add("created", invitation.created)
        .add("expires", invitation.expires)
        .add("uses_left", invitation.uses_left)
        .add_json("used_by", accounts.finish())
        .add("by", invitation.by);
    return json;
}

}  // namespace koshelf::web
