// Process names: what a process is called among all machines that share one Redis.
#pragma once

#include <string>
#include <string_view>

namespace koshelf::platform {

// "host/pid namespace/pid". Another process has it only after this one has ended.
[[nodiscard]] std::string process_name();

// Whether `name` is that of a process of this machine (or container) that has ended. False for one elsewhere,
// of which nothing can be told, and for what is no such name.
[[nodiscard]] bool has_ended_here(std::string_view name);

}  // namespace koshelf::platform
