#include "web/router.h"

#include <set>

#include <gtest/gtest.h>

#include "platform/config.h"
#include "web/worker.h"

namespace koshelf::web {
namespace {

using core::metrics::RouteName;

TEST(Router, NamesItsRoutesByMethodAndPattern) {
    const Router router(
        {{Method::kGet, "/syncs/progress/:document", nullptr}, {Method::kPut, "/syncs/progress", nullptr}});
    EXPECT_EQ(router.names(),
              (std::vector<RouteName>{
                  {"any", "unmatched"}, {"GET", "/syncs/progress/:document"}, {"PUT", "/syncs/progress"}}));
}

// The scoreboard keeps as much of a name; longer ones that begin alike would be counted as one.
TEST(Router, RoutesOfBothPoolsHaveNamesThatTheScoreboardKeepsWhole) {
    platform::Config config;
    config.test_hooks = true;
    for (const PoolKind kind : {PoolKind::kDevice, PoolKind::kAdmin}) {
        std::set<std::pair<std::string, std::string>> names;
        for (const RouteName& name : make_router(kind, config).names()) {
            EXPECT_LT(name.method.size(), 8U) << name.method;
            EXPECT_LT(name.path.size(), 120U) << name.path;
            EXPECT_FALSE(name.method.empty() || name.path.empty());
            EXPECT_TRUE(names.emplace(name.method, name.path).second) << name.method << ' ' << name.path;
        }
        EXPECT_GT(names.size(), 10U);
    }
}

}  // namespace
}  // namespace koshelf::web
