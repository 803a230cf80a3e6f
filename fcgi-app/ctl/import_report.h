// What an import did, in sentences.
#pragma once

#include "transfer/loader.h"

namespace koshelf::ctl {

// On standard output, a line for each thing that happened.
void report_import(const transfer::Tally& tally);

}  // namespace koshelf::ctl
