#include "ctl/each_account.h"

#include "store/account_reader.h"

namespace koshelf::ctl {

int each_account(Connection& connection, const std::function<int(const std::string&)>& work) {
    std::string cursor = "0";
    do {
        const auto names = store::account_names(connection.database(), cursor);
        if (!names) return connection.failed(names.error());
        for (const std::string& name : names->names) {
            if (const int status = work(name); status != 0) return status;
        }
        cursor = names->next;
    } while (cursor != "0");
    return 0;
}

}  // namespace koshelf::ctl
