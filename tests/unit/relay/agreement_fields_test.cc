#include "relay/agreement_fields.h"

#include <gtest/gtest.h>

namespace koshelf::relay {
namespace {

using core::bridge::Agreement;
using core::bridge::MediaPlace;

const core::LibraryItemId kItem = core::LibraryItemId::parse("li_1").value();
const core::LibraryItemId kOther = core::LibraryItemId::parse("li_2").value();

TEST(AgreementFields, ReadBackAsTheyWereWritten) {
    const Agreement agreement{.seen = MediaPlace{.seconds = 0.1 + 0.2,
                                                 .ebook_fraction = 0.4132,
                                                 .ebook_location = "epubcfi(/6/4!/4/2:1)",
                                                 .finished = true},
                              .progress = "/body/DocFragment[2]/body/p[1]/text().0",
                              .percentage = 0.4132,
                              .at = 1'790'000'000'123};
    const Agreement back = read_agreement(agreement_fields(kItem, agreement), kItem);
    EXPECT_EQ(back.seen, agreement.seen);
    EXPECT_EQ(back.progress, agreement.progress);
    EXPECT_EQ(back.percentage, agreement.percentage);
    EXPECT_EQ(back.at, agreement.at);
}

TEST(AgreementFields, KeepARecordThatWasNeverSeenApartFromAnEmptyOne) {
    EXPECT_EQ(read_agreement(agreement_fields(kItem, {}), kItem).seen, std::nullopt);
    EXPECT_EQ(read_agreement(agreement_fields(kItem, {.seen = MediaPlace{}}), kItem).seen, MediaPlace{});
}

TEST(AgreementFields, SayNothingAboutAnotherItem) {
    const Fields fields = agreement_fields(kItem, {.seen = MediaPlace{.seconds = 7}, .progress = "x"});
    EXPECT_EQ(read_agreement(fields, kOther).seen, std::nullopt);
    EXPECT_EQ(read_agreement(fields, kOther).progress, "");
}

TEST(AgreementFields, SurviveNonsenseInRedis) {
    Fields fields = agreement_fields(kItem, {.seen = MediaPlace{.seconds = 7}});
    fields["seen_seconds"] = "soon";
    fields["at"] = "yesterday";
    const Agreement agreement = read_agreement(fields, kItem);
    EXPECT_EQ(agreement.seen->seconds, std::nullopt);
    EXPECT_EQ(agreement.at, 0);
}

}  // namespace
}  // namespace koshelf::relay
