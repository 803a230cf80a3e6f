// ItemSearch: books of the libraries that an account may see.
#pragma once

#include <string>
#include <vector>

#include "abs/calls.h"
#include "web/services.h"

namespace koshelf::web {

// The ids of those with books; of a server with more than eight, the first.
[[nodiscard]] tl::expected<std::vector<std::string>, abs::AbsError> book_libraries(
    Services& services, const abs::Credential& credential);

// One request for each of these libraries. Podcasts and items whose files are gone are left out.
[[nodiscard]] tl::expected<std::vector<abs::ItemSummary>, abs::AbsError> find_items(
    Services& services, const abs::Credential& credential, const std::string& text,
    const std::vector<std::string>& libraries);

}  // namespace koshelf::web
