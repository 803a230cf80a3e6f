#include "library/librarian.h"

#include <algorithm>
#include <utility>

#include "platform/clock.h"
#include "platform/metrics.h"
#include "platform/process_name.h"

namespace koshelf::library {
namespace {

namespace metrics = platform::metrics;
using core::metrics::Metric;
using std::chrono::milliseconds;
using store::StoreResult;

// Longer than the longest wait of one call and its pauses, so that the lease outlives every step.
constexpr milliseconds kLeaseTime{30'000};
constexpr core::EpochMillis kLeaseCheck = 5'000;
constexpr core::EpochMillis kLeaseRetry = 1'000;
constexpr core::EpochMillis kLookInterval = 1'000;
constexpr core::EpochMillis kSweepGap = 5'000;  // while a scan finds new files
constexpr core::EpochMillis kStrangerScanGap = 60'000;
constexpr core::EpochMillis kRepeatGap = 30'000;  // after a pass that left something out
constexpr std::size_t kItemsAPoll = 5'000;        // larger libraries are listed less often
constexpr milliseconds kIdlePause{200};
constexpr milliseconds kTroublePause{1'000};
constexpr milliseconds kRedisConnect{1'000};
constexpr milliseconds kRedisReply{5'000};

void count_scan(const ScanReport& report, milliseconds took, core::EpochMillis now) {
    const bool complete = report.complete && report.failed == 0;
    metrics::count(complete ? series(Metric::kScans, "complete") : series(Metric::kScans, "incomplete"));
    metrics::observe(series(Metric::kScanDuration), took);
    metrics::set(series(Metric::kScanTime), static_cast<std::uint64_t>(now / 1000));
    metrics::set(series(Metric::kLibraryItems), report.items);
}

}  // namespace

Librarian::Librarian(const platform::Config& config, const platform::Log& log, std::function<bool()> go_on)
    : config_(config),
      log_(log),
      go_on_(std::move(go_on)),
      redis_(config.redis, {.connect = kRedisConnect, .reply = kRedisReply}),
      database_(redis_),
      cache_(database_),
      links_(database_),
      records_(database_, config.history_limit),
      activity_(database_),
      census_(database_),
      leases_(database_),
      settings_(database_, config),
      index_(census_, links_),
      caller_({}, [this] { return keep_on(); }),
      context_{.log = log,
               .caller = caller_,
               .cache = cache_,
               .links = links_,
               .records = records_,
               .activity = activity_,
               .census = census_,
               .index = index_,
               .download_limit = static_cast<std::uint64_t>(config.download_limit_mb) << 20U},
      maps_(context_),
      scan_(context_),
      linker_(context_),
      owner_(platform::process_name()) {}

void Librarian::run() {
    while (go_on_()) {
        const Pace pace = tick();
        if (pace == Pace::kBusy) continue;
        caller_.wait(pace == Pace::kIdle ? kIdlePause : kTroublePause);
    }
    release();
}

Librarian::Pace Librarian::tick() {
    metrics::note_memory(metrics::Clock::now());
    load_settings();
    if (!hold(context_.now()) || !context_.settings.configured()) {
        scan_.drop();
        return Pace::kIdle;
    }
    const auto worked = work();
    if (!worked) {
        note_trouble(worked.error());
        return Pace::kTrouble;
    }
    in_trouble_ = false;
    return *worked ? Pace::kBusy : Pace::kIdle;
}

// Asked in the middle of everything: the lease must not run out while a server is slow.
bool Librarian::keep_on() {
    if (!go_on_()) return false;
    if (holding_) return hold(context_.now());
    return true;
}

bool Librarian::hold(core::EpochMillis now) {
    if (now - lease_checked_ < (holding_ ? kLeaseCheck : kLeaseRetry)) return holding_;
    lease_checked_ = now;
    const auto held = leases_.acquire(store::kLibraryLease, owner_, kLeaseTime);
    if (!held) {
        note_trouble(held.error());
        holding_ = false;
        return false;
    }
    if (*held != holding_) log_.info(*held ? "library.working" : "library.standing_by");
    holding_ = *held;
    return holding_;
}

void Librarian::load_settings() {
    const bool changed = settings_.refresh(context_.now());
    if (has_settings_ && !changed) return;
    has_settings_ = true;
    apply(settings_.current());
}

void Librarian::apply(const abs::Settings& settings) {
    context_.settings = settings;
    caller_.set_options(settings.http);
    context_.outage = {};
    index_.invalidate();
    maps_.forget_failures();
    linker_.forget_rights();
    scan_.drop();
    next_scan_ = 0;
    sweep_wanted_ = true;
    log_.info("library.settings").with("configured", settings.configured());
}

StoreResult<bool> Librarian::work() {
    const core::EpochMillis now = context_.now();
    if (now - looked_ >= kLookInterval) {
        looked_ = now;
        if (auto looked = linker_.look_at_recent(); !looked) return tl::unexpected(looked.error());
        if (linker_.take_strangers() && now - scan_begun_ >= kStrangerScanGap)
            next_scan_ = std::min(next_scan_, now);
    }
    if (!context_.outage.over(now)) return false;
    const auto mapped = maps_.step();
    if (!mapped || *mapped) return mapped;

    if (scan_.take_news()) sweep_wanted_ = true;
    if (sweep_wanted_ && !linker_.sweeping() && (now >= sweep_after_ || !scan_.running())) {
        sweep_wanted_ = false;
        sweep_after_ = now + kSweepGap;
        if (auto begun = linker_.begin_sweep(); !begun) return tl::unexpected(begun.error());
    }
    const auto swept = linker_.sweep_step();
    if (!swept || *swept) return swept;
    return scan_step();
}

StoreResult<bool> Librarian::scan_step() {
    const core::EpochMillis now = context_.now();
    if (!scan_.running()) {
        if (now < next_scan_) return false;
        scan_begun_ = now;
        if (auto begun = scan_.begin(); !begun) return tl::unexpected(begun.error());
    }
    const auto step = scan_.step();
    if (!step) return tl::unexpected(step.error());
    if (*step == Step::kDone) {
        report_scan();
        plan_next_scan();
        // At the end of a pass everything that could be known is known.
        if (scan_.take_news()) sweep_wanted_ = true;
    }
    return *step == Step::kWorked;
}

void Librarian::plan_next_scan() {
    const ScanReport& report = scan_.report();
    const auto poll = std::chrono::duration_cast<milliseconds>(config_.abs_poll).count();
    const auto interval = poll * static_cast<std::int64_t>(1 + report.items / kItemsAPoll);
    const bool all_well = report.complete && report.failed == 0;
    next_scan_ = context_.now() + (all_well ? interval : std::min<core::EpochMillis>(interval, kRepeatGap));
}

void Librarian::report_scan() const {
    const ScanReport& report = scan_.report();
    count_scan(report, milliseconds(context_.now() - scan_begun_), context_.now());
    const auto count = [](std::size_t n) { return static_cast<std::int64_t>(n); };
    log_.info("scan.done")
        .with("ms", context_.now() - scan_begun_)
        .with("libraries", count(report.libraries))
        .with("items", count(report.items))
        .with("looked_at", count(report.looked_at))
        .with("digested", count(report.digested))
        .with("gone", count(report.gone))
        .with("failed", count(report.failed))
        .with("complete", report.complete);
}

Librarian::Pass Librarian::scan_once(core::EpochMillis patience) {
    const core::EpochMillis begun = context_.now();
    while (!hold(context_.now())) {
        if (context_.now() - begun > patience || !caller_.wait(kIdlePause)) return Pass::kBusy;
    }
    scan_begun_ = begun;
    auto passed = pass_of_scan();
    if (passed) passed = pass_of_links_and_maps();
    if (!passed) note_trouble(passed.error());
    const bool broken_off = !keep_on();
    release();
    return passed && !broken_off ? Pass::kDone : Pass::kFailed;
}

StoreResult<void> Librarian::pass_of_scan() {
    if (auto begun = scan_.begin(); !begun) return begun;
    while (keep_on()) {
        const auto step = scan_.step();
        if (!step) return tl::unexpected(step.error());
        if (*step == Step::kDone) break;
        if (*step == Step::kLater) caller_.wait(kTroublePause);
    }
    return {};
}

StoreResult<void> Librarian::pass_of_links_and_maps() {
    if (auto begun = linker_.begin_sweep(); !begun) return begun;
    bool more = true;
    while (more && keep_on()) {
        const auto swept = linker_.sweep_step();
        if (!swept) return tl::unexpected(swept.error());
        more = *swept;
    }
    more = true;
    while (more && keep_on()) {
        const auto mapped = maps_.step();
        if (!mapped) return tl::unexpected(mapped.error());
        more = *mapped;
    }
    return {};
}

void Librarian::release() {
    if (!holding_) return;
    holding_ = false;
    // Should that fail, the lease runs out by itself.
    if (const auto released = leases_.release(store::kLibraryLease, owner_); !released)
        log_.warn("library.lease_kept").with("why", released.error().detail);
}

void Librarian::note_trouble(const store::StoreError& error) {
    if (std::exchange(in_trouble_, true)) return;
    log_.error("library.store_failed").with("why", error.detail);
}

}  // namespace koshelf::library
