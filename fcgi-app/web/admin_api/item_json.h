// A library item as the admin routes tell it.
#pragma once

#include <string>

#include "abs/item.h"

namespace koshelf::web {

// {id, title, authors, library, ebook, duration}; `ebook` is the format or null, `duration` seconds or null.
[[nodiscard]] std::string item_json(const abs::ItemSummary& item);

}  // namespace koshelf::web
