// The Lua scripts that run inside Redis, from store/scripts/.
#pragma once

#include <string>
#include <string_view>

namespace koshelf::store {

// A script's text and the name by which Redis knows it.
class Script {
  public:
    explicit Script(std::string source);
    [[nodiscard]] const std::string& source() const { return source_; }
    [[nodiscard]] const std::string& sha1() const { return sha1_; }

  private:
    std::string source_;
    std::string sha1_;
};

// One for each file that is run; made when first asked for.
[[nodiscard]] const Script& push_script();
[[nodiscard]] const Script& note_pull_script();
[[nodiscard]] const Script& pull_script();
[[nodiscard]] const Script& touch_script();
[[nodiscard]] const Script& create_account_script();
[[nodiscard]] const Script& change_credential_script();
[[nodiscard]] const Script& delete_account_script();
[[nodiscard]] const Script& delete_idle_account_script();
[[nodiscard]] const Script& index_document_script();
[[nodiscard]] const Script& outbox_add_script();
[[nodiscard]] const Script& outbox_done_script();
[[nodiscard]] const Script& outbox_postpone_script();
[[nodiscard]] const Script& outbox_bury_script();
[[nodiscard]] const Script& outbox_revive_script();
[[nodiscard]] const Script& outbox_hint_script();
[[nodiscard]] const Script& outbox_next_script();
[[nodiscard]] const Script& link_script();
[[nodiscard]] const Script& import_script();
[[nodiscard]] const Script& save_bridge_record_script();
[[nodiscard]] const Script& update_settings_script();
[[nodiscard]] const Script& lease_script();
[[nodiscard]] const Script& served_script();
[[nodiscard]] const Script& forget_activity_script();
[[nodiscard]] const Script& close_pull_gate_script();
[[nodiscard]] const Script& create_first_account_script();
[[nodiscard]] const Script& forget_admin_script();
[[nodiscard]] const Script& merge_script();
[[nodiscard]] const Script& unmerge_script();
[[nodiscard]] const Script& undo_merge_script();
[[nodiscard]] const Script& set_role_script();
[[nodiscard]] const Script& set_profile_field_script();
[[nodiscard]] const Script& accept_invitation_script();
[[nodiscard]] const Script& restore_script();
[[nodiscard]] const Script& calibrate_script();
[[nodiscard]] const Script& rename_script();
[[nodiscard]] const Script& forget_document_script();
[[nodiscard]] const Script& take_in_account_script();
[[nodiscard]] const Script& take_in_document_script();
[[nodiscard]] const Script& take_in_history_script();
[[nodiscard]] const Script& take_in_alias_script();
[[nodiscard]] const Script& reference_account_script();
[[nodiscard]] const Script& reference_position_script();

}  // namespace koshelf::store
