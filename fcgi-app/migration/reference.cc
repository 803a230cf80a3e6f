#include "migration/reference.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "store/keyspace.h"

namespace koshelf::migration {
namespace {

using platform::RedisCommand;
using platform::RedisValue;

constexpr std::string_view kKeysAtOnce = "500";

// One step of SCAN over the keys of accounts: what stands there, by these commands.
struct Step {
    std::string next;
    std::vector<std::string> keys;
};

tl::expected<Step, std::string> scan(store::Database& database, const std::string& cursor) {
    const auto reply = database.ask({"SCAN", cursor, "MATCH", "user:*", "COUNT", kKeysAtOnce});
    if (!reply) return tl::unexpected(reply.error().detail);
    Step step{.next = std::string(reply->value()[0].text()), .keys = {}};
    for (std::size_t i = 0; i < reply->value()[1].size(); ++i)
        step.keys.emplace_back(reply->value()[1][i].text());
    return step;
}

// In a transaction: a key of another type answers with an error that is its own.
tl::expected<std::vector<store::Fields>, std::string> ask_each(store::Database& database,
                                                               std::string_view verb,
                                                               const std::vector<std::string>& keys) {
    std::vector<store::Fields> found;
    if (keys.empty()) return found;
    std::vector<RedisCommand> commands = {{"MULTI"}};
    for (const std::string& key : keys) commands.push_back({verb, key});
    commands.push_back({"EXEC"});
    const auto replies = database.exchange(commands);
    if (!replies) return tl::unexpected(replies.error().detail);
    const RedisValue answers = replies->back().value();
    for (std::size_t i = 0; i < keys.size(); ++i) {
        store::Fields fields;
        const RedisValue answer = answers[i];
        if (answer.is_string()) fields.emplace_back("", answer.text());
        for (std::size_t k = 0; k + 1 < answer.size(); k += 2)
            fields.emplace_back(answer[k].text(), answer[k + 1].text());
        std::ranges::sort(fields);
        found.push_back(std::move(fields));
    }
    return found;
}

class Walk {
  public:
    Walk(store::Database& database, const std::optional<std::string>& user, const Sink& sink)
        : database_(database), user_(user), sink_(sink) {}

    Outcome run() {
        if (const auto done = over_all(&Walk::accounts_of); !done) return tl::unexpected(done.error());
        if (accounts_ == 0) return tl::unexpected(std::string("there is no account"));
        if (wanted_) {
            if (const auto done = over_all(&Walk::documents_of); !done) return tl::unexpected(done.error());
        }
        if (strays_ == 0) return std::string();
        return std::to_string(strays_) + " keys are of another type than they should be, and were left out.";
    }

  private:
    using Take = tl::expected<void, std::string> (Walk::*)(const std::vector<std::string>& keys);

    tl::expected<void, std::string> over_all(Take take) {
        std::string cursor = "0";
        do {
            const auto step = scan(database_, cursor);
            if (!step) return tl::unexpected(step.error());
            if (auto done = (this->*take)(step->keys); !done) return done;
            cursor = step->next;
        } while (cursor != "0" && wanted_);
        return {};
    }

    tl::expected<void, std::string> accounts_of(const std::vector<std::string>& keys) {
        std::vector<std::string> names;
        std::vector<std::string> mine;
        for (const std::string& key : keys) {
            const auto name = store::account_of_key(key);
            if (!name || (user_ && *name != *user_)) continue;
            names.emplace_back(*name);
            mine.push_back(key);
        }
        const auto values = ask_each(database_, "GET", mine);
        if (!values) return tl::unexpected(values.error());
        for (std::size_t i = 0; i < names.size() && wanted_; ++i) {
            if ((*values)[i].empty() || (*values)[i].front().second.empty()) {
                ++strays_;
                continue;
            }
            ++accounts_;
            wanted_ = sink_.account({.username = names[i],
                                     .credential = (*values)[i].front().second,
                                     .administers = false,
                                     .sections = {}});
        }
        return {};
    }

    tl::expected<void, std::string> documents_of(const std::vector<std::string>& keys) {
        std::vector<store::DocumentKey> names;
        std::vector<std::string> mine;
        for (const std::string& key : keys) {
            const auto name = store::document_of_key(key);
            if (!name || name->document.empty() || (user_ && name->username != *user_)) continue;
            names.push_back(*name);
            mine.push_back(key);
        }
        auto values = ask_each(database_, "HGETALL", mine);
        if (!values) return tl::unexpected(values.error());
        for (std::size_t i = 0; i < names.size() && wanted_; ++i) {
            if ((*values)[i].empty()) {
                ++strays_;
                continue;
            }
            store::DocumentImage image{.username = std::string(names[i].username),
                                       .document = std::string(names[i].document),
                                       .sections = {}};
            image.sections.push_back(
                {.key = store::account_key("position"), .fields = std::move((*values)[i])});
            wanted_ = sink_.document(std::move(image));
        }
        return {};
    }

    store::Database& database_;
    const std::optional<std::string>& user_;
    const Sink& sink_;
    bool wanted_ = true;
    std::int64_t accounts_ = 0;
    std::int64_t strays_ = 0;
};

}  // namespace

Outcome read_reference(store::Database& database, const std::optional<std::string>& user, const Sink& sink) {
    return Walk(database, user, sink).run();
}

}  // namespace koshelf::migration
