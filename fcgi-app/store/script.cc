#include "store/script.h"

#include <initializer_list>
#include <string_view>
#include <utility>

#include "platform/crypto.h"
#include "script_sources.h"

namespace koshelf::store {
namespace {

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const std::string_view part : parts) text += part;
    return text;
}

}  // namespace

Script::Script(std::string source) : source_(std::move(source)), sha1_(platform::sha1_hex(source_)) {}

const Script& push_script() {
    static const Script script(joined({scripts::kResolve, scripts::kGuard, scripts::kPush}));
    return script;
}

const Script& pull_script() {
    static const Script script(joined({scripts::kResolve, scripts::kGuard, scripts::kPull}));
    return script;
}

const Script& touch_script() {
    static const Script script{std::string(scripts::kTouch)};
    return script;
}

const Script& create_account_script() {
    static const Script script{std::string(scripts::kCreateAccount)};
    return script;
}

const Script& change_credential_script() {
    static const Script script{std::string(scripts::kChangeCredential)};
    return script;
}

const Script& delete_account_script() {
    static const Script script{std::string(scripts::kDeleteAccount)};
    return script;
}

const Script& index_document_script() {
    static const Script script{std::string(scripts::kIndexDocument)};
    return script;
}

}  // namespace koshelf::store
