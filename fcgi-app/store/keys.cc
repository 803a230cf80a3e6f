#include "store/keys.h"

#include "platform/crypto.h"

namespace koshelf::store::keys {

std::string account(const core::Username& username) {
    return account_of_bytes(username.str());
}

std::string account_of_bytes(std::string_view username) {
    return std::string("user:").append(username).append(":");
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

std::string meta(const core::Username& username, const core::DocumentId& document) {
    return account(username) + "meta:" + document.str();
}

std::string history(const core::Username& username, const core::DocumentId& document) {
    return account(username) + "history:" + document.str();
}

std::string pushes(const core::Username& username, const core::DocumentId& document) {
    return account(username) + "pushes:" + document.str();
}

std::string bridge_record(const core::Username& username, const core::DocumentId& document) {
    return account(username) + "bridge:" + document.str();
}

std::string links(const core::Username& username) {
    return account(username) + "links";
}

std::string outbox(const core::Username& username) {
    return account(username) + "outbox";
}

std::string dead(const core::Username& username) {
    return account(username) + "dead";
}

std::string merged(const core::Username& username) {
    return account(username) + "merged";
}

std::string devices(const core::Username& username) {
    return account(username) + "devices";
}

std::string invitation(std::string_view id) {
    return "koshelf:invitation:" + std::string(id);
}

std::string invitation_accounts(std::string_view id) {
    return invitation(id) + ":accounts";
}

std::string calibrations(const core::Username& username) {
    return account(username) + "calibrations";
}

std::string item(const core::LibraryItemId& id) {
    return "koshelf:item:" + id.str();
}

std::string text_map(const core::LibraryItemId& id) {
    return "koshelf:textmap:" + id.str();
}

std::string alignment(const core::LibraryItemId& audio, const core::LibraryItemId& text) {
    return "koshelf:alignment:" + audio.str() + ":" + text.str();
}

std::string marks(const core::LibraryItemId& id) {
    return "koshelf:marks:" + id.str();
}

std::string text(const core::LibraryItemId& id) {
    return "koshelf:text:" + id.str();
}

std::string text_lock(const core::LibraryItemId& id) {
    return "koshelf:text:" + id.str() + ":lock";
}

std::string lease(std::string_view name) {
    return "koshelf:lease:" + std::string(name);
}

std::string probe(std::string_view token) {
    return "koshelf:probe:" + std::string(token);
}

std::string deletion_mark(const core::Username& username, const core::Credential& credential) {
    return "koshelf:deleted:" + platform::sha256_hex(username.str() + '\0' + credential.reveal());
}

std::string feed_mark(std::string_view credential_digest) {
    return "koshelf:abs:feed:" + std::string(credential_digest);
}

std::string pull_lock(std::string_view credential_digest, const core::LibraryItemId& item) {
    return "koshelf:abs:pull:" + std::string(credential_digest) + ":" + item.str();
}

std::string sight(std::string_view credential_digest, const core::LibraryItemId& item) {
    return "koshelf:abs:sees:" + std::string(credential_digest) + ":" + item.str();
}

}  // namespace koshelf::store::keys
