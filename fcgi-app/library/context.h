// Context: what the parts of the library process share. Everything runs in one thread.
#pragma once

#include <cstdint>

#include "abs/settings.h"
#include "library/caller.h"
#include "library/link_index.h"
#include "library/outage.h"
#include "platform/clock.h"
#include "platform/log.h"
#include "store/activity.h"
#include "store/bridge_records.h"
#include "store/census.h"
#include "store/library_cache.h"
#include "store/links.h"

namespace koshelf::library {

struct Context {
    const platform::Log& log;
    Caller& caller;
    store::LibraryCache& cache;
    store::Links& links;
    store::BridgeRecords& records;
    store::Activity& activity;
    store::Census& census;
    LinkIndex& index;
    std::uint64_t download_limit = 0;  // bytes

    abs::Settings settings = {};  // those of now
    Outage outage = {};

    [[nodiscard]] core::EpochMillis now() const { return platform::now_millis(); }

    // Notes what the answer says about the server's health, and hands it on.
    template <class T>
    [[nodiscard]] abs::AbsResult<T> heeded(abs::AbsResult<T> result) {
        if (result) {
            outage.note_answer();
        } else {
            outage.note(result.error(), now());
        }
        return result;
    }
    template <class T>
    [[nodiscard]] abs::AbsResult<T> make(const abs::Call<T>& call) {
        return heeded(caller.make(call));
    }
    template <class T>
    [[nodiscard]] abs::AbsResult<T> make_gently(const abs::Call<T>& call) {
        return heeded(caller.make_gently(call));
    }
};

}  // namespace koshelf::library
