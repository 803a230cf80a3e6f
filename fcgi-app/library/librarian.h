// Librarian: what the library process does next. One thread, small steps.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "library/context.h"
#include "library/linker.h"
#include "library/maps.h"
#include "library/scan.h"
#include "platform/config.h"
#include "platform/redis.h"
#include "relay/settings_watch.h"
#include "store/leases.h"

namespace koshelf::library {

class Librarian {
  public:
    // `go_on` is asked about ten times a second, also while something is waited for.
    Librarian(const platform::Config& config, const platform::Log& log, std::function<bool()> go_on);

    // Works until `go_on` says no.
    void run();

    enum class Pass {
        kDone,
        kBusy,    // another process looks after the libraries
        kFailed,  // Redis did not answer (which is in the log), or `go_on` said no
    };
    // One pass of the scan and of linking, and everything that is wanted, here and now. Waits up to
    // `patience` milliseconds for the lease.
    [[nodiscard]] Pass scan_once(core::EpochMillis patience);

    [[nodiscard]] Context& context() { return context_; }
    [[nodiscard]] const ScanReport& report() const { return scan_.report(); }
    [[nodiscard]] std::size_t links_made() const { return linker_.links_made(); }

    // Takes over what has changed in the settings.
    void load_settings();

  private:
    enum class Pace { kBusy, kIdle, kTrouble };

    [[nodiscard]] Pace tick();
    [[nodiscard]] bool keep_on();
    // Of the lease: true while this process has it.
    [[nodiscard]] bool hold(core::EpochMillis now);
    [[nodiscard]] store::StoreResult<bool> work();
    [[nodiscard]] store::StoreResult<bool> scan_step();
    [[nodiscard]] store::StoreResult<void> pass_of_scan();
    [[nodiscard]] store::StoreResult<void> pass_of_links_and_maps();
    void release();
    void plan_next_scan();
    void report_scan() const;
    void apply(const abs::Settings& settings);
    // Logs it, once until all is well again.
    void note_trouble(const store::StoreError& error);

    const platform::Config& config_;
    const platform::Log& log_;
    std::function<bool()> go_on_;
    platform::Redis redis_;
    store::Database database_;
    store::LibraryCache cache_;
    store::Links links_;
    store::BridgeRecords records_;
    store::Activity activity_;
    store::Census census_;
    store::Leases leases_;
    relay::SettingsWatch settings_;
    LinkIndex index_;
    Caller caller_;
    Context context_;
    Maps maps_;
    Scan scan_;
    Linker linker_;

    std::string owner_;
    bool holding_ = false;
    core::EpochMillis lease_checked_ = 0;
    bool has_settings_ = false;
    core::EpochMillis looked_ = 0;
    core::EpochMillis next_scan_ = 0;
    core::EpochMillis scan_begun_ = 0;
    core::EpochMillis sweep_after_ = 0;
    bool sweep_wanted_ = false;
    bool in_trouble_ = false;
};

}  // namespace koshelf::library
