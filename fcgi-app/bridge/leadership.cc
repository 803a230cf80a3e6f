#include "bridge/leadership.h"

#include <utility>

#include "platform/process_name.h"

namespace koshelf::bridge {
namespace {

constexpr std::chrono::milliseconds kLife{6'000};
constexpr core::EpochMillis kRenewEvery = 1'500;

}  // namespace

Leadership::Leadership(store::Database& database, std::string role)
    : leases_(database), role_(std::move(role)), owner_(platform::process_name()) {}

bool Leadership::hold(core::EpochMillis now) {
    if (now - asked_at_ < kRenewEvery && now >= asked_at_) return now < held_until_;
    asked_at_ = now;
    const auto acquired = leases_.acquire(role_, owner_, kLife);
    if (acquired) held_until_ = *acquired ? now + kLife.count() : 0;
    return now < held_until_;
}

void Leadership::release() {
    if (held_until_ == 0) return;
    held_until_ = 0;
    // Should it fail, the lease ends by itself.
    (void)leases_.release(role_, owner_);
}

}  // namespace koshelf::bridge
