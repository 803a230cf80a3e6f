// The errors of the admin routes. Unlike the devices', their HTTP statuses mean what they say.
#pragma once

#include <string>
#include <string_view>

#include "web/response.h"

namespace koshelf::web {

enum class AdminError {
    kNotForYou,        // another account's, or an administrator's
    kNoAccount,        // no such account
    kNoDocument,       // the account has no such document
    kNoEntry,          // the history has no such entry (any more)
    kNoItem,           // Audiobookshelf has no such item, or this account may not see it
    kNameTaken,        // an account of that name exists
    kNotFresh,         // somebody has made the first account already
    kNotIndexed,       // whether there are accounts is not known yet
    kInvalidField,     // a field is missing or of the wrong kind
    kInvalidSetting,   // a setting that makes no sense
    kSettingsChanged,  // somebody else has changed the settings meanwhile
    kNotConnected,     // this account has no key for Audiobookshelf
    kNotLinked,        // the document is not linked
    kNoPosition,       // there is no position to work with
    kAudiobookshelf,   // Audiobookshelf did not answer, or not as expected
    kBookNotReady,     // its text is still being read
    kFixedRole,        // the role comes from KOSHELF_ADMIN_USERS
    kOwnRole,          // one's own role: somebody else has to take it
    kNotInvited,       // the invitation is not good (any more)
    kMerged,           // merged already, or too many ids
    kNoInvitation,     // there is no such invitation
    kNoDevice,         // the account has no such device
    kNoText,           // the text cannot be had; the message says why
    kNotAligned,       // text and audio are not aligned; the message says why
    kLinkChanged,      // somebody else has changed the link meanwhile
    kNoCalibration,    // there is no such calibration
    kAdministers,      // one's own account, which others need
};

struct AdminErrorDescription {
    int code;
    int http_status;
    std::string_view message;
};

[[nodiscard]] AdminErrorDescription describe(AdminError error);

// {code, message}; `message` replaces the usual one.
[[nodiscard]] Response admin_error(AdminError error);
[[nodiscard]] Response admin_error(AdminError error, std::string_view message);

// The same with the name of the field that is wrong, so that a page can say so beside it.
[[nodiscard]] Response field_error(std::string_view field, std::string_view message);

}  // namespace koshelf::web
