#include "web/admin_api/admin_error.h"

#include "core/json_text.h"

namespace koshelf::web {

AdminErrorDescription describe(AdminError error) {
    switch (error) {
        case AdminError::kNotForYou: return {3001, 403, "Only an administrator may do that."};
        case AdminError::kNoAccount: return {3002, 404, "There is no such account."};
        case AdminError::kNoDocument: return {3003, 404, "There is no such document."};
        case AdminError::kNoEntry: return {3004, 404, "The history does not have that position any more."};
        case AdminError::kNoItem:
            return {3005, 404, "Audiobookshelf has no such book, or this account may not see it."};
        case AdminError::kNameTaken: return {3006, 409, "There is an account of that name already."};
        case AdminError::kNotFresh: return {3007, 409, "Somebody has made the first account already."};
        case AdminError::kNotIndexed:
            return {3008, 503, "The data is still being looked through. Try again in a minute."};
        case AdminError::kInvalidField:
            return {3009, 422, "A field is missing, or is not what it should be."};
        case AdminError::kInvalidSetting: return {3010, 422, "That setting makes no sense."};
        case AdminError::kSettingsChanged:
            return {3011, 409, "Somebody else has changed the settings meanwhile."};
        case AdminError::kNotConnected:
            return {3012, 409, "This account is not connected to Audiobookshelf."};
        case AdminError::kNotLinked: return {3013, 409, "The document is not linked to a book."};
        case AdminError::kNoPosition: return {3014, 409, "There is no position yet."};
        case AdminError::kAudiobookshelf: return {3015, 502, "Audiobookshelf did not answer."};
        case AdminError::kBookNotReady:
            return {3016, 503, "The book's text is still being read. Try again in a moment."};
        case AdminError::kFixedRole:
            return {3017, 409, "KOSHELF_ADMIN_USERS names that account: its role is changed there."};
        case AdminError::kOwnRole:
            return {3018, 409, "Your own role: another administrator has to change that."};
        case AdminError::kNotInvited: return {3019, 403, "This invitation is not valid (any more)."};
        case AdminError::kMerged: return {3020, 409, "The two are one book already."};
        case AdminError::kNoInvitation: return {3022, 404, "There is no such invitation."};
        case AdminError::kNoDevice: return {3023, 404, "There is no such device."};
        case AdminError::kNoText: return {3021, 404, "The text of this book cannot be had."};
        case AdminError::kNotAligned: return {3024, 409, "Text and audio of this book are not aligned."};
        case AdminError::kLinkChanged: return {3025, 409, "Somebody else has changed the link meanwhile."};
        case AdminError::kAdministers:
            return {3027, 409,
                    "You administer this server, and others have accounts here: another administrator has to "
                    "delete yours."};
        case AdminError::kNoCalibration: return {3026, 404, "There is no such calibration (any more)."};
    }
    return {3000, 500, "Internal error."};
}

Response admin_error(AdminError error) {
    return admin_error(error, describe(error).message);
}

Response admin_error(AdminError error, std::string_view message) {
    const AdminErrorDescription description = describe(error);
    return json_response(description.http_status,
                         core::JsonObject().add("code", description.code).add("message", message).finish());
}

Response field_error(std::string_view field, std::string_view message) {
    const AdminErrorDescription description = describe(AdminError::kInvalidField);
    return json_response(description.http_status, core::JsonObject()
                                                      .add("code", description.code)
                                                      .add("message", message)
                                                      .add("field", field)
                                                      .finish());
}

}  // namespace koshelf::web
