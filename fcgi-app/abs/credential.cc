#include "abs/credential.h"

#include "platform/crypto.h"

namespace koshelf::abs {

std::string Credential::digest() const {
    std::string text;
    for (const std::string& part : {key, user_token, user_id}) {
        text += std::to_string(part.size());
        text += ':';
        text += part;
    }
    return platform::sha256_hex(text).substr(0, 16);
}

}  // namespace koshelf::abs
