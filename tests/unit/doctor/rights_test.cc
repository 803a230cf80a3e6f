#include "core/doctor/rights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace koshelf::core::doctor {
namespace {

using ::testing::HasSubstr;

constexpr unsigned kUs = 720;
constexpr unsigned kWeb = 33;

Identity web() {
    return {.program = "nginx", .user = "www-data", .user_id = kWeb, .groups = {kWeb}};
}

TEST(DoctorRights, AreThoseOfOwnerGroupOrOthers) {
    const auto may = [](unsigned owner, unsigned group, unsigned mode, const Identity& who) {
        return permits({.path = "/x", .owner = owner, .group = group, .mode = mode}, who, kMayWrite);
    };
    EXPECT_TRUE(may(kWeb, 1, 0200, web()));
    EXPECT_TRUE(may(kUs, kWeb, 0660, web()));
    EXPECT_TRUE(may(kUs, kUs, 0666, web()));
    EXPECT_FALSE(may(kUs, kUs, 0660, web()));
    EXPECT_FALSE(may(kUs, kWeb, 0640, web()));
    // The first that fits counts, and no other.
    EXPECT_FALSE(may(kWeb, kWeb, 0066, web()));
    EXPECT_FALSE(may(kUs, kWeb, 0606, web()));
    EXPECT_TRUE(may(kUs, kUs, 0, {.program = "nginx", .user = "root", .user_id = 0}));
    EXPECT_TRUE(permits({.path = "/x", .owner = kUs, .group = kUs, .mode = 0, .has_more_rules = true}, web(),
                        kMayWrite));
}

Place socket(const std::string& name, unsigned group) {
    return {.path = "/run/koshelf-sync/" + name,
            .way = {{.path = "/", .owner = 0, .group = 0, .mode = 0755},
                    {.path = "/run/koshelf-sync", .owner = kUs, .group = kUs, .mode = 0755}},
            .node = Node{.path = "/run/koshelf-sync/" + name, .owner = kUs, .group = group, .mode = 0660}};
}

TEST(DoctorSockets, AreForSomeWebServerThatRunsHere) {
    SocketFacts facts{.sockets = {socket("device.sock", kWeb), socket("admin.sock", kWeb)},
                      .web_servers = {web()}};
    EXPECT_EQ(judge_sockets(facts).state, State::kOk);
    EXPECT_THAT(judge_sockets(facts).message, HasSubstr("nginx, which runs as www-data"));
    facts.sockets[1] = socket("admin.sock", kUs);
    EXPECT_EQ(judge_sockets(facts).state, State::kFailed);
    EXPECT_THAT(judge_sockets(facts).message, HasSubstr("/run/koshelf-sync/admin.sock"));
    facts.web_servers.push_back(
        {.program = "nginx", .user = "koshelf-sync", .user_id = kUs, .groups = {kUs}});
    EXPECT_EQ(judge_sockets(facts).state, State::kOk);
    facts.web_servers.clear();
    EXPECT_EQ(judge_sockets(facts).state, State::kSkipped);
}

TEST(DoctorSockets, HaveToBeThereAndReachable) {
    SocketFacts facts{.sockets = {socket("device.sock", kWeb), socket("admin.sock", kWeb)},
                      .web_servers = {web()}};
    facts.sockets[0].way[1].mode = 0700;
    EXPECT_THAT(judge_sockets(facts).message, HasSubstr("/run/koshelf-sync does not let it"));
    facts.sockets[0].node.reset();
    EXPECT_EQ(judge_sockets(facts).state, State::kFailed);
    EXPECT_THAT(judge_sockets(facts).message, HasSubstr("There is no socket /run/koshelf-sync/device.sock"));
}

TEST(DoctorWriters, MayWriteWhereTheyWrite) {
    WriterFacts facts{
        .name = "logs",
        .directory = {.path = "/var/log/koshelf-sync",
                      .way = {{.path = "/", .owner = 0, .group = 0, .mode = 0755}},
                      .node =
                          Node{.path = "/var/log/koshelf-sync", .owner = kWeb, .group = kWeb, .mode = 0750}},
        .writer = web()};
    EXPECT_EQ(judge_writer(facts).state, State::kOk);
    facts.directory.node->mode = 0550;
    EXPECT_EQ(judge_writer(facts).state, State::kFailed);
    EXPECT_EQ(judge_writer(facts).advice.substr(0, 39), "chown www-data /var/log/koshelf-sync, a");
    facts.directory.node.reset();
    EXPECT_EQ(judge_writer(facts).state, State::kSkipped);
    facts.read_only = true;
    EXPECT_THAT(judge_writer(facts).message, HasSubstr("read-only"));
}

}  // namespace
}  // namespace koshelf::core::doctor
