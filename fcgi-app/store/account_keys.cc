#include "store/account_keys.h"

#include <algorithm>

namespace koshelf::store {

const AccountKey* account_key(std::string_view member) {
    const auto* found = std::ranges::find(kAccountKeys, member, &AccountKey::member);
    return found == kAccountKeys.end() ? nullptr : found;
}

}  // namespace koshelf::store
