// koshelf-store-probe: the bridge's stores by hand, for the integration tests. Reads one call a line, its
// words separated by tabs, and answers each with one line.

#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "platform/config.h"
#include "platform/redis.h"
#include "store/activity.h"
#include "store/bridge_records.h"
#include "store/calibrations.h"
#include "store/leases.h"
#include "store/library_cache.h"
#include "store/links.h"
#include "store/outbox.h"
#include "store/text_cache.h"

namespace {

using namespace koshelf;
using Words = std::vector<std::string>;

std::string text(bool value) {
    return value ? "true" : "false";
}
std::string text(int value) {
    return std::to_string(value);
}
std::string text(const std::string& value) {
    return value;
}
std::string text(const std::optional<core::EpochMillis>& value) {
    return value ? std::to_string(*value) : "none";
}
template <typename Name>
std::string text(const std::vector<Name>& names) {
    std::string joined;
    for (const auto& name : names) joined += (joined.empty() ? "" : ",") + name.str();
    return joined;
}
template <typename T>
std::string text(const store::StoreResult<T>& result) {
    return result ? text(*result) : "error " + result.error().detail;
}

struct Stores {
    explicit Stores(store::Database& database)
        : outbox(database),
          links(database),
          records(database, 200),
          activity(database),
          leases(database),
          cache(database),
          texts(database),
          calibrations(database) {}
    store::Outbox outbox;
    store::Links links;
    store::BridgeRecords records;
    store::Activity activity;
    store::Leases leases;
    store::LibraryCache cache;
    store::TextCache texts;
    store::Calibrations calibrations;
};

core::Username user(const Words& words) {
    return *core::Username::parse(words.at(1));
}
core::DocumentId document(const Words& words) {
    return *core::DocumentId::parse(words.at(2));
}
core::EpochMillis number(const std::string& word) {
    return std::strtoll(word.c_str(), nullptr, 10);
}

// import USER DOCUMENT SEQUENCE PROGRESS TIMESTAMP, then the new PERCENTAGE PROGRESS TIMESTAMP
std::string import_position(Stores& stores, const Words& words) {
    store::Import wanted{.document = document(words),
                         .expected_sequence = number(words.at(3)),
                         .expected = {},
                         .position = {},
                         .timestamp = number(words.at(8)),
                         .fields = {{"seen", words.at(7)}}};
    wanted.expected.progress = words.at(4);
    wanted.expected.timestamp = number(words.at(5));
    wanted.position.percentage = std::strtod(words.at(6).c_str(), nullptr);
    wanted.position.progress = words.at(7);
    wanted.position.device = "Audiobookshelf";
    const auto outcome = stores.records.import(user(words), wanted);
    if (!outcome) return "error " + outcome.error().detail;
    return std::map<store::ImportOutcome, std::string>{{store::ImportOutcome::kImported, "imported"},
                                                       {store::ImportOutcome::kChanged, "changed"},
                                                       {store::ImportOutcome::kGone, "gone"}}
        .at(*outcome);
}

// Decides on what it has just read, as the bridge does.
std::string import_now(Stores& stores, const Words& words) {
    const auto record = stores.records.load(user(words), document(words));
    if (!record) return "error " + record.error().detail;
    Words call = words;
    call.resize(3);
    call.insert(call.end(), {std::to_string(record->sequence), record->position.progress.value_or(""),
                             std::to_string(record->position.timestamp.value_or(0))});
    call.insert(call.end(), words.begin() + 3, words.end());
    return import_position(stores, call);
}

std::string load(Stores& stores, const Words& words) {
    const auto record = stores.records.load(user(words), document(words));
    if (!record) return "error " + record.error().detail;
    return std::to_string(record->sequence) + "," + record->position.progress.value_or("") + "," +
           std::to_string(record->bridge.size()) + "," +
           (record->link ? std::string(to_string(record->link->how)) : "") + "," + text(record->dead);
}

std::string link(Stores& stores, const Words& words, bool automatic) {
    const store::Link made{.item = core::LibraryItemId::parse(words.at(3)),
                           .text_item = std::nullopt,
                           .how = automatic ? store::LinkOrigin::kDigest : store::LinkOrigin::kManual,
                           .since = 1};
    const auto change = automatic ? stores.links.set_if_absent(user(words), document(words), made, 1000)
                                  : stores.links.set(user(words), document(words), made, 1000);
    return change ? std::to_string(static_cast<int>(*change)) : change.error().detail;
}

// relink USER DOCUMENT OLD NEW: OLD as link() makes it, "" for none
std::string relink(Stores& stores, const Words& words) {
    const auto made = [](const std::string& item) {
        return store::Link{.item = core::LibraryItemId::parse(item),
                           .text_item = std::nullopt,
                           .how = store::LinkOrigin::kManual,
                           .since = 1};
    };
    const auto old = words.at(3).empty() ? std::nullopt : std::optional(made(words.at(3)));
    const auto change = stores.links.replace(user(words), document(words), old, made(words.at(4)), 1000);
    return change ? std::to_string(static_cast<int>(*change)) : change.error().detail;
}

// calibrate USER OFFSET…: replaces what was read when this was called last; the offsets that are stored then
std::string calibrate(Stores& stores, const Words& words) {
    static store::Calibrations::List list;
    const store::BookPair pair{*core::LibraryItemId::parse("li_1"), *core::LibraryItemId::parse("li_2")};
    list.entries.clear();
    for (std::size_t i = 2; i < words.size(); ++i) {
        list.entries.push_back({.id = std::to_string(i),
                                .offset = static_cast<std::uint32_t>(number(words[i])),
                                .seconds = 0.5,
                                .at = 7,
                                .sentence = "\"\xC3\xA9\"",
                                .text = "t:1",
                                .duration = 12.25});
    }
    const auto written = list.entries;
    const auto change = stores.calibrations.replace(user(words), pair, list);
    const auto read = stores.calibrations.of(user(words), pair);
    if (!change || !read) return "error";
    list = *read;
    std::string answer = std::to_string(static_cast<int>(*change));
    if (*change == store::Calibrations::Change::kDone && list.entries != written) answer += " differs";
    for (const auto& entry : list.entries) answer += " " + std::to_string(entry.offset);
    return answer;
}

std::string text_round_trip(Stores& stores) {
    const auto id = *core::LibraryItemId::parse("li_9");
    const std::vector<std::string> passages = {std::string("\0a", 2), "b", "c"};
    const store::CachedText cached{"f", std::string("\xFF\0", 2), ""};
    const auto look = [&] { return *stores.texts.look("digest", id); };
    const bool claimed =
        *stores.texts.claim(id, std::chrono::seconds(9)) && !*stores.texts.claim(id, std::chrono::seconds(9));
    stores.texts.release(id);
    const bool free = *stores.texts.claim(id, std::chrono::seconds(9));
    const bool empty = !look().text && !look().visible;
    const bool put = stores.texts.put(id, cached, passages) && stores.texts.note_sight("digest", id, true);
    const bool there = *look().text == cached && look().visible &&
                       **stores.texts.passages(id, "f", 1, 2) == std::vector<std::string>{"b", "c"};
    const bool checked = !*stores.texts.passages(id, "other", 0, 1) && !*stores.texts.passages(id, "f", 2, 2);
    const store::CachedText why{"g", "", "why"};
    const bool replaced =
        stores.texts.put(id, why, {}) && *look().text == why && !*stores.texts.passages(id, "g", 0, 1);
    const bool hidden = stores.texts.note_sight("digest", id, false) && !look().visible;
    return text(claimed && free && empty && put && there && checked && replaced && hidden);
}

std::string cache_round_trip(Stores& stores) {
    const auto id = *core::LibraryItemId::parse("li_1");
    const auto other = *core::LibraryItemId::parse("li_2");
    const store::CachedItem item{"T", "A", "m", 12.5, "7", "epub", "f", "g", 99};
    const store::CachedTextMap map{"f", std::string("\0\r\n\xFF", 4), 5, ""};
    const store::CachedAlignment alignment{"f", std::string("\xFE\0", 2), 0.25, 6, "why"};
    const store::CachedFile file{"f", "p", "n"};
    const store::CachedMarks marks{"g", "{}"};
    const auto digest = *core::DocumentId::parse("d");
    const bool put = stores.cache.put_item(id, item) && stores.cache.put_text_map(id, map) &&
                     stores.cache.put_alignment(id, other, alignment) &&
                     stores.cache.put_file({id, "7:8"}, file) && stores.cache.put_marks(id, marks) &&
                     stores.cache.put_items_of(digest, {id, other}) && stores.cache.want(id, 10);
    const bool same = put && *stores.cache.item(id) == item && *stores.cache.text_map(id) == map &&
                      *stores.cache.alignment(id, other) == alignment &&
                      *stores.cache.file({id, "7:8"}) == file && *stores.cache.marks(id) == marks &&
                      stores.cache.files()->at({id, "7:8"}) == file &&
                      *stores.cache.items_of(digest) == std::vector{id, other} &&
                      stores.cache.wanted(5)->front() == store::LibraryCache::Wanted{id, 10} &&
                      *stores.cache.text_map_fingerprint(id) == "f" && !*stores.cache.item(other);
    const bool kept =
        stores.cache.want(id, 20) && stores.cache.served(id, 10) && stores.cache.wanted(5)->size() == 1;
    const bool gone = stores.cache.served(id, 20) && stores.cache.wanted(5)->empty();
    const bool forgotten =
        stores.cache.forget_item(id) && !*stores.cache.marks(id) && !*stores.cache.item(id);
    return text(same && kept && gone && forgotten);
}

using Call = std::function<std::string(Stores&, const Words&)>;
const std::map<std::string, Call>& calls() {
    static const std::map<std::string, Call> table = {
        {"due_accounts",
         [](Stores& s, const Words& w) { return text(s.outbox.due_accounts(number(w.at(1)), 100)); }},
        {"due", [](Stores& s, const Words& w) { return text(s.outbox.due(user(w), number(w.at(2)), 100)); }},
        {"next_due", [](Stores& s, const Words& w) { return text(s.outbox.next_due(user(w))); }},
        {"done",
         [](Stores& s, const Words& w) {
             const std::string link =
                 w.size() > 4 ? w.at(4) : s.records.load(user(w), document(w))->link_text;
             return text(s.outbox.done(user(w), document(w), number(w.at(3)), link));
         }},
        {"postpone",
         [](Stores& s, const Words& w) {
             return text(s.outbox.postpone(user(w), document(w), number(w.at(3)), "why"));
         }},
        {"bury", [](Stores& s, const Words& w) { return text(s.outbox.bury(user(w), document(w), "{}")); }},
        {"revive_all",
         [](Stores& s, const Words& w) { return text(s.outbox.revive_all(user(w), number(w.at(2)))); }},
        {"add",
         [](Stores& s, const Words& w) { return text(s.outbox.add(user(w), document(w), number(w.at(3)))); }},
        {"sweep", [](Stores& s, const Words& w) { return text(s.outbox.sweep(w.at(1))); }},
        {"load", load},
        {"save",
         [](Stores& s, const Words& w) {
             return text(s.records.save(user(w), document(w), {{"a", "1"}}));
         }},
        {"import", import_position},
        {"import_now", import_now},
        {"link", [](Stores& s, const Words& w) { return link(s, w, false); }},
        {"link_if_absent", [](Stores& s, const Words& w) { return link(s, w, true); }},
        {"acquire",
         [](Stores& s, const Words& w) {
             return text(s.leases.acquire(w.at(1), w.at(2), std::chrono::milliseconds(number(w.at(3)))));
         }},
        {"release", [](Stores& s, const Words& w) { return text(s.leases.release(w.at(1), w.at(2))); }},
        {"note",
         [](Stores& s, const Words& w) {
             s.activity.note({.id = {},
                              .at = 1000,
                              .username = w.at(1),
                              .document = w.at(2),
                              .event = "test",
                              .sentence = w.at(3)});
             return std::string("ok");
         }},
        {"relink", relink},
        {"calibrate", calibrate},
        {"text", [](Stores& s, const Words&) { return text_round_trip(s); }},
        {"cache", [](Stores& s, const Words&) { return cache_round_trip(s); }},
    };
    return table;
}

Words split(const std::string& line) {
    Words words(1);
    for (const char c : line) {
        if (c == '\t') {
            words.emplace_back();
        } else {
            words.back() += c;
        }
    }
    return words;
}

}  // namespace

int main() {
    const auto config = platform::Config::read(platform::process_environment());
    if (!config) return 1;
    platform::Redis redis(config->redis, {});
    store::Database database(redis);
    Stores stores(database);
    for (std::string line; std::getline(std::cin, line);) {
        const Words words = split(line);
        const auto call = calls().find(words.front());
        std::cout << (call == calls().end() ? "unknown call" : call->second(stores, words)) << std::endl;
    }
    return 0;
}
