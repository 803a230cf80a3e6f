#include "abs/session.h"

#include <gtest/gtest.h>

namespace koshelf::abs {
namespace {

TEST(LocalSession, IsWrittenWithoutListeningTime) {
    const LocalSession session{"s", "i", 12.5, 100, 1000, 2000, "koshelf", "Kobo"};
    const std::string device =
        R"({"deviceId":"koshelf","deviceName":"Kobo","clientName":"Koshelf Sync Server",)"
        R"("manufacturer":"Koshelf","model":"Kobo"})";
    EXPECT_EQ(
        to_json(session),
        R"({"deviceInfo":)" + device +
            R"(,"sessions":[{"id":"s","libraryItemId":"i","mediaType":"book","playMethod":3,)"
            R"("mediaPlayer":"KOReader","deviceInfo":)" +
            device +
            R"(,"duration":100,"startTime":12.5,"currentTime":12.5,"timeListening":0,"startedAt":1000,"updatedAt":2000}]})");
}

TEST(LocalSession, TellsWhatBecameOfIt) {
    const auto outcome = [](std::string_view json) { return parse_local_session_outcome(json, "s"); };
    EXPECT_EQ(outcome(R"({"results":[{"id":"s","success":true,"progressSynced":true}]})"),
              LocalSessionOutcome::kApplied);
    EXPECT_EQ(outcome(R"({"results":[{"id":"s","success":true,"progressSynced":false}]})"),
              LocalSessionOutcome::kNewerThere);
    EXPECT_EQ(
        outcome(
            R"({"results":[{"id":"x","success":true,"progressSynced":true},{"id":"s","success":false,"error":"Media item not found"}]})"),
        LocalSessionOutcome::kUnknownItem);
    EXPECT_EQ(outcome(R"({"results":[{"id":"s","success":false}]})"), LocalSessionOutcome::kRefused);
    EXPECT_EQ(outcome(R"([{"id":"s","success":true,"progressSynced":true}])"), LocalSessionOutcome::kApplied);
    for (const std::string_view json :
         {"", "OK", "{}", "[]", R"({"results":[{"id":"x","success":true}]})", R"({"results":[5]})"}) {
        EXPECT_FALSE(outcome(json).has_value()) << json;
    }
}

TEST(OpenSession, IsReadFromTheList) {
    const auto sessions = parse_open_sessions(R"({"sessions":[{"id":"s","userId":"u","libraryItemId":"i",
        "episodeId":null,"currentTime":"5.5","updatedAt":7},{"userId":"u"},null],"shareSessions":[]})");
    ASSERT_TRUE(sessions.has_value());
    ASSERT_EQ(sessions->size(), 1U);
    EXPECT_EQ(sessions->front(), (OpenSession{"s", "u", "i", "", 5.5, 7}));
    EXPECT_FALSE(parse_open_sessions("Not Found").has_value());
    EXPECT_FALSE(parse_open_sessions("[]").has_value());
}

}  // namespace
}  // namespace koshelf::abs
