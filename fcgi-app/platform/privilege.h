// The right to read everybody's files, which koshelf-ctl has for what root names
// (scripts/lib/ctl_rights.bash).
#pragma once

namespace koshelf::platform {

// Whether files of others can be read that are not open to us: we are root, or have that right alone.
[[nodiscard]] bool reads_files_of_others();

// Once what was named is open, and before anything in it is looked at: gives up CAP_DAC_READ_SEARCH for good,
// also for the processes that are started later. Where the kernel refuses that, the process ends. Nothing if
// it is not there. Of the calling thread only: to be called while there is one.
void give_up_reading_everything();

}  // namespace koshelf::platform
