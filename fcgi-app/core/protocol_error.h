// The errors of the sync protocol: code, HTTP status and message, exactly as the devices know them.
#pragma once

#include <string_view>

#include <tl/expected.hpp>

namespace koshelf::core {

enum class ProtocolError {
    kInvalidAccept,         // a vendor type in Accept that cannot be parsed
    kUnsupportedVersion,    // a vendor type of another protocol version
    kBodyNotJson,           // the body is not one well-formed JSON value (an empty body is none)
    kBodyNotObject,         // JSON, but an array or a scalar
    kStoreUnreachable,      // Redis cannot be reached, or is still loading its data
    kStoreUnexpected,       // Redis answered with something that has no place here
    kUnauthorized,          // headers missing, unknown user and wrong key alike
    kUsernameTaken,         // decided atomically
    kInvalidRequest,        // fields missing or of the wrong kind
    kDocumentMissing,       // document missing, empty or with a colon
    kRegistrationDisabled,  // ENABLE_USER_REGISTRATION is off
    kAccountNotFound,       // deletion of an account that is already gone
    kTooManyDocuments,      // a push that would make another document than the account may have
};

// What a protocol error looks like on the wire.
struct ErrorDescription {
    int code;         // "code" in the body
    int http_status;  // 402 for a taken name is right: the client's descriptor accepts 201 and 402 only
    std::string_view message;  // "message" in the body: KOReader shows it to the reader
};

[[nodiscard]] constexpr ErrorDescription describe(ProtocolError error) {
    switch (error) {
        case ProtocolError::kInvalidAccept: return {101, 412, "Invalid Accept header format."};
        case ProtocolError::kUnsupportedVersion:
            return {102, 412, "Unsupported version specified in the Accept header."};
        case ProtocolError::kBodyNotJson: return {103, 400, "Could not parse JSON in body."};
        case ProtocolError::kBodyNotObject: return {104, 400, "Body should be a JSON hash."};
        case ProtocolError::kStoreUnreachable: return {1000, 502, "Cannot connect to redis server."};
        case ProtocolError::kStoreUnexpected: return {2000, 502, "Unknown server error."};
        case ProtocolError::kUnauthorized: return {2001, 401, "Unauthorized"};
        case ProtocolError::kUsernameTaken: return {2002, 402, "Username is already registered."};
        case ProtocolError::kInvalidRequest: return {2003, 403, "Invalid request"};
        case ProtocolError::kDocumentMissing: return {2004, 403, "Field 'document' not provided."};
        case ProtocolError::kRegistrationDisabled: return {2005, 402, "User registration is disabled."};
        case ProtocolError::kAccountNotFound: return {2006, 404, "Account not found."};
        case ProtocolError::kTooManyDocuments: return {2007, 403, "Too many documents in this account."};
    }
    return {2000, 502, "Unknown server error."};
}

// A value, or the protocol error to answer instead.
template <typename T>
using ProtocolResult = tl::expected<T, ProtocolError>;

}  // namespace koshelf::core
