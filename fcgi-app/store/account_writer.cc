#include "store/account_writer.h"

#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "platform/clock.h"
#include "store/keys.h"

namespace koshelf::store {
namespace {

using platform::RedisCommand;
using platform::RedisReply;
using platform::RedisValue;

std::string to_text(ImportMode mode) {
    switch (mode) {
        case ImportMode::kSkip: return "skip";
        case ImportMode::kOverwrite: return "overwrite";
        case ImportMode::kNewest: break;
    }
    return "newest";
}

// As take_in_document.lua calls them.
std::string to_text(Meeting meeting) {
    switch (meeting) {
        case Meeting::kPosition: return "position";
        case Meeting::kGuard: return "guard";
        case Meeting::kWithPosition: return "with_position";
        case Meeting::kStays: return "stays";
        case Meeting::kGroups: return "groups";
        case Meeting::kTime: return "time";
        case Meeting::kDue: return "due";
        case Meeting::kNone: break;
    }
    return "";
}

void append_fields(std::vector<std::string>& arguments, const Fields& fields) {
    arguments.push_back(std::to_string(fields.size() * 2));
    for (const auto& [name, value] : fields) arguments.insert(arguments.end(), {name, value});
}

void append_sections(std::vector<std::string>& arguments, const std::vector<Section>& sections) {
    for (const Section& section : sections) {
        arguments.push_back(to_text(section.key->meeting));
        arguments.emplace_back(section.key->name);
        append_fields(arguments, section.fields);
    }
}

// `arguments` come behind the account's prefix.
ScriptCall call_for(const Script& script, const std::string& username, std::vector<std::string> arguments) {
    const std::string account = keys::account_of_bytes(username);
    arguments.insert(arguments.begin(), account);
    return {.script = script, .keys = {account + "key"}, .arguments = std::move(arguments)};
}

template <typename T>
tl::expected<T, std::string> read(const std::map<std::string_view, T>& outcomes, RedisValue answer) {
    if (answer.is_error()) return tl::unexpected(std::string(answer.text()));
    const auto found = outcomes.find(answer.text());
    if (found == outcomes.end()) return tl::unexpected(std::string("an answer of another shape"));
    return found->second;
}

}  // namespace

StoreResult<Each<AccountOutcome>> AccountWriter::write(std::span<const AccountImage> images) {
    Each<AccountOutcome> outcomes;
    if (images.empty()) return outcomes;
    std::vector<ScriptCall> calls;
    for (const AccountImage& image : images) {
        std::vector<std::string> arguments = {image.credential.value_or(""), to_text(mode_),
                                              image.locked ? "locked" : ""};
        append_sections(arguments, image.sections);
        calls.push_back(call_for(take_in_account_script(), image.username, std::move(arguments)));
    }
    const auto replies = database_.run_each(calls);
    if (!replies) return tl::unexpected(replies.error());
    static const std::map<std::string_view, AccountOutcome> kOutcomes = {
        {"created", AccountOutcome::kCreated},
        {"same", AccountOutcome::kSame},
        {"differs", AccountOutcome::kDiffers},
        {"replaced", AccountOutcome::kReplaced}};
    for (const RedisReply& reply : *replies) outcomes.push_back(read(kOutcomes, reply.value()));
    if (const auto listed = list_accounts(images, outcomes); !listed) return tl::unexpected(listed.error());
    return outcomes;
}

StoreResult<void> AccountWriter::list_accounts(std::span<const AccountImage> images,
                                               const Each<AccountOutcome>& outcomes) {
    std::vector<RedisCommand> commands;
    for (std::size_t i = 0; i < images.size(); ++i) {
        if (!outcomes[i]) continue;
        double seen = 0;
        for (const Section& section : images[i].sections) {
            const std::string_view text = field(section.fields, "last_seen");
            std::from_chars(text.data(), text.data() + text.size(), seen);
        }
        if (!(seen > 0 && seen < 1e15)) seen = 0;
        commands.push_back({"ZADD", keys::kUsers, "NX", std::to_string(static_cast<core::EpochSeconds>(seen)),
                            images[i].username});
        if (images[i].administers && *outcomes[i] == AccountOutcome::kCreated)
            commands.push_back({"SET", keys::kAdminUsername, images[i].username, "NX"});
    }
    const auto replies = database_.exchange(commands);
    if (!replies) return tl::unexpected(replies.error());
    return {};
}

StoreResult<Each<DocumentOutcome>> AccountWriter::write(std::span<const DocumentImage> images) {
    Each<DocumentOutcome> outcomes;
    if (images.empty()) return outcomes;
    const std::string now = std::to_string(platform::now_millis());
    std::vector<ScriptCall> calls;
    for (const DocumentImage& image : images) {
        std::vector<std::string> arguments = {image.document, to_text(mode_), std::to_string(history_limit_),
                                              now};
        append_sections(arguments, image.sections);
        calls.push_back(call_for(take_in_document_script(), image.username, std::move(arguments)));
    }
    const auto replies = database_.run_each(calls);
    if (!replies) return tl::unexpected(replies.error());
    static const std::map<std::string_view, DocumentOutcome> kOutcomes = {
        {"gone", DocumentOutcome::kGone},
        {"added", DocumentOutcome::kAdded},
        {"replaced", DocumentOutcome::kReplaced},
        {"same", DocumentOutcome::kSame},
        {"kept", DocumentOutcome::kKept}};
    for (std::size_t i = 0; i < images.size(); ++i) {
        const RedisValue answer = (*replies)[i].value();
        outcomes.push_back(read(kOutcomes, answer.is_error() ? answer : answer[0]));
        // A hint for the bridge, which finds the account by itself if this is lost.
        if (const std::string_view due = answer[1].text(); !due.empty())
            database_.post(RedisCommand{"ZADD", keys::kOutbox, "LT", due, images[i].username});
    }
    return outcomes;
}

StoreResult<Each<int>> AccountWriter::write(std::span<const HistoryImage> images) {
    return write_history(images, "");
}

StoreResult<Each<int>> AccountWriter::add_missing(std::span<const HistoryImage> images) {
    return write_history(images, "new");
}

StoreResult<Each<int>> AccountWriter::write_history(std::span<const HistoryImage> images,
                                                    std::string_view which) {
    Each<int> added;
    if (images.empty()) return added;
    std::vector<ScriptCall> calls;
    for (const HistoryImage& image : images) {
        std::vector<std::string> arguments = {image.document, std::to_string(history_limit_),
                                              std::string(which)};
        for (const HistoryRecord& entry : image.entries) {
            arguments.push_back(entry.id);
            append_fields(arguments, entry.fields);
        }
        calls.push_back(call_for(take_in_history_script(), image.username, std::move(arguments)));
    }
    const auto replies = database_.run_each(calls);
    if (!replies) return tl::unexpected(replies.error());
    for (const RedisReply& reply : *replies) {
        const RedisValue answer = reply.value();
        if (answer.is_error()) {
            added.push_back(tl::unexpected(std::string(answer.text())));
        } else {
            added.push_back(static_cast<int>(std::max<std::int64_t>(answer.integer(), 0)));
        }
    }
    return added;
}

StoreResult<Each<bool>> AccountWriter::write(std::span<const AliasImage> images) {
    Each<bool> outcomes;
    if (images.empty()) return outcomes;
    std::vector<ScriptCall> calls;
    for (const AliasImage& image : images) {
        calls.push_back(
            call_for(take_in_alias_script(), image.username, {image.value, image.target, to_text(mode_)}));
    }
    const auto replies = database_.run_each(calls);
    if (!replies) return tl::unexpected(replies.error());
    for (const RedisReply& reply : *replies) {
        const RedisValue answer = reply.value();
        if (answer.is_error()) {
            outcomes.push_back(tl::unexpected(std::string(answer.text())));
        } else {
            outcomes.push_back(answer.integer() == 1);
        }
    }
    return outcomes;
}

}  // namespace koshelf::store
