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
    static const Script script(joined({scripts::kGroup, scripts::kResolve, scripts::kGuard, scripts::kShared,
                                       scripts::kDevices, scripts::kPush}));
    return script;
}

const Script& note_pull_script() {
    static const Script script(joined({scripts::kDevices, scripts::kNotePull}));
    return script;
}

const Script& pull_script() {
    static const Script script(joined({scripts::kGroup, scripts::kResolve, scripts::kGuard, scripts::kPull}));
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

const Script& delete_idle_account_script() {
    static const Script script(joined({scripts::kIdleOnly, scripts::kDeleteAccount}));
    return script;
}

const Script& index_document_script() {
    static const Script script(
        joined({scripts::kGroup, scripts::kGuard, scripts::kShared, scripts::kIndexDocument}));
    return script;
}

const Script& outbox_add_script() {
    static const Script script(joined({scripts::kGroup, scripts::kOutbox, scripts::kOutboxAdd}));
    return script;
}

const Script& outbox_done_script() {
    static const Script script(joined({scripts::kOutbox, scripts::kOutboxDone}));
    return script;
}

const Script& outbox_postpone_script() {
    static const Script script(joined({scripts::kOutbox, scripts::kOutboxPostpone}));
    return script;
}

const Script& outbox_bury_script() {
    static const Script script(joined({scripts::kOutbox, scripts::kOutboxBury}));
    return script;
}

const Script& outbox_revive_script() {
    static const Script script(joined({scripts::kOutbox, scripts::kOutboxRevive}));
    return script;
}

const Script& outbox_next_script() {
    static const Script script(joined({scripts::kOutbox, scripts::kOutboxNext}));
    return script;
}

const Script& outbox_hint_script() {
    static const Script script(joined({scripts::kOutboxHint}));
    return script;
}

const Script& link_script() {
    static const Script script(joined({scripts::kGroup, scripts::kOutbox, scripts::kLink}));
    return script;
}

const Script& import_script() {
    static const Script script(
        joined({scripts::kGroup, scripts::kGuard, scripts::kShared, scripts::kOutbox, scripts::kImport}));
    return script;
}

const Script& save_bridge_record_script() {
    static const Script script(joined({scripts::kGroup, scripts::kSaveBridgeRecord}));
    return script;
}

const Script& update_settings_script() {
    static const Script script(joined({scripts::kUpdateSettings}));
    return script;
}

const Script& lease_script() {
    static const Script script(joined({scripts::kLease}));
    return script;
}

const Script& served_script() {
    static const Script script(joined({scripts::kServed}));
    return script;
}

const Script& forget_activity_script() {
    static const Script script(joined({scripts::kForgetActivity}));
    return script;
}

const Script& close_pull_gate_script() {
    static const Script script(joined({scripts::kClosePullGate}));
    return script;
}

const Script& create_first_account_script() {
    static const Script script(joined({scripts::kCreateFirstAccount}));
    return script;
}

const Script& forget_admin_script() {
    static const Script script(joined({scripts::kForgetAdmin}));
    return script;
}

const Script& merge_script() {
    static const Script script(joined({scripts::kGroup, scripts::kGuard, scripts::kJoinGuards,
                                       scripts::kShared, scripts::kOutbox, scripts::kMerge}));
    return script;
}

const Script& unmerge_script() {
    static const Script script(joined({scripts::kGroup, scripts::kGuard, scripts::kShared, scripts::kDevices,
                                       scripts::kOutbox, scripts::kUnmerge}));
    return script;
}

const Script& undo_merge_script() {
    static const Script script(joined({scripts::kGroup, scripts::kGuard, scripts::kShared, scripts::kDevices,
                                       scripts::kOutbox, scripts::kUndoMerge}));
    return script;
}

const Script& set_role_script() {
    static const Script script(joined({scripts::kSetRole}));
    return script;
}

const Script& set_profile_field_script() {
    static const Script script(joined({scripts::kSetProfileField}));
    return script;
}

const Script& accept_invitation_script() {
    static const Script script(joined({scripts::kAcceptInvitation}));
    return script;
}

const Script& restore_script() {
    static const Script script(
        joined({scripts::kGroup, scripts::kGuard, scripts::kShared, scripts::kOutbox, scripts::kRestore}));
    return script;
}

const Script& calibrate_script() {
    static const Script script(joined({scripts::kCalibrate}));
    return script;
}

const Script& rename_script() {
    static const Script script(joined({scripts::kGroup, scripts::kRename}));
    return script;
}

const Script& forget_document_script() {
    static const Script script(joined({scripts::kGroup, scripts::kDevices, scripts::kForgetDocument}));
    return script;
}

const Script& take_in_account_script() {
    static const Script script(joined({scripts::kSections, scripts::kTakeInAccount}));
    return script;
}

const Script& take_in_document_script() {
    static const Script script(joined({scripts::kGroup, scripts::kGuard, scripts::kShared, scripts::kOutbox,
                                       scripts::kSections, scripts::kJoinGuards, scripts::kTakeInDocument}));
    return script;
}

const Script& take_in_history_script() {
    static const Script script(joined({scripts::kGroup, scripts::kTakeInHistory}));
    return script;
}

const Script& take_in_alias_script() {
    static const Script script(joined({scripts::kGroup, scripts::kResolve, scripts::kTakeInAlias}));
    return script;
}

const Script& reference_account_script() {
    static const Script script(joined({scripts::kReferenceAccount}));
    return script;
}

const Script& reference_position_script() {
    static const Script script(joined({scripts::kReferencePosition}));
    return script;
}

}  // namespace koshelf::store
