#include "relay/importer.h"

#include <algorithm>
#include <vector>

#include "core/bridge/explain.h"
#include "platform/metrics.h"
#include "relay/agreement_fields.h"

namespace koshelf::relay {
namespace {

namespace metrics = platform::metrics;
using core::EpochMillis;
using core::bridge::Action;
using core::bridge::Agreement;
using core::bridge::Decision;
using core::bridge::DevicePosition;
using core::bridge::MediaPlace;
using core::bridge::MediaSide;
using core::bridge::RemoteState;
using core::bridge::TextTarget;
using core::metrics::Metric;
using store::StoreResult;

// Others may write the document between our reading and writing; a reader turns pages more slowly than this.
constexpr int kMaxRaces = 5;
// How far back the learned tier looks.
constexpr int kHistoryLength = 200;

std::optional<double> remote_fraction(const RemoteState& remote, MediaSide side, const Book& book) {
    if (side == MediaSide::kEbook) return remote.place.ebook_fraction;
    if (book.duration <= 0 || !remote.place.seconds) return std::nullopt;
    return std::clamp(*remote.place.seconds / book.duration, 0.0, 1.0);
}

std::string sentence(const Decision& decision, const Local& local, const RemoteState& remote,
                     const Book& book, const std::optional<TextTarget>& target, const std::string& server) {
    core::bridge::Parties parties{.device = local.record.position.device.value_or(""), .server = server};
    if (local.state) parties.local_percentage = local.state->percentage;
    if (decision.side == MediaSide::kAudio) parties.remote_seconds = remote.place.seconds;
    parties.remote_fraction = remote_fraction(remote, decision.side, book);
    std::string text = core::bridge::explain(decision, parties);
    if (!target)
        return text + ", but the text is not known and no device has pushed a place yet: nothing changed";
    switch (target->tier) {
        case core::bridge::Tier::kExact: return text + "; place found in the text";
        case core::bridge::Tier::kLearned:
            return text + "; nearest place where a device has been: " +
                   core::bridge::percent(target->position.percentage);
        case core::bridge::Tier::kPercentage:
            return text + (target->pointer_kept ? "; the text is not known, so devices keep their page"
                                                : "; place estimated by percentage");
    }
    return text;
}

}  // namespace

RemoteState remote_state(const abs::MediaProgress& record, EpochMillis skew, bool playing) {
    RemoteState state;
    state.place.seconds = record.current_time;
    state.place.ebook_fraction = record.ebook_progress;
    if (record.ebook_location && record.ebook_location->starts_with("epubcfi")) {
        state.place.ebook_location = *record.ebook_location;
    }
    state.place.finished = record.finished;
    state.at = record.last_update == 0 ? 0 : record.last_update - skew;
    state.playing = playing;
    return state;
}

StoreResult<Importer::Outcome> Importer::consider(const Subject& subject,
                                                  const std::optional<RemoteState>& remote,
                                                  const std::string& device_name, EpochMillis now) {
    for (int race = 0; race < kMaxRaces; ++race) {
        const auto local = load_local(records_, subject);
        if (!local) return tl::unexpected(local.error());
        const Agreement& agreement = local->agreement;
        const Decision decision = reconcile(local->state, remote, agreement, now);
        switch (decision.action) {
            case Action::kPush: return Outcome::kPush;
            case Action::kWait: return Outcome::kWait;
            case Action::kNothing:
                if (remote && agreement.seen != remote->place) {
                    if (const auto noted = note_seen(subject, agreement, *remote); !noted)
                        return tl::unexpected(noted.error());
                }
                return Outcome::kNothing;
            case Action::kImport: break;
        }
        const auto done = import(subject, *local, *remote, decision, device_name, now);
        if (!done) return tl::unexpected(done.error());
        if (*done) return **done;
    }
    return Outcome::kLater;
}

StoreResult<Importer::Outcome> Importer::bring(const Subject& subject, const RemoteState& remote,
                                               const std::string& device_name, EpochMillis now) {
    // Of a record that has both, the half that moved since last time, else what is heard.
    for (int race = 0; race < kMaxRaces; ++race) {
        const auto local = load_local(records_, subject);
        if (!local) return tl::unexpected(local.error());
        auto side = moved_side(local->agreement.seen.value_or(MediaPlace{}), remote.place);
        if (!side && has_audio_place(remote.place)) side = MediaSide::kAudio;
        if (!side && has_ebook_place(remote.place)) side = MediaSide::kEbook;
        if (!side) return Outcome::kNothing;
        RemoteState chosen = remote;
        chosen.at = now;
        const Decision decision{
            .action = Action::kImport, .reason = core::bridge::Reason::kRemoteMoved, .side = *side};
        const auto done = import(subject, *local, chosen, decision, device_name, now);
        if (!done) return tl::unexpected(done.error());
        if (*done) return **done;
    }
    return Outcome::kLater;
}

// Nothing if somebody wrote the document meanwhile.
StoreResult<std::optional<Importer::Outcome>> Importer::import(const Subject& subject, const Local& local,
                                                               const RemoteState& remote,
                                                               const Decision& decision,
                                                               const std::string& device_name,
                                                               EpochMillis now) {
    const auto book = books_.find(subject, now);
    if (!book) return tl::unexpected(book.error());
    if (*book == nullptr) return Outcome::kLater;

    std::optional<DevicePosition> current;
    if (local.state)
        current = DevicePosition{.percentage = local.state->percentage, .progress = local.state->progress};
    std::vector<DevicePosition> history;
    // Only a book without text needs it, or a paged file.
    if (!(*book)->map || (current && current->progress.find('/') == std::string::npos)) {
        auto points = records_.history(subject.username, subject.document, kHistoryLength);
        if (!points) return tl::unexpected(points.error());
        for (store::HistoryEntry& entry : *points) {
            // What was imported is no place where a device has been.
            if (entry.source == "audiobookshelf" || !entry.percentage) continue;
            history.push_back({.percentage = *entry.percentage, .progress = std::move(entry.progress)});
        }
    }
    const auto target = to_text(remote.place, decision.side, (*book)->knowledge(history), current);
    const EpochMillis at = core::bridge::believable_time(remote.at, now);
    const std::string words = sentence(decision, local, remote, **book, target, device_name);

    Agreement agreement{.seen = remote.place, .at = at};
    if (!target) {
        // Said once; the same record is not considered again until it moves.
        if (local.state) agreement.progress = local.state->progress;
        if (const auto noted = note_seen(subject, agreement, remote); !noted)
            return tl::unexpected(noted.error());
        activity_.note({.at = now,
                        .username = subject.username.str(),
                        .document = subject.document.str(),
                        .event = "import.no-place",
                        .sentence = words});
        metrics::count(series(Metric::kBridgeImports, "no-place"));
        return Outcome::kNoPlace;
    }
    agreement.progress = target->position.progress;
    agreement.percentage = target->position.percentage;
    Fields fields = agreement_fields(subject.item, agreement);
    add_account(
        fields,
        {.tier = target->tier, .confidence = target->confidence, .decision = words, .decided_at = now});

    const auto outcome =
        records_.import(subject.username, {.document = subject.document,
                                           .expected_sequence = local.record.sequence,
                                           .expected = local.record.position,
                                           .position = {.percentage = target->position.percentage,
                                                        .progress = target->position.progress,
                                                        .device = device_name,
                                                        .device_id = std::string(store::kImportDeviceId)},
                                           .timestamp = at / 1000,
                                           .fields = std::move(fields)});
    if (!outcome) return tl::unexpected(outcome.error());
    switch (*outcome) {
        case store::ImportOutcome::kChanged: return std::nullopt;
        case store::ImportOutcome::kGone:
            metrics::count(series(Metric::kBridgeImports, "gone"));
            return Outcome::kGone;
        case store::ImportOutcome::kImported: break;
    }
    metrics::count(series(Metric::kBridgeImports, "imported"));
    metrics::count(Metric::kConversions, "to-device", to_string(target->tier));
    activity_.note({.at = now,
                    .username = subject.username.str(),
                    .document = subject.document.str(),
                    .event = "import.done",
                    .sentence = words});
    return Outcome::kImported;
}

StoreResult<void> Importer::note_seen(const Subject& subject, const Agreement& agreement,
                                      const RemoteState& remote) {
    Agreement noted = agreement;
    noted.seen = remote.place;
    const auto saved =
        records_.save(subject.username, subject.document, agreement_fields(subject.item, noted));
    if (!saved) return tl::unexpected(saved.error());
    return {};
}

}  // namespace koshelf::relay
