#include "bridge/push_job.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "bridge/bridge_session.h"
#include "core/bridge/explain.h"
#include "platform/metrics.h"
#include "relay/agreement_fields.h"

namespace koshelf::bridge {
namespace {

namespace metrics = platform::metrics;
using core::bridge::Action;
using core::bridge::MediaPlace;
using core::metrics::Metric;
using std::chrono::milliseconds;

constexpr milliseconds kBookNotReady{500};
constexpr milliseconds kPlayerRuns{5'000};

}  // namespace

PushJob::PushJob(Context& context, Peer& peer, relay::Subject subject, Done done)
    : context_(context), peer_(peer), subject_(std::move(subject)), done_(std::move(done)) {}

void PushJob::start() {
    auto local = relay::load_local(context_.records, subject_);
    if (!local) return end({.kind = PushOutcome::Kind::kStoreFailed});
    local_ = std::move(*local);
    // Somebody has linked it otherwise since that was looked up.
    const auto& link = local_->record.link;
    const bool same =
        link && link->item == subject_.item && link->text_item.value_or(subject_.item) == subject_.text_item;
    if (link && !same) return end({.kind = PushOutcome::Kind::kAgain});
    const auto& state = local_->state;
    if (!state) return end({.kind = PushOutcome::Kind::kDone});
    // Nothing to bring there; but the server may have taken a place that is older, and has to be set right.
    const bool settled = state->imported || state->progress == local_->agreement.progress;
    if (settled && peer_.is_settled(subject_.item.str())) return end({.kind = PushOutcome::Kind::kDone});

    auto book = context_.books.find(subject_, context_.now());
    if (!book) return end({.kind = PushOutcome::Kind::kStoreFailed});
    if (*book == nullptr) {
        return end({.kind = PushOutcome::Kind::kLater,
                    .pause = kBookNotReady,
                    .reason = "waits for the book's text to be read"});
    }
    book_ = std::move(*book);
    read_record();
}

void PushJob::abandon() {
    if (call_) context_.http.cancel(*call_);
    call_.reset();
    done_ = nullptr;
}

// A fresh look at the record: whether there is one, and whether it is still where it was seen.
void PushJob::read_record() {
    route_ = peer_.route();
    using Record = std::optional<abs::MediaProgress>;
    call_ = abs::start<Record>(
        context_.http,
        abs::get_progress(context_.settings.server, peer_.credential(), subject_.item.str(), route_),
        [self = shared_from_this()](const abs::AbsResult<Record>& record) {
            self->call_.reset();
            self->on_record(record);
        });
}

void PushJob::on_record(const abs::AbsResult<std::optional<abs::MediaProgress>>& record) {
    if (!record) return fail(record.error());
    context_.note_time(*record);
    remote_.reset();
    if (record->value) {
        remote_ = relay::remote_state(*record->value, context_.server_offset(),
                                      peer_.is_playing(subject_.item.str()));
        remote_->fresh = true;
    }
    there_ = record->value;
    decide();
}

void PushJob::decide() {
    decision_ = core::bridge::reconcile(local_->state, remote_, local_->agreement, context_.now());
    switch (decision_.action) {
        case Action::kNothing: return end({.kind = PushOutcome::Kind::kDone});
        case Action::kWait:
            return end({.kind = PushOutcome::Kind::kLater,
                        .pause = kPlayerRuns,
                        .reason = "waits for a player to stop"});
        case Action::kPush: return write();
        case Action::kImport: break;
    }
    const auto outcome = context_.importer.consider(subject_, remote_, server_name(), context_.now());
    if (!outcome) return end({.kind = PushOutcome::Kind::kStoreFailed});
    const bool settled =
        *outcome == relay::Importer::Outcome::kImported || *outcome == relay::Importer::Outcome::kNoPlace ||
        *outcome == relay::Importer::Outcome::kNothing || *outcome == relay::Importer::Outcome::kGone;
    end({.kind = settled ? PushOutcome::Kind::kDone : PushOutcome::Kind::kAgain});
}

void PushJob::write() {
    target_ = to_media({.percentage = local_->state->percentage, .progress = local_->state->progress},
                       book_->knowledge({}));
    if (!remote_ || !target_.seconds) {
        // The first write of a record is a patch: a session's time would not be taken over.
        const bool reopen = remote_ && remote_->place.finished && !target_.finished;
        return reopen ? reopen_item() : patch();
    }
    if (session_refused_ || route_ != abs::ProgressRoute::kOwn) return patch();
    move_by_session();
}

// The one way to write that open players follow, and that looks whether it is newer than what is there.
void PushJob::move_by_session() {
    if (!begin_to_write()) return;
    const core::EpochMillis now = context_.now();
    const core::EpochMillis at =
        core::bridge::believable_time(local_->state->at, now) + context_.server_offset();
    const abs::LocalSession session{.id = bridge_session_id(peer_.credential(), subject_.item.str()),
                                    .item = subject_.item.str(),
                                    .current_time = *target_.seconds,
                                    .duration = book_->duration,
                                    .started_at = at,
                                    .updated_at = at,
                                    .device_id = bridge_device_id(peer_.credential()),
                                    .device_name = local_->record.position.device.value_or("KOReader")};
    call_ = abs::start<abs::LocalSessionOutcome>(
        context_.http, abs::sync_session(context_.settings.server, peer_.credential(), session),
        [self = shared_from_this()](const abs::AbsResult<abs::LocalSessionOutcome>& outcome) {
            self->call_.reset();
            self->on_session(outcome);
        });
}

void PushJob::on_session(const abs::AbsResult<abs::LocalSessionOutcome>& outcome) {
    const bool no_route = !outcome && outcome.error().kind == abs::AbsErrorKind::kNotFound;
    if (!outcome && !no_route) return fail(outcome.error());
    if (outcome && outcome->value == abs::LocalSessionOutcome::kApplied) return patch();
    session_refused_ = true;
    // Either somebody has moved since the record was read, or its time was bumped without a move.
    if (outcome && outcome->value == abs::LocalSessionOutcome::kNewerThere) return read_record();
    patch();
}

abs::ProgressPatch PushJob::patch_body() const {
    abs::ProgressPatch body;
    if (target_.seconds && book_->duration > 0) {
        body.current_time = target_.seconds;
        body.duration = book_->duration;
        body.progress = *target_.seconds / book_->duration;
    }
    body.ebook_progress = target_.ebook_fraction;
    // A fraction beside an old location sends the web reader back to that; without the text there is no new
    // one.
    if (!target_.ebook_location.empty()) body.ebook_location = target_.ebook_location;
    const core::EpochMillis now = context_.now();
    const core::EpochMillis at = core::bridge::believable_time(local_->state->at, now);
    body.last_update = at + context_.server_offset();
    body.koreader = abs::KoreaderPayload{.raw_progress = local_->state->progress,
                                         .percentage = local_->state->percentage,
                                         .document = subject_.document.str(),
                                         .device = local_->record.position.device.value_or(""),
                                         .timestamp = at / 1000,
                                         .mapped_audio_time = target_.seconds};
    return body;
}

// Whoever was stopped for a while may find another bridge at work, whose newer write a PATCH would undo.
bool PushJob::begin_to_write() {
    if (!context_.may_write()) {
        end({.kind = PushOutcome::Kind::kAgain});
        return false;
    }
    wrote_ = true;
    there_.reset();
    return true;
}

void PushJob::send(const abs::ProgressPatch& body, Step next) {
    if (!begin_to_write()) return;
    call_ = abs::start<abs::Done>(
        context_.http,
        abs::patch_progress(context_.settings.server, peer_.credential(), subject_.item.str(), body, route_),
        [self = shared_from_this(), next](const abs::AbsResult<abs::Done>& sent) {
            self->call_.reset();
            if (!sent) return self->fail(sent.error());
            self->context_.note_time(*sent);
            if (self->route_ == abs::ProgressRoute::kOfUserId) self->peer_.note_route_works();
            (*self.*next)();
        });
}

void PushJob::patch() {
    // The server would take it over whatever has been heard since the record was read.
    if (peer_.played_meanwhile(subject_.item.str())) return end({.kind = PushOutcome::Kind::kAgain});
    send(patch_body(), target_.finished ? &PushJob::finish_item : &PushJob::read_back);
}

// Alone: beside it the server would ignore the progress.
void PushJob::finish_item() {
    abs::ProgressPatch body;
    body.finish = true;
    send(body, &PushJob::read_back);
}

// Only where there is no audio: it sets the audio back to the start. (Audio is reopened by moving it.)
void PushJob::reopen_item() {
    abs::ProgressPatch body;
    body.reopen = true;
    send(body, &PushJob::patch);
}

// A 200 does not mean that the record is what was sent.
void PushJob::read_back() {
    using Record = std::optional<abs::MediaProgress>;
    call_ = abs::start<Record>(
        context_.http,
        abs::get_progress(context_.settings.server, peer_.credential(), subject_.item.str(), route_),
        [self = shared_from_this()](const abs::AbsResult<Record>& record) {
            self->call_.reset();
            // The write was taken: whoever cannot be asked now will be asked again.
            if (record) self->there_ = record->value;
            self->settle();
        });
}

MediaPlace PushJob::written_place() const {
    MediaPlace place;
    if (remote_) place = remote_->place;
    if (target_.seconds) place.seconds = target_.seconds;
    place.ebook_fraction = target_.ebook_fraction;
    if (!target_.ebook_location.empty()) place.ebook_location = target_.ebook_location;
    place.finished = target_.finished;
    if (!there_) return place;
    // Where it is elsewhere than it was sent to, somebody has moved it since: that is yet to be considered.
    const MediaPlace now = relay::remote_state(*there_, 0, false).place;
    const bool same = same_audio_place(place, now) && same_ebook_place(place, now);
    return same ? now : place;
}

std::string PushJob::server_name() const {
    return context_.server_name(subject_.username);
}

std::string PushJob::sentence() const {
    core::bridge::Parties parties{.device = local_->record.position.device.value_or(""),
                                  .local_percentage = local_->state->percentage,
                                  .server = server_name()};
    if (remote_ && decision_.side == core::bridge::MediaSide::kAudio) {
        parties.remote_seconds = remote_->place.seconds;
        if (book_->duration > 0 && remote_->place.seconds)
            parties.remote_fraction = std::clamp(*remote_->place.seconds / book_->duration, 0.0, 1.0);
    } else if (remote_) {
        parties.remote_fraction = remote_->place.ebook_fraction;
    }
    std::string words = explain(decision_, parties);
    if (target_.seconds) words += "; audio moved to " + core::bridge::clock_time(*target_.seconds);
    if (target_.finished) words += "; marked as finished";
    return words;
}

void PushJob::settle() {
    const core::EpochMillis now = context_.now();
    const std::string words = sentence();
    relay::Fields fields = relay::agreement_fields(subject_.item, {.seen = written_place(),
                                                                   .progress = local_->state->progress,
                                                                   .percentage = local_->state->percentage,
                                                                   .at = local_->state->at});
    relay::add_account(
        fields,
        {.tier = target_.tier, .confidence = target_.confidence, .decision = words, .decided_at = now});
    if (!context_.records.save(subject_.username, subject_.document, fields))
        return end({.kind = PushOutcome::Kind::kStoreFailed});
    metrics::count(Metric::kConversions, "to-audiobookshelf", to_string(target_.tier));
    context_.activity.note({.id = {},
                            .at = now,
                            .username = subject_.username.str(),
                            .document = subject_.document.str(),
                            .event = "push.done",
                            .sentence = words});
    end({.kind = PushOutcome::Kind::kDone});
}

void PushJob::fail(const abs::AbsError& error) {
    const bool route_or_item =
        error.kind == abs::AbsErrorKind::kNotFound && route_ == abs::ProgressRoute::kOfUserId;
    if (route_or_item && peer_.note_missing_route()) return end({.kind = PushOutcome::Kind::kAgain});
    end({.kind = PushOutcome::Kind::kFailed, .error = error});
}

void PushJob::end(PushOutcome outcome) {
    if (local_) {
        outcome.sequence = local_->record.sequence;
        outcome.link_text = local_->record.link_text;
        const auto attempts = local_->record.bridge.find("outbox_attempts");
        if (attempts != local_->record.bridge.end()) {
            const std::string& text = attempts->second;
            std::from_chars(text.data(), text.data() + text.size(), outcome.attempts);
        }
    }
    outcome.record = there_;
    outcome.wrote = wrote_;
    if (auto done = std::exchange(done_, nullptr)) done(outcome);
}

}  // namespace koshelf::bridge
