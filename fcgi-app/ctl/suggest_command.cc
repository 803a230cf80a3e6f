#include "ctl/suggest_command.h"

#include <cstdio>
#include <string>

#include "ctl/connection.h"
#include "library/librarian.h"
#include "library/suggestions.h"

namespace koshelf::ctl {
namespace {

constexpr std::size_t kChoices = 3;

std::string joined(const std::vector<std::string>& phrases) {
    std::string text;
    for (const std::string& phrase : phrases) text += (text.empty() ? "" : ", ") + phrase;
    return text;
}

void print(const core::Username& username, const library::DocumentSuggestions& found) {
    std::printf("%s\t%s\t%s\n", printable(username.str()).c_str(), printable(found.document.str()).c_str(),
                found.name.empty() ? "(no title is known)" : printable(found.name).c_str());
    for (const auto& choice : found.choices) {
        std::printf("\t%.2f\t%s\t%s, %s (%s)\n", choice.likeness.score, printable(choice.item.id).c_str(),
                    printable(choice.item.title).c_str(), printable(choice.item.authors).c_str(),
                    joined(choice.likeness.reasons).c_str());
    }
}

}  // namespace

int run_suggest(const std::optional<core::Username>& username) {
    const auto config = platform::Config::read(platform::process_environment());
    if (!config) return complain(config.error());
    const platform::Log log(platform::LogLevel::kError);
    library::Librarian librarian(*config, log, [] { return true; });
    librarian.load_settings();
    library::Context& context = librarian.context();
    if (!context.settings.configured()) return complain("no Audiobookshelf is configured");
    std::vector<core::Username> accounts;
    if (username) {
        accounts.push_back(*username);
    } else {
        auto all = context.census.accounts();
        if (!all) return complain("Redis: " + all.error().detail);
        accounts = std::move(*all);
    }
    int status = 0;
    for (const core::Username& account : accounts) {
        std::string problem;
        const auto found = library::suggest_links(context, account, kChoices, problem);
        if (!found) return complain("Redis: " + found.error().detail);
        for (const auto& each : *found) print(account, each);
        if (!problem.empty()) status = complain(account.str() + ": " + problem);
    }
    return status;
}

}  // namespace koshelf::ctl
