// kosync-dotnet, through its management API (GET /manage/users, GET /manage/users/documents), which its
// README describes. It tells no passwords.
#pragma once

#include <string>

#include "migration/foreign.h"

namespace koshelf::migration {

struct KosyncDotnet {
    std::string url;    // "http://host:8080"
    std::string admin;  // the administrator's name there
    std::string key;    // and the MD5 of the password, lower-case hex
};

// Every account that has documents or is no administrator, and its documents.
[[nodiscard]] Outcome read_kosync_dotnet(const KosyncDotnet& server, const Sink& sink);

}  // namespace koshelf::migration
