#include "reading/range_source.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

namespace koshelf::reading {
namespace {

using abs::AbsError;
using abs::AbsErrorKind;

// A server with one file.
struct FakeServer {
    explicit FakeServer(std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) file.push_back(static_cast<char>((i * 7 + i / 251) % 256));
    }

    RangeSource source(RangePlan plan) {
        return {file.size(), [this](abs::ByteRange range) { return answer(range); }, plan};
    }

    tl::expected<abs::EbookBytes, AbsError> answer(abs::ByteRange range) {
        asked.emplace_back(range.first, range.last);
        if (failure) return tl::unexpected(*failure);
        const auto length = static_cast<std::size_t>(range.last - range.first + 1);
        const bool whole = range.first == 0 && length >= file.size();
        if (!ranges && !whole) return tl::unexpected(AbsError{AbsErrorKind::kTooLarge, "too large", {}});
        return abs::EbookBytes{file.substr(static_cast<std::size_t>(range.first), length),
                               total.value_or(file.size())};
    }

    std::string file;
    bool ranges = true;
    std::optional<std::uint64_t> total;
    std::optional<AbsError> failure;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> asked;
};

std::string read(RangeSource& source, std::uint64_t offset, std::size_t count) {
    std::vector<std::byte> into(count);
    const auto got = source.read(offset, into);
    if (!got) return "failed";
    return {reinterpret_cast<const char*>(into.data()), *got};
}

TEST(RangeSource, ReadsTheSameBytesWhateverThePlan) {
    FakeServer server(100'000);
    for (const std::uint64_t least : {1ULL, 10ULL, 1000ULL, 65'536ULL}) {
        RangeSource source =
            server.source({.first = least, .least = least, .most = 4096 + least, .kept = 20'000});
        for (const std::uint64_t offset : {0ULL, 99'990ULL, 5ULL, 50'000ULL, 51'000ULL, 49'000ULL, 99'999ULL})
            EXPECT_EQ(read(source, offset, 3000), server.file.substr(static_cast<std::size_t>(offset), 3000));
        EXPECT_EQ(read(source, 100'000, 10), "");
        EXPECT_EQ(read(source, UINT64_MAX / 2, 10), "");
    }
}

TEST(RangeSource, FetchesASmallFileAtOnce) {
    FakeServer server(5000);
    RangeSource source = server.source({.whole_below = 10'000});
    EXPECT_EQ(read(source, 4000, 500), server.file.substr(4000, 500));
    EXPECT_EQ(read(source, 0, 5000), server.file);
    EXPECT_EQ(source.fetches(), 1U);
    EXPECT_EQ(source.bytes(), 5000U);
}

TEST(RangeSource, FetchesLittleHereAndThereAndMoreInARow) {
    FakeServer server(1'000'000);
    RangeSource source = server.source({.first = 1000, .least = 1000, .most = 8000});
    EXPECT_EQ(read(source, 500'500, 10), server.file.substr(500'500, 10));
    EXPECT_THAT(server.asked, testing::ElementsAre(std::pair(500'000, 500'999)));
    EXPECT_EQ(read(source, 500'600, 14'000), server.file.substr(500'600, 14'000));
    EXPECT_THAT(server.asked, testing::ElementsAre(std::pair(500'000, 500'999), std::pair(501'000, 502'999),
                                                   std::pair(503'000, 506'999), std::pair(507'000, 514'999)));
}

TEST(RangeSource, TakesTheWholeFileFromAServerWithoutRanges) {
    FakeServer server(300'000);
    server.ranges = false;
    RangeSource source = server.source({.budget = 300'000});
    EXPECT_EQ(read(source, 200'000, 10), server.file.substr(200'000, 10));
    EXPECT_EQ(read(source, 5, 10), server.file.substr(5, 10));
    EXPECT_EQ(source.fetches(), 2U);
}

TEST(RangeSource, StopsAtItsBudget) {
    FakeServer server(300'000);
    RangeSource source = server.source({.first = 1000, .least = 1000, .most = 1000, .budget = 2500});
    EXPECT_NE(read(source, 0, 10), "failed");
    EXPECT_NE(read(source, 100'000, 10), "failed");
    EXPECT_EQ(read(source, 200'000, 10), "failed");
    EXPECT_TRUE(source.over_budget());
    EXPECT_LE(source.bytes(), 2500U);
    server.ranges = false;
    RangeSource whole = server.source({.budget = 299'999});
    EXPECT_EQ(read(whole, 0, 10), "failed");
    EXPECT_TRUE(whole.over_budget());
}

TEST(RangeSource, NeverRecoversSoThatNothingIsTakenForAPropertyOfTheBook) {
    FakeServer server(300'000);
    RangeSource source = server.source({});
    server.failure = AbsError{AbsErrorKind::kTimeout, "no answer in time", {}};
    EXPECT_EQ(read(source, 0, 10), "failed");
    server.failure.reset();
    EXPECT_EQ(read(source, 100'000, 10), "failed");
    ASSERT_TRUE(source.error());
    EXPECT_EQ(source.error()->kind, AbsErrorKind::kTimeout);
    EXPECT_FALSE(source.over_budget());
}

TEST(RangeSource, RefusesAFileOfAnotherSizeThanWasSaid) {
    FakeServer server(300'000);
    server.total = 300'001;
    RangeSource source = server.source({});
    EXPECT_EQ(read(source, 0, 10), "failed");
    server.total.reset();
    server.file.resize(1000);
    RangeSource shorter(300'000, [&](abs::ByteRange range) { return server.answer(range); }, {});
    EXPECT_EQ(read(shorter, 0, 10), "failed");
}

}  // namespace
}  // namespace koshelf::reading
