#include <cmath>
#include <optional>

#include "core/invitation_code.h"
#include "core/utf8.h"
#include "platform/crypto.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/invitation_json.h"
#include "web/admin_api/session.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

constexpr int kUsualDays = 14;
constexpr int kMostDays = 365;
constexpr int kMostUses = 1000;
constexpr std::size_t kLongestNote = 200;
constexpr core::EpochSeconds kDay = 86'400;

// A whole number from 1 to `most`; `otherwise` if the member is absent; nothing if it is anything else.
std::optional<int> count_of(platform::JsonValue value, int otherwise, int most) {
    if (!value.exists() || value.is_null()) return otherwise;
    const double number = value.number();
    if (!value.is_number() || number < 1 || number > most || std::trunc(number) != number)
        return std::nullopt;
    return static_cast<int>(number);
}

}  // namespace

// The code is in this answer and nowhere else.
Response create_invitation(Services& services, const Call& call) {
    const auto session = open_admin_session(services, call.request);
    if (!session) return session.error();
    const auto body = parse_body(call.request);
    if (!body) return error_response(body.error());
    const auto uses = count_of(body->root().member("uses"), 1, kMostUses);
    if (!uses) return field_error("uses", "uses is a number from 1 to 1000.");
    const auto days = count_of(body->root().member("days"), kUsualDays, kMostDays);
    if (!days) return field_error("days", "days is a number from 1 to 365.");
    const platform::JsonValue note = body->root().member("note");
    const bool no_text = note.exists() && !note.is_null() && !note.is_string();
    if (no_text || note.string().size() > kLongestNote || !core::is_utf8(note.string()))
        return field_error("note", "note is a text of up to 200 bytes.");

    const auto random = platform::random_bytes(core::kInvitationCodeBytes);
    const auto code = random ? core::make_invitation_code(*random) : std::nullopt;
    const auto canonical = code ? core::parse_invitation_code(*code) : std::nullopt;
    if (!canonical) return http_error(500, "There are no random numbers for a code.");
    store::Invitation invitation{.id = {},
                                 .note = std::string(note.string()),
                                 .created = call.request.now,
                                 .expires = call.request.now + *days * kDay,
                                 .uses_left = *uses,
                                 .by = session->username.str(),
                                 .used_by = {}};
    const auto id = services.desk.invitations.create(*canonical, invitation);
    if (!id) return store_failed(services, id.error());
    invitation.id = *id;
    services.log.info("invitation.created").with("invitation", *id).with("by", session->username.str());
    return json_response(201, invitation_json(invitation).add("code", *code).finish());
}

}  // namespace koshelf::web
