#include "core/json_text.h"
#include "transfer/account_lines.h"
#include "transfer/line.h"
#include "web/admin_api/account_of_path.h"
#include "web/admin_api/admin_api.h"
#include "web/caller.h"
#include "web/version.h"

namespace koshelf::web {
namespace {

// A page of so many documents, with 250 positions each, is half a megabyte at most.
constexpr std::size_t kDocumentsOfAPage = 10;

}  // namespace

Response export_account(Services& services, const Call& call) {
    const auto named = account_of_path(services, call);
    if (!named) return named.error();
    transfer::AccountLines lines(services.database, named->account.username.str(),
                                 transfer::AccountLines::Secrets::kWithout);
    const auto there = lines.open();
    if (!there) return store_failed(services, there.error());
    if (!*there) return admin_error(AdminError::kNoAccount);
    const auto page = lines.page(parameter(call.request, "cursor"), kDocumentsOfAPage);
    if (!page) return store_failed(services, page.error());

    core::JsonArray array;
    if (page->first) {
        array.add_json(to_json(transfer::ExportHeader{
            .version = transfer::kFormatVersion, .made = call.request.now, .by = std::string(kVersion)}));
    }
    for (const std::string& line : page->lines) array.add_json(line);
    // Nobody has counted over all pages.
    if (page->next.empty()) array.add_json(to_json(transfer::ExportEnd{}));
    return page_response("lines", array.finish(), page->next);
}

}  // namespace koshelf::web
