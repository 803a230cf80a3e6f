#include "store/keys.h"

#include "platform/crypto.h"

namespace koshelf::store::keys {

std::string account(const core::Username& username) {
    return "user:" + username.str() + ":";
}

std::string credential(const core::Username& username) {
    return account(username) + "key";
}

std::string document(const core::Username& username, const core::DocumentId& document) {
    return account(username) + "document:" + document.str();
}

std::string documents(const core::Username& username) {
    return account(username) + "documents";
}

std::string profile(const core::Username& username) {
    return account(username) + "profile";
}

std::string deletion_mark(const core::Username& username, const core::Credential& credential) {
    return "koshelf:deleted:" + platform::sha256_hex(username.str() + '\0' + credential.reveal());
}

}  // namespace koshelf::store::keys
