// `koshelf-ctl align` and `textmap`, run as a user would, on a real book.
#include "ctl/align_command.h"

#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/json.h"

namespace koshelf::ctl {
namespace {

using testing::HasSubstr;

constexpr std::string_view kPointer = "/body[1]/DocFragment[8]/body[1]/p[12]/text()[1].607";

struct Outcome {
    int status = 0;
    std::string out;
    std::string err;
};

// Runs the command on The Time Machine with chapter marks of that kind.
Outcome align(const std::string& kind, std::vector<std::string> options) {
    const std::string folder = std::string(KOSHELF_TEST_DATA) + "/aligned/the_time_machine/";
    options.insert(options.begin(), {folder + "book.epub", folder + "item-" + kind + ".json"});
    const std::vector<std::string_view> args(options.begin(), options.end());
    std::ostringstream out;
    std::ostringstream err;
    std::streambuf* const real_out = std::cout.rdbuf(out.rdbuf());
    std::streambuf* const real_err = std::cerr.rdbuf(err.rdbuf());
    const int status = run_align(args);
    std::cout.rdbuf(real_out);
    std::cerr.rdbuf(real_err);
    return {status, out.str(), err.str()};
}

platform::JsonDocument data(const Outcome& run) {
    EXPECT_EQ(run.status, 0) << run.err;
    return platform::JsonDocument::parse(run.out).value();
}

double position_seconds(const Outcome& run) {
    return data(run).root().member("position").member("seconds").number();
}

TEST(AlignCommand, PrintsATableOfSectionsAndChapters) {
    const Outcome run = align("titled", {});
    EXPECT_EQ(run.status, 0);
    EXPECT_THAT(run.out, HasSubstr("CHAPTER VI"));
    EXPECT_THAT(run.out, HasSubstr("high"));
}

TEST(AlignCommand, ConvertsAPointerToASecondAndBack) {
    const Outcome there = align("titled", {"--json", "--at-xpointer", std::string(kPointer)});
    const double seconds = position_seconds(there);
    EXPECT_NEAR(seconds, 3600, 30);
    const Outcome back = align("titled", {"--json", "--at", std::to_string(seconds)});
    EXPECT_EQ(data(back).root().member("position").member("xpointer").string(), kPointer);
}

TEST(AlignCommand, PassesThroughCalibrations) {
    for (const char* kind : {"titled", "merged", "none"}) {
        const Outcome before = align(kind, {"--json", "--at-xpointer", std::string(kPointer)});
        const double heard = position_seconds(before) + 37.5;
        const std::string point = std::string(kPointer) + "=" + std::to_string(heard);
        const Outcome after =
            align(kind, {"--json", "--calibrate", point, "--at-xpointer", std::string(kPointer)});
        EXPECT_NEAR(position_seconds(after), heard, 0.01) << kind;
    }
}

TEST(AlignCommand, TakesSeveralCalibrations) {
    const std::string early = "/body[1]/DocFragment[5]/body[1]/p[20]/text()[1].0=600";
    const std::string late = std::string(kPointer) + "=3700";
    const Outcome run = align("none", {"--json", "--calibrate", early, "--calibrate", late, "--at", "600"});
    EXPECT_EQ(data(run).root().member("position").member("xpointer").string(),
              "/body[1]/DocFragment[5]/body[1]/p[20]/text()[1].0");
}

TEST(AlignCommand, RefusesCalibrationsThatMeanNothing) {
    for (const char* point : {"nonsense", "/body/DocFragment[8]/body/p[1]=x", "/body/DocFragment[99]/body=5",
                              "/body/DocFragment[8]/body/p[9999]/text().0=5", "/body/DocFragment[8]=1e9",
                              "/body/DocFragment[8]=-1"}) {
        const Outcome run = align("titled", {"--calibrate", point});
        EXPECT_EQ(run.status, 1) << point;
        EXPECT_THAT(run.err, HasSubstr("koshelf-ctl align: ")) << point;
    }
}

TEST(AlignCommand, EvaluatesBothDirectionsAndThePercentage) {
    const std::string truth = std::string(KOSHELF_TEST_DATA) + "/aligned/the_time_machine/truth.jsonl";
    const Outcome run = align("tracks", {"--json", "--eval", truth});
    const auto document = data(run);
    const auto evaluation = document.root().member("evaluation");
    const double median = evaluation.member("seconds").member("median").number();
    EXPECT_GT(median, 0);
    EXPECT_LT(median, evaluation.member("percentage_only").member("median").number());
    EXPECT_GT(evaluation.member("seconds").member("within_60").number(), 0.98);
    EXPECT_GT(evaluation.member("characters").member("p90").number(), 0);
}

TEST(AlignCommand, SaysHowItIsUsed) {
    for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
             {"--nonsense", "1"}, {"--at"}, {"extra"}, {"--at", "1", "--at", "2"}}) {
        const Outcome run = align("titled", wrong);
        EXPECT_EQ(run.status, 2);
        EXPECT_THAT(run.err, HasSubstr("usage: "));
    }
}

}  // namespace
}  // namespace koshelf::ctl
