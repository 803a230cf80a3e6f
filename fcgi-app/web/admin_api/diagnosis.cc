#include "web/admin_api/diagnosis.h"

#include <chrono>
#include <cstdlib>
#include <vector>

#include "abs/calls.h"
#include "abs/explain_error.h"
#include "abs/feed_trial.h"
#include "core/bridge/explain.h"
#include "core/json_text.h"
#include "store/feed_marks.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/restoring.h"

namespace koshelf::web {
namespace {

// What a Date header can tell, and what a slow answer adds.
constexpr core::EpochMillis kClockTolerance = 5'000;

// The handshake is four requests; whoever tests is waiting.
constexpr std::chrono::milliseconds kFeedBudget{5'000};

class Examination {
  public:
    Examination(Services& services, const abs::Settings& settings, const core::Username& username)
        : services_(services), settings_(settings), username_(username) {
        services.desk.http.set_options(settings.http);
    }

    [[nodiscard]] std::string run() {
        if (look_at_address() && look_at_server()) look_at_key();
        look_at_bridge();
        return json_.add("ok", ok_).add_json("checks", checks_.finish()).finish();
    }

  private:
    void report(std::string_view name, std::string_view state, std::string_view message) {
        if (state == "failed") ok_ = false;
        checks_.add_json(
            core::JsonObject().add("name", name).add("state", state).add("message", message).finish());
    }

    bool look_at_address() {
        for (const abs::Problem& problem : settings_.problems)
            report("settings", "warning", problem.variable + " " + problem.why + ".");
        if (!settings_.server.base_url.empty()) return true;
        report("address", "failed", "No address is set: AUDIOBOOKSHELF_BASE_URL.");
        return false;
    }

    bool look_at_server() {
        const auto status = abs::perform(services_.desk.http, abs::get_status(settings_.server));
        if (!status) {
            report("server", "failed", abs::explain_error(status.error()));
            return false;
        }
        json_.add("version", status->value.version);
        report("server", "ok", "Audiobookshelf " + status->value.version + " answers.");
        if (!status->value.initialised)
            report("server", "warning", "It has not been set up yet: it has no users.");
        look_at_clock(status->server_time, status->sent, status->received);
        return true;
    }

    void look_at_clock(std::optional<core::EpochMillis> server, core::EpochMillis sent,
                       core::EpochMillis received) {
        if (!server) return report("clock", "warning", "It does not say what time it has.");
        const core::EpochMillis skew = *server + 500 - (sent + received) / 2;
        json_.add("clock_skew_ms", skew);
        if (std::abs(skew) <= kClockTolerance) return report("clock", "ok", "Both clocks agree.");
        report("clock", "warning",
               "Its clock is " + core::bridge::span_of_time(std::abs(skew)) +
                   (skew > 0 ? " ahead" : " behind") +
                   ". Times are corrected by that; better set the clock.");
    }

    void look_at_key() {
        const abs::Account* account = settings_.credential_of(username_);
        if (account == nullptr) {
            return report("key", "failed",
                          settings_.unusable.contains(username_.str())
                              ? "The user map's entry for " + username_.str() + " makes no sense."
                              : "No key is set for " + username_.str() +
                                    ": add the account to the user map, or set a key for all.");
        }
        const auto me = abs::perform(services_.desk.http, abs::get_me(settings_.server, account->credential));
        if (!me) return report("key", "failed", abs::explain_error(me.error()));
        json_.add("user", me->value.username);
        const bool shared = !settings_.users.contains(username_.str());
        report("key", "ok", "The key is good: " + username_.str() + " is " + me->value.username + " there.");
        if (shared && settings_.users.empty()) {
            report(
                "key", "warning",
                "All accounts share that one user there. With more than one reader, give each a key in the "
                "user map.");
        }
        look_at_feed(account->credential, me->value);
    }

    void look_at_feed(const abs::Credential& credential, const abs::Me& me) {
        std::vector<platform::RedisCommand> questions;
        store::FeedMarks::add_questions(questions, credential.digest());
        const auto answers = services_.database.exchange(questions);
        const bool live = answers && store::FeedMarks::is_live((*answers)[0].value(), (*answers)[1].value());
        json_.add("live", live);
        // The bridge has none for whom it asks as somebody else, see docs/bridge.md.
        const bool own = credential.user_id.empty() || credential.user_id == me.id;
        if (live || !own) {
            return report("live", "ok",
                          live ? "The live connection is up: what is heard arrives within seconds."
                               : "What is heard is asked for from time to time: the key is somebody else's.");
        }
        const std::string why = why_no_feed(me.token);
        report("live", why.empty() ? "ok" : "warning",
               why.empty()
                   ? "A live connection can be opened: what is heard of linked books arrives within "
                     "seconds."
                   : "A live connection cannot be opened: " + why +
                         ". A proxy in front of Audiobookshelf has to let /socket.io/ through. A reader "
                         "still gets what was heard when it asks.");
    }

    // "" if a live connection can be opened.
    std::string why_no_feed(const std::string& token) {
        if (token.empty()) return "Audiobookshelf gives no token for it";
        const auto failure = abs::try_feed(settings_.http, settings_.server, token, kFeedBudget);
        return failure ? failure->detail : "";
    }

    void look_at_bridge() {
        const bool running = bridge_is_running(services_);
        json_.add("bridge", running);
        // Nothing is wrong with the connection: it may be kept before the bridge is started.
        report("bridge", running ? "ok" : "warning",
               running ? "The bridge is running."
                       : "The bridge is not running: start koshelf-bridge. What is read waits until then.");
    }

    Services& services_;
    const abs::Settings& settings_;
    const core::Username& username_;
    bool ok_ = true;
    core::JsonArray checks_;
    core::JsonObject json_;
};

}  // namespace

std::string diagnose(Services& services, const abs::Settings& settings, const core::Username& username) {
    return Examination(services, settings, username).run();
}

}  // namespace koshelf::web
