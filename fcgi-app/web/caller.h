// What most handlers begin and end with: who asks, what the body says, and how a store's failure is told.
#pragma once

#include <optional>

#include "core/ids.h"
#include "core/protocol_error.h"
#include "platform/json.h"
#include "web/request.h"
#include "web/response.h"
#include "web/services.h"

namespace koshelf::web {

// Who a request claims to be: x-auth-user and x-auth-key, well-formed but not yet checked.
struct Caller {
    core::Username username;
    core::Credential credential;
};

// kUnauthorized if a header is missing, came twice, or cannot belong to any account.
[[nodiscard]] core::ProtocolResult<Caller> identify(const Request& request);

// The body, which must be one JSON object.
[[nodiscard]] core::ProtocolResult<platform::JsonDocument> parse_body(const Request& request);

// Answers for a store that failed, and logs why.
[[nodiscard]] Response store_failed(const Services& services, const store::StoreError& error);

// Answers 401 and logs who was refused.
[[nodiscard]] Response refuse(const Services& services, const Request& request);

// Asks the store whether the caller is who it claims to be: nothing if so, else the answer to give.
[[nodiscard]] std::optional<Response> deny(Services& services, const Request& request, const Caller& caller);

// The answer to a request whose fields are wrong: that error for the account's owner, 401 for everybody else.
[[nodiscard]] Response reject_fields(Services& services, const Request& request, const Caller& caller,
                                     core::ProtocolError error);

}  // namespace koshelf::web
