// The hash user:<username>:bridge:<document>: what both sides agreed on last, and how.
#pragma once

#include <map>
#include <string>

#include "core/bridge/conversion.h"
#include "core/bridge/reconcile.h"
#include "core/ids.h"

namespace koshelf::relay {

using Fields = std::map<std::string, std::string>;

// Empty if the fields were written for another library item: nothing was agreed with this one.
[[nodiscard]] core::bridge::Agreement read_agreement(const Fields& fields, const core::LibraryItemId& item);

// All fields of an agreement: those of an earlier one are overwritten.
[[nodiscard]] Fields agreement_fields(const core::LibraryItemId& item,
                                      const core::bridge::Agreement& agreement);

// What the console shows beside it.
struct Account {
    core::bridge::Tier tier = core::bridge::Tier::kPercentage;
    double confidence = 0;
    std::string decision;  // the sentence
    core::EpochMillis decided_at = 0;
};
void add_account(Fields& fields, const Account& account);

}  // namespace koshelf::relay
