// What merging and unmerging answer.
#pragma once

#include <string_view>

#include "store/merging.h"
#include "web/admin_api/session.h"

namespace koshelf::web {

// {document, merged, message} if it was done; why not otherwise.
[[nodiscard]] Response merge_answer(const store::Merging::Book& book, std::string_view document,
                                    std::string_view message);

}  // namespace koshelf::web
