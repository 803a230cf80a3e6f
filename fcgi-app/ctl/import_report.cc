#include "ctl/import_report.h"

#include <cstdio>

#include "ctl/connection.h"

namespace koshelf::ctl {
namespace {

void say(std::int64_t count, const char* what) {
    if (count > 0) std::printf("%lld %s\n", static_cast<long long>(count), what);
}

}  // namespace

void report_import(const transfer::Tally& tally) {
    say(tally.accounts_created, "accounts were created.");
    say(tally.accounts_locked,
        "of these came without a password, and nobody can log in yet: koshelf-ctl users set-password NAME.");
    for (const std::string& name : tally.administrators)
        std::printf("%s administers, as the import has it.\n", printable(name).c_str());
    say(tally.accounts_present, "accounts were there already.");
    say(tally.passwords_kept, "of these keep their password; the import has another one.");
    say(tally.passwords_replaced, "of these have the import's password now.");
    say(tally.documents_added, "positions of new documents.");
    say(tally.documents_replaced,
        "positions that are newer than what was there; that one is in the history.");
    say(tally.documents_same, "positions were there already.");
    say(tally.documents_kept, "positions are older than what is there, or were to be left alone.");
    say(tally.documents_homeless, "documents of accounts that do not exist were left out.");
    say(tally.history_entries, "entries were added to histories.");
    say(tally.aliases, "aliases.");
}

}  // namespace koshelf::ctl
