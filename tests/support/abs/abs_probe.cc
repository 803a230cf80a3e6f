// The client of Audiobookshelf as a command line: makes one call and prints what came back as a line of JSON.
//
//   abs_probe [--ca FILE] [--insecure] [--proxy URL] [--timeout MS] [--user-token T] BASE_URL KEY CALL
//   [ARGUMENT…]
//
// CALL: status, me, list [ETAG], progress ITEM, patch ITEM SECONDS DURATION EBOOK_PROGRESS CFI, finish ITEM,
// session ID ITEM SECONDS UPDATED_AT, item ITEM, libraries, items LIBRARY PAGE SIZE, search LIBRARY TEXT,
// bytes ITEM INO FIRST LAST, login USERNAME PASSWORD, open-sessions; each may be made by the loop (--loop).
// feeds N: opens N feeds with KEY as their token, prints each event as a line, until its input ends.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "abs/calls.h"
#include "abs/feed.h"
#include "core/json_text.h"

namespace {

using namespace koshelf;
using namespace koshelf::abs;
using core::JsonObject;
using std::chrono::milliseconds;

struct Options {
    platform::HttpOptions http;
    Server server;
    Credential credential;
    bool loop = false;
    std::vector<std::string> words;

    [[nodiscard]] const std::string& word(std::size_t i) const {
        static const std::string none;
        return i < words.size() ? words[i] : none;
    }
    [[nodiscard]] double number(std::size_t i) const { return std::atof(word(i).c_str()); }
    [[nodiscard]] std::uint64_t count(std::size_t i) const {
        return std::strtoull(word(i).c_str(), nullptr, 10);
    }
};

void print(std::string line) {
    line += '\n';
    std::cout << line << std::flush;
}

std::string json(const MediaProgress& record) {
    JsonObject object;
    object.add("item", record.item).add("media_item", record.media_item);
    if (record.current_time) object.add("current_time", *record.current_time);
    if (record.duration) object.add("duration", *record.duration);
    if (record.progress) object.add("progress", *record.progress);
    if (record.ebook_progress) object.add("ebook_progress", *record.ebook_progress);
    if (record.ebook_location) object.add("ebook_location", *record.ebook_location);
    return object.add("finished", record.finished).add("last_update", record.last_update).finish();
}

std::string json(const EbookFile& file);
std::string json(const Library& library);
std::string json(const ItemSummary& item);
std::string json(const OpenSession& session);

template <class T>
std::string json(const std::vector<T>& values) {
    std::string text;
    for (const T& value : values) text += (text.empty() ? "" : ",") + json(value);
    return "[" + text + "]";
}
template <class T>
std::string json(const std::optional<T>& value) {
    return value ? json(*value) : "null";
}

std::string json(const ServerStatus& status) {
    return JsonObject().add("version", status.version).add("initialised", status.initialised).finish();
}
std::string json(const Me& me) {
    JsonObject object;
    object.add("id", me.id).add("username", me.username).add("type", me.type).add("token", me.token);
    return object.add_json("progress", json(me.progress)).finish();
}
std::string json(const Done&) {
    return "true";
}
std::string json(const LocalSessionOutcome& outcome) {
    constexpr std::string_view kNames[] = {"applied", "newer-there", "unknown-item", "refused"};
    return '"' + std::string(kNames[static_cast<std::size_t>(outcome)]) + '"';
}
std::string json(const EbookFile& file) {
    JsonObject object;
    object.add("ino", file.ino).add("format", file.format).add("filename", file.filename);
    return object.add("size", static_cast<std::int64_t>(file.size)).add("mtime", file.mtime).finish();
}
std::string json(const Item& item) {
    JsonObject object;
    object.add("id", item.id)
        .add("library", item.library)
        .add("media_id", item.media_id)
        .add("title", item.title);
    object.add("authors", item.authors).add("duration", item.duration).add_json("ebook", json(item.ebook));
    object.add_json("supplementary", json(item.supplementary)).add("updated_at", item.updated_at);
    object.add("tracks", static_cast<int>(item.audio.tracks.size()));
    return object.add("chapters", static_cast<int>(item.audio.chapters.size())).finish();
}
std::string json(const Library& library) {
    return JsonObject()
        .add("id", library.id)
        .add("name", library.name)
        .add("podcasts", library.podcasts)
        .finish();
}
std::string json(const ItemSummary& item) {
    JsonObject object;
    object.add("id", item.id).add("title", item.title).add("authors", item.authors);
    return object.add("ebook_format", item.ebook_format).add("duration", item.duration).finish();
}
std::string json(const ItemPage& page) {
    JsonObject object;
    object.add_json("items", json(page.items)).add("received", static_cast<int>(page.received));
    return object.add("total", static_cast<std::int64_t>(page.total)).finish();
}
std::string json(const EbookBytes& bytes) {
    JsonObject object;
    object.add("bytes", bytes.bytes).add("length", static_cast<int>(bytes.bytes.size()));
    return object.add("total", static_cast<std::int64_t>(bytes.total.value_or(0))).finish();
}
std::string json(const Login& login) {
    JsonObject object;
    object.add_json("me", json(login.me)).add("access_token", login.access_token);
    return object.add("refresh_token", login.refresh_token).finish();
}
std::string json(const OpenSession& session) {
    JsonObject object;
    object.add("id", session.id).add("user", session.user).add("item", session.item);
    return object.add("current_time", session.current_time).finish();
}

template <class T>
void report(const AbsResult<T>& result) {
    JsonObject object;
    if (result) {
        object.add_json("value", json(result->value)).add("etag", result->etag);
        if (result->server_time) object.add("server_time", *result->server_time);
    } else {
        object.add("error", to_string(result.error().kind)).add("detail", result.error().detail);
        object.add("permanent", result.error().permanent());
        if (result.error().retry_after)
            object.add("retry_after_ms", std::int64_t{result.error().retry_after->count()});
    }
    print(object.finish());
}

template <class T>
void make(const Options& options, Call<T> call) {
    if (!options.loop) {
        platform::HttpClient client(options.http);
        return report(perform(client, call));
    }
    platform::HttpLoop loop(options.http);
    start<T>(loop, std::move(call), [](const AbsResult<T>& result) { report(result); });
    while (loop.running() > 0) loop.run_once(milliseconds(1000));
}

ProgressPatch move_patch(const Options& options) {
    ProgressPatch patch;
    patch.current_time = options.number(2);
    patch.duration = options.number(3);
    patch.progress = options.number(2) / options.number(3);
    patch.ebook_progress = options.number(4);
    if (!options.word(5).empty()) patch.ebook_location = options.word(5);
    patch.koreader =
        KoreaderPayload{"/body/DocFragment[2]", options.number(4), "doc", "Kobo", 1795485600, 5.5};
    return patch;
}

void run_feeds(const Options& options) {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    platform::HttpLoop loop(options.http);
    const bool single = options.count(1) == 1;
    std::uint64_t ready = 0;
    std::vector<std::unique_ptr<Feed>> feeds;
    for (std::uint64_t i = 0; i < options.count(1); ++i) {
        FeedEvents events;
        events.ready = [&] {
            if (++ready == options.count(1)) print(R"({"event":"ready"})");
        };
        events.progress = [](const MediaProgress& record, const std::string& session) {
            print(JsonObject()
                      .add("event", "progress")
                      .add_json("record", json(record))
                      .add("session", session)
                      .finish());
        };
        events.user = [](const Me& me) {
            print(JsonObject().add("event", "user").add_json("me", json(me)).finish());
        };
        events.session_closed = [](const std::string& session) {
            print(JsonObject().add("event", "closed").add("session", session).finish());
        };
        if (single) events.alive = [] { print(R"({"event":"alive"})"); };
        events.lost = [](const FeedFailure& failure) {
            print(JsonObject()
                      .add("event", "lost")
                      .add("kind", to_string(failure.kind))
                      .add("detail", failure.detail)
                      .finish());
        };
        feeds.push_back(
            std::make_unique<Feed>(loop, options.server, options.credential.key, std::move(events)));
    }
    bool ended = false;
    loop.watch(STDIN_FILENO, [&] {
        char byte = 0;
        ended = read(STDIN_FILENO, &byte, 1) <= 0;
        if (ended) return loop.unwatch(STDIN_FILENO);
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        const auto millis = [](timeval time) {
            return std::int64_t{time.tv_sec} * 1000 + time.tv_usec / 1000;
        };
        print(JsonObject()
                  .add("event", "usage")
                  .add("kib", std::int64_t{usage.ru_maxrss})
                  .add("cpu_ms", millis(usage.ru_utime) + millis(usage.ru_stime))
                  .finish());
    });
    while (!ended) loop.run_once(milliseconds(1000));
    for (auto& feed : feeds) feed->close();
    feeds.clear();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (loop.running() > 0 && std::chrono::steady_clock::now() < until) loop.run_once(milliseconds(100));
}

bool run(const Options& o) {
    const std::string& call = o.word(0);
    const Server& server = o.server;
    const Credential& key = o.credential;
    ProgressPatch finish;
    finish.finish = true;
    if (call == "status")
        make(o, get_status(server));
    else if (call == "me")
        make(o, get_me(server, key));
    else if (call == "list")
        make(o, list_progress(server, key, o.word(1)));
    else if (call == "progress")
        make(o, get_progress(server, key, o.word(1)));
    else if (call == "patch")
        make(o, patch_progress(server, key, o.word(1), move_patch(o)));
    else if (call == "finish")
        make(o, patch_progress(server, key, o.word(1), finish));
    else if (call == "session")
        make(o, sync_session(server, key,
                             {o.word(1), o.word(2), o.number(3), 0, 1, static_cast<std::int64_t>(o.count(4)),
                              "koshelf-test", "Kobo"}));
    else if (call == "item")
        make(o, get_item(server, key, o.word(1)));
    else if (call == "libraries")
        make(o, list_libraries(server, key));
    else if (call == "items")
        make(o, list_items(server, key, o.word(1),
                           {static_cast<std::uint32_t>(o.count(2)), static_cast<std::uint32_t>(o.count(3))}));
    else if (call == "search")
        make(o, search(server, key, o.word(1), o.word(2)));
    else if (call == "bytes")
        make(o, get_ebook_range(server, key, {o.word(1), o.word(2)}, {o.count(3), o.count(4)}));
    else if (call == "login")
        make(o, login(server, {o.word(1), o.word(2)}));
    else if (call == "open-sessions")
        make(o, get_open_sessions(server, key));
    else if (call == "feeds")
        run_feeds(o);
    else
        return false;
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    std::vector<std::string> words(argv + 1, argv + argc);
    const auto take = [&words] {
        std::string word = words.empty() ? "" : words.front();
        if (!words.empty()) words.erase(words.begin());
        return word;
    };
    while (!words.empty() && words.front().starts_with("--")) {
        const std::string name = take();
        if (name == "--ca")
            options.http.ca_file = take();
        else if (name == "--insecure")
            options.http.verify_tls = false;
        else if (name == "--proxy")
            options.http.proxy = take();
        else if (name == "--timeout")
            options.server.timeout = milliseconds(std::atol(take().c_str()));
        else if (name == "--user-token")
            options.credential.user_token = take();
        else if (name == "--loop")
            options.loop = true;
    }
    const auto base_url = normalise_base_url(take());
    if (!base_url) {
        std::cerr << "base URL: " << base_url.error() << '\n';
        return 2;
    }
    options.server.base_url = *base_url;
    options.credential.key = take();
    options.words = words;
    return run(options) ? 0 : 2;
}
