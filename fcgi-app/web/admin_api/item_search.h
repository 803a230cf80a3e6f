// ItemSearch: books of all the libraries that an account may see.
#pragma once

#include <string>
#include <vector>

#include "abs/calls.h"
#include "web/services.h"

namespace koshelf::web {

// `library`: only in that one; "" in all. Podcasts and items whose files are gone are left out.
[[nodiscard]] tl::expected<std::vector<abs::ItemSummary>, abs::AbsError> find_items(
    Services& services, const abs::Credential& credential, const std::string& text,
    const std::string& library = {});

}  // namespace koshelf::web
