#include "core/bridge/conversion.h"

#include <cmath>

#include <gtest/gtest.h>

#include "core/audio/aligner.h"
#include "core/audio/timeline.h"
#include "core/text/cfi.h"
#include "core/text/percentage.h"
#include "core/text/xpointer.h"
#include "real_book.h"

namespace koshelf::core::bridge {
namespace {

using audio::testing::kRealBooks;
using audio::testing::open_real_book;
using audio::testing::open_real_item;

// A real book with its alignment to a real narration.
class Linked {
  public:
    explicit Linked(const std::string& name)
        : book_(open_real_book(name)),
          timeline_(audio::AudioTimeline::make(open_real_item(name, "titled")).value()),
          alignment_(audio::align(book_.narration, timeline_)) {}

    [[nodiscard]] BookKnowledge knowledge() const {
        return {.map = &book_.book.map, .alignment = &alignment_, .duration = timeline_.duration()};
    }
    [[nodiscard]] double duration() const { return timeline_.duration(); }
    [[nodiscard]] const text::TextMap& map() const { return book_.book.map; }

  private:
    const audio::testing::RealBook& book_;
    audio::AudioTimeline timeline_;
    audio::Alignment alignment_;
};

DevicePosition heard_at(double seconds, const BookKnowledge& book) {
    return to_text({.seconds = seconds}, MediaSide::kAudio, book, std::nullopt).value().position;
}

TEST(Conversion, IsAFixedPointAfterOneStepFromAudioToTextAndBack) {
    for (const char* name : kRealBooks) {
        const Linked linked(name);
        const BookKnowledge book = linked.knowledge();
        for (double second = 1; second < linked.duration(); second += 97.3) {
            const DevicePosition shown = heard_at(second, book);
            const MediaTarget back = to_media(shown, book);
            ASSERT_EQ(back.tier, Tier::kExact) << name << " at " << second;
            const DevicePosition again = heard_at(back.seconds.value(), book);
            ASSERT_EQ(again.progress, shown.progress) << name << " at " << second;
            ASSERT_EQ(again.percentage, shown.percentage);
        }
    }
}

TEST(Conversion, NeverGoesBackInTheTextWhileTheAudioGoesOn) {
    const Linked linked("the_time_machine");
    const BookKnowledge book = linked.knowledge();
    text::TextOffset last;
    for (double second = 0.5; second < linked.duration(); second += 11) {
        const auto here = text::resolve_xpointer(linked.map(), heard_at(second, book).progress).value();
        ASSERT_GE(here.offset, last) << second;
        last = here.offset;
    }
}

TEST(Conversion, GivesTheWebReaderTheSamePlaceAsTheListener) {
    const Linked linked("siddhartha");
    const BookKnowledge book = linked.knowledge();
    const DevicePosition shown = heard_at(5000, book);
    const MediaTarget target = to_media(shown, book);
    const auto by_cfi =
        to_text({.ebook_location = target.ebook_location}, MediaSide::kEbook, book, {}).value();
    EXPECT_EQ(by_cfi.position.progress, shown.progress);
    EXPECT_EQ(by_cfi.tier, Tier::kExact);
}

TEST(ToMedia, FinishesOnTheLastPageOnly) {
    const BookKnowledge book{.duration = 100};
    EXPECT_TRUE(to_media({1, "/body/DocFragment[9].0"}, book).finished);
    EXPECT_FALSE(to_media({0.9999, "/body/DocFragment[9].0"}, book).finished);
}

TEST(ToMedia, KeepsTheDevicesPercentageForTheEbook) {
    const Linked linked("siddhartha");
    EXPECT_EQ(
        to_media({0.4321, "/body/DocFragment[5]/body/p[1]/text().0"}, linked.knowledge()).ebook_fraction,
        0.4321);
}

TEST(ToMedia, GoesByThePercentageWhereThePointerIsOfAnotherBook) {
    const Linked linked("siddhartha");
    const MediaTarget target =
        to_media({0.5, "/body/DocFragment[4711]/body/p[1]/text().0"}, linked.knowledge());
    EXPECT_EQ(target.tier, Tier::kPercentage);
    EXPECT_NEAR(target.seconds.value(), linked.duration() / 2, linked.duration() / 10);
}

TEST(ToMedia, SharesOutTheDurationWhereTheTextIsUnknown) {
    const MediaTarget target = to_media({0.25, "/body/DocFragment[2].0"}, {.duration = 4000});
    EXPECT_EQ(target.seconds, 1000);
    EXPECT_EQ(target.ebook_location, "");
    EXPECT_EQ(target.tier, Tier::kPercentage);
}

TEST(ToMedia, HasNoSecondsForAnEbookAlone) {
    const Linked linked("siddhartha");
    BookKnowledge book = linked.knowledge();
    book.alignment = nullptr;
    book.duration = 0;
    const MediaTarget target = to_media(heard_at(5000, linked.knowledge()), book);
    EXPECT_EQ(target.seconds, std::nullopt);
    EXPECT_NE(target.ebook_location, "");
    EXPECT_EQ(target.confidence, 1);
}

TEST(ToMedia, ClampsWhatNoDeviceShouldSend) {
    EXPECT_EQ(to_media({-3, "x"}, {.duration = 100}).seconds, 0);
    EXPECT_EQ(to_media({7, "x"}, {.duration = 100}).seconds, 100);
    EXPECT_EQ(to_media({std::nan(""), "x"}, {.duration = 100}).ebook_fraction, 0);
}

const std::vector<DevicePosition> kBeenThere = {
    {0.1, "/body/DocFragment[2].0"}, {0.3, "/body/DocFragment[4].0"}, {0.6, "/body/DocFragment[8].0"}};

TEST(ToText, LearnsFromWhereTheAccountHasBeen) {
    const auto target = to_text({.seconds = 500}, MediaSide::kAudio,
                                {.duration = 1000, .history = kBeenThere}, kBeenThere.back());
    ASSERT_TRUE(target);
    EXPECT_EQ(target->tier, Tier::kLearned);
    EXPECT_EQ(target->position.progress, "/body/DocFragment[4].0");
}

TEST(ToText, KeepsThePointerWhereNothingIsKnown) {
    const DevicePosition now{0.9, "/body/DocFragment[12].0"};
    const auto target = to_text({.seconds = 500}, MediaSide::kAudio, {.duration = 1000}, now);
    ASSERT_TRUE(target);
    EXPECT_EQ(target->tier, Tier::kPercentage);
    EXPECT_TRUE(target->pointer_kept);
    EXPECT_EQ(target->position.progress, now.progress);
    EXPECT_EQ(target->position.percentage, 0.5);
}

TEST(ToText, NeverInventsAPointer) {
    EXPECT_EQ(to_text({.seconds = 500}, MediaSide::kAudio, {.duration = 1000}, std::nullopt), std::nullopt);
}

TEST(ToText, TurnsPagesOfAPagedFile) {
    const std::vector<DevicePosition> pages = {{0.1, "30"}, {0.5, "150"}, {0.2, "60"}};
    const auto target =
        to_text({.seconds = 750}, MediaSide::kAudio, {.duration = 1000, .history = pages}, pages.back());
    ASSERT_TRUE(target);
    EXPECT_EQ(target->position.progress, "225");
    EXPECT_EQ(target->position.percentage, 0.75);
    EXPECT_EQ(target->tier, Tier::kLearned);
}

TEST(ToText, DoesNotPutAPointerIntoAPagedFile) {
    const Linked linked("siddhartha");
    const auto target =
        to_text({.seconds = 5000}, MediaSide::kAudio, linked.knowledge(), DevicePosition{0.3, "37"});
    ASSERT_TRUE(target);
    EXPECT_EQ(target->position.progress, "37");
    EXPECT_TRUE(target->pointer_kept);
}

TEST(ToText, ReadsAnEbookFractionWhereTheLocationIsNone) {
    const Linked linked("siddhartha");
    const auto target = to_text({.ebook_fraction = 0.5, .ebook_location = "17"}, MediaSide::kEbook,
                                linked.knowledge(), std::nullopt);
    ASSERT_TRUE(target);
    EXPECT_EQ(target->tier, Tier::kPercentage);
    EXPECT_NEAR(target->position.percentage, 0.5, 0.05);
}

}  // namespace
}  // namespace koshelf::core::bridge
