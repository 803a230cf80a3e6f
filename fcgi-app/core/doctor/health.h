// Health: what is wrong with this server and what is around it, as the console shows it.
#pragma once

#include <string>
#include <vector>

#include "core/doctor/finding.h"
#include "core/doctor/redis.h"

namespace koshelf::core::doctor {

struct HealthFacts {
    RedisFacts redis{};
    DataFacts data{};
    struct {
        bool sync = false;     // somebody carries positions over
        bool library = false;  // somebody looks after the libraries
    } bridge{};
    struct {
        bool configured = false;
        std::string trouble{};                // why it does not answer, a sentence; "" if it does
        bool breaker_open = false;            // devices do not wait for it at the moment
        std::vector<std::string> silent{};    // whose feed is not live, by name
        std::vector<std::string> settings{};  // what of them makes no sense, a sentence each
    } audiobookshelf{};
};

// What must be mended, and then what should be; nothing if all is well. The name of each begins with the part
// of the server that it is about: "redis.eviction".
[[nodiscard]] Findings judge_health(const HealthFacts& facts);

}  // namespace koshelf::core::doctor
