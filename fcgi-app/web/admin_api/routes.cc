#include "web/admin_api/admin_api.h"
#include "web/device_api/device_api.h"

namespace koshelf::web {

// The first that fits answers: literal paths stand before those with a placeholder.
std::vector<Route> admin_routes() {
    constexpr Negotiation kAny = Negotiation::kNone;
    return {
        {Method::kGet, "/readyz", readiness, kAny},
        {Method::kGet, "/admin/status", admin_status, kAny},
        {Method::kGet, "/admin/setup", setup, kAny},
        {Method::kGet, "/admin/probe", show_probe, kAny},
        {Method::kGet, "/admin/accounts", list_accounts, kAny},
        {Method::kPost, "/admin/accounts", create_account, kAny},
        {Method::kGet, "/admin/accounts/login", login, kAny},
        {Method::kPost, "/admin/accounts/login", login, kAny},
        {Method::kGet, "/admin/accounts/:username", show_account, kAny},
        {Method::kDelete, "/admin/accounts/:username", remove_account, kAny},
        {Method::kPut, "/admin/accounts/:username/password", set_password, kAny},
        {Method::kPut, "/admin/accounts/:username/role", set_role, kAny},
        {Method::kPut, "/admin/accounts/:username/quota", set_quota, kAny},
        {Method::kGet, "/admin/invitations", list_invitations, kAny},
        {Method::kPost, "/admin/invitations", create_invitation, kAny},
        {Method::kDelete, "/admin/invitations/:id", revoke_invitation, kAny},
        {Method::kGet, "/admin/devices", list_devices, kAny},
        {Method::kDelete, "/admin/devices/:id", forget_device, kAny},
        {Method::kGet, "/admin/accounts/:username/export", export_account, kAny},
        {Method::kGet, "/admin/audiobookshelf/config", read_config, kAny},
        {Method::kPut, "/admin/audiobookshelf/config", update_config, kAny},
        {Method::kGet, "/admin/audiobookshelf/status", connection_status, kAny},
        {Method::kPost, "/admin/audiobookshelf/status", try_connection, kAny},
        {Method::kGet, "/admin/audiobookshelf/libraries", list_libraries, kAny},
        {Method::kGet, "/admin/audiobookshelf/search", search_items, kAny},
        {Method::kGet, "/admin/audiobookshelf/library-items/:id", show_item, kAny},
        {Method::kGet, "/admin/audiobookshelf/cover", show_cover, kAny},
        {Method::kGet, "/admin/library", list_documents, kAny},
        {Method::kGet, "/admin/library/:document", show_document, kAny},
        {Method::kGet, "/admin/library/:document/suggestions", suggest_items, kAny},
        {Method::kPut, "/admin/library/:document/link", link_document, kAny},
        {Method::kDelete, "/admin/library/:document/link", unlink_document, kAny},
        {Method::kPost, "/admin/library/:document/sync/to-audio", sync_to_audio, kAny},
        {Method::kPost, "/admin/library/:document/sync/from-audio", sync_from_audio, kAny},
        {Method::kPost, "/admin/library/:document/sync/auto", sync_newest, kAny},
        {Method::kGet, "/admin/library/:document/merge-candidates", list_merge_candidates, kAny},
        {Method::kPost, "/admin/library/:document/merge", merge_documents, kAny},
        {Method::kDelete, "/admin/library/:document/merge", unmerge_document, kAny},
        {Method::kPost, "/admin/library/:document/restore", restore_position, kAny},
        {Method::kGet, "/admin/library/:document/alignment", show_alignment, kAny},
        {Method::kGet, "/admin/library/:document/text", show_text, kAny},
        {Method::kGet, "/admin/library/:document/text/search", search_text, kAny},
        {Method::kGet, "/admin/library/:document/sentences", show_sentences, kAny},
        {Method::kPost, "/admin/library/:document/calibrations", add_calibration, kAny},
        {Method::kDelete, "/admin/library/:document/calibrations/:id", remove_calibration, kAny},
        {Method::kPut, "/admin/library/:document/text-item", choose_text_item, kAny},
        {Method::kPut, "/admin/library/:document/title", rename_document, kAny},
        {Method::kDelete, "/admin/library/:document", forget_document, kAny},
        {Method::kPost, "/admin/library/:document/retry", retry_document, kAny},
        {Method::kPost, "/admin/outbox/retry", retry_outbox, kAny},
        {Method::kGet, "/admin/suggestions", list_suggestions, kAny},
        {Method::kPost, "/admin/suggestions/accept", accept_suggestions, kAny},
        {Method::kGet, "/admin/health", show_health, kAny},
        {Method::kGet, "/admin/activity", list_activity, kAny},
    };
}

}  // namespace koshelf::web
