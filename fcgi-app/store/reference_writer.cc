#include "store/reference_writer.h"

#include <string>
#include <vector>

#include "core/number.h"
#include "store/keys.h"

namespace koshelf::store {

StoreResult<void> ReferenceWriter::run(const std::vector<ScriptCall>& calls, Count& count) {
    if (calls.empty()) return {};
    const auto replies = target_.run_each(calls);
    if (!replies) return tl::unexpected(replies.error());
    for (const platform::RedisReply& reply : *replies) {
        const platform::RedisValue answer = reply.value();
        const bool is_misshapen =
            answer.is_error() && answer.text().find("WRONGTYPE") != std::string_view::npos;
        if (answer.is_error() && !is_misshapen)
            return tl::unexpected(StoreError{StoreError::Kind::kUnexpected, std::string(answer.text())});
        if (is_misshapen) {
            ++count.refused;
        } else if (answer.integer() == 1) {
            ++count.written;
        } else if (answer.integer() == 2) {
            ++count.same;
        } else {
            ++(answer.integer() == 0 ? count.kept : count.homeless);
        }
    }
    return {};
}

StoreResult<void> ReferenceWriter::write(std::span<const AccountImage> images) {
    std::vector<ScriptCall> calls;
    for (const AccountImage& image : images) {
        if (!image.credential) continue;
        calls.push_back({.script = reference_account_script(),
                         .keys = {keys::account_of_bytes(image.username) + "key"},
                         .arguments = {*image.credential}});
    }
    return run(calls, accounts_);
}

StoreResult<void> ReferenceWriter::write(std::span<const DocumentImage> images) {
    std::vector<ScriptCall> calls;
    for (const DocumentImage& image : images) {
        const Fields* position = image.section("position");
        if (position == nullptr) continue;
        const std::string account = keys::account_of_bytes(image.username);
        std::vector<std::string> arguments = {core::format_number(position_time(*position))};
        for (const auto& [name, value] : *position) arguments.insert(arguments.end(), {name, value});
        calls.push_back({.script = reference_position_script(),
                         .keys = {account + "key", account + "document:" + image.document},
                         .arguments = std::move(arguments)});
    }
    return run(calls, positions_);
}

}  // namespace koshelf::store
