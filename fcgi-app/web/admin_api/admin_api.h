// The routes of the admin pool, below /admin/. They never share a worker with devices, and may wait for
// Audiobookshelf. docs/api.md says what they take and answer; one file each.
#pragma once

#include <vector>

#include "web/router.h"

namespace koshelf::web {

// GET /admin/status: the version, and whether the indexes are built; for any account.
[[nodiscard]] Response admin_status(Services& services, const Call& call);
// GET /admin/probe: what the server sees of a request, for who has got a token for that through Redis.
[[nodiscard]] Response show_probe(Services& services, const Call& call);
// GET /admin/setup: whether there are accounts yet; for anybody.
[[nodiscard]] Response setup(Services& services, const Call& call);

// GET, POST /admin/accounts
[[nodiscard]] Response list_accounts(Services& services, const Call& call);
[[nodiscard]] Response create_account(Services& services, const Call& call);
// GET or POST /admin/accounts/login: who the caller is.
[[nodiscard]] Response login(Services& services, const Call& call);
// GET, DELETE /admin/accounts/:username, PUT /admin/accounts/:username/password
[[nodiscard]] Response show_account(Services& services, const Call& call);
[[nodiscard]] Response remove_account(Services& services, const Call& call);
[[nodiscard]] Response set_password(Services& services, const Call& call);
// PUT /admin/accounts/:username/role, /quota
[[nodiscard]] Response set_role(Services& services, const Call& call);
[[nodiscard]] Response set_quota(Services& services, const Call& call);
// GET, POST /admin/invitations, DELETE /admin/invitations/:id
[[nodiscard]] Response list_invitations(Services& services, const Call& call);
[[nodiscard]] Response create_invitation(Services& services, const Call& call);
[[nodiscard]] Response revoke_invitation(Services& services, const Call& call);

// GET /admin/devices, DELETE /admin/devices/:id
[[nodiscard]] Response list_devices(Services& services, const Call& call);
[[nodiscard]] Response forget_device(Services& services, const Call& call);
// GET /admin/accounts/:username/export: a page of everything that the account has, but its credential.
[[nodiscard]] Response export_account(Services& services, const Call& call);

// GET, PUT /admin/audiobookshelf/config
[[nodiscard]] Response read_config(Services& services, const Call& call);
[[nodiscard]] Response update_config(Services& services, const Call& call);
// GET /admin/audiobookshelf/status: tries the connection; POST tries settings that are not stored yet.
[[nodiscard]] Response connection_status(Services& services, const Call& call);
[[nodiscard]] Response try_connection(Services& services, const Call& call);
// GET /admin/audiobookshelf/libraries, /search, /library-items/:id, /cover
[[nodiscard]] Response list_libraries(Services& services, const Call& call);
[[nodiscard]] Response search_items(Services& services, const Call& call);
[[nodiscard]] Response show_item(Services& services, const Call& call);
[[nodiscard]] Response show_cover(Services& services, const Call& call);

// GET /admin/library, /admin/library/:document, /admin/library/:document/suggestions
[[nodiscard]] Response list_documents(Services& services, const Call& call);
[[nodiscard]] Response show_document(Services& services, const Call& call);
[[nodiscard]] Response suggest_items(Services& services, const Call& call);
// PUT, DELETE /admin/library/:document/link
[[nodiscard]] Response link_document(Services& services, const Call& call);
[[nodiscard]] Response unlink_document(Services& services, const Call& call);
// POST /admin/library/:document/sync/to-audio, /from-audio, /auto
[[nodiscard]] Response sync_to_audio(Services& services, const Call& call);
[[nodiscard]] Response sync_from_audio(Services& services, const Call& call);
[[nodiscard]] Response sync_newest(Services& services, const Call& call);
// GET /admin/library/:document/merge-candidates, POST and DELETE /admin/library/:document/merge
[[nodiscard]] Response list_merge_candidates(Services& services, const Call& call);
[[nodiscard]] Response merge_documents(Services& services, const Call& call);
[[nodiscard]] Response unmerge_document(Services& services, const Call& call);
// POST /admin/library/:document/restore
[[nodiscard]] Response restore_position(Services& services, const Call& call);
// PUT /admin/library/:document/title, DELETE /admin/library/:document
[[nodiscard]] Response rename_document(Services& services, const Call& call);
[[nodiscard]] Response forget_document(Services& services, const Call& call);
// POST /admin/library/:document/retry, /admin/outbox/retry
[[nodiscard]] Response retry_document(Services& services, const Call& call);
[[nodiscard]] Response retry_outbox(Services& services, const Call& call);
// GET /admin/suggestions, POST /admin/suggestions/accept
[[nodiscard]] Response list_suggestions(Services& services, const Call& call);
[[nodiscard]] Response accept_suggestions(Services& services, const Call& call);

// GET /admin/library/:document/alignment, /text, /text/search, /sentences
[[nodiscard]] Response show_alignment(Services& services, const Call& call);
[[nodiscard]] Response show_text(Services& services, const Call& call);
[[nodiscard]] Response search_text(Services& services, const Call& call);
[[nodiscard]] Response show_sentences(Services& services, const Call& call);
// POST /admin/library/:document/calibrations, DELETE …/calibrations/:id
[[nodiscard]] Response add_calibration(Services& services, const Call& call);
[[nodiscard]] Response remove_calibration(Services& services, const Call& call);
// PUT /admin/library/:document/text-item
[[nodiscard]] Response choose_text_item(Services& services, const Call& call);

// GET /admin/health
[[nodiscard]] Response show_health(Services& services, const Call& call);

// GET /admin/activity
[[nodiscard]] Response list_activity(Services& services, const Call& call);

// All of them.
[[nodiscard]] std::vector<Route> admin_routes();

}  // namespace koshelf::web
