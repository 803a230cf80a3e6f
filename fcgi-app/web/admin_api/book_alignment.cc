#include "web/admin_api/admin_api.h"
#include "web/admin_api/aligned_book.h"

namespace koshelf::web {

Response show_alignment(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const auto aligned = open_aligned_book(services, *loaded);
    if (!aligned) return aligned.error();
    return json_response(200, alignment_json(*aligned, *loaded));
}

}  // namespace koshelf::web
