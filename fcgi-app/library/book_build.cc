#include "library/book_build.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "core/audio/aligner.h"
#include "core/audio/alignment_codec.h"
#include "core/audio/narration.h"
#include "core/text/book.h"
#include "core/text/map_codec.h"
#include "platform/http_client.h"
#include "reading/netstring.h"
#include "reading/ward.h"

namespace koshelf::library {
namespace {

using reading::EbookFailure;
using reading::RangeSource;

BuildOutcome failed(EbookFailure failure) {
    BuildOutcome outcome;
    outcome.error = std::move(failure.sentence);
    outcome.lasting = failure.lasting;
    return outcome;
}

BuiltAlignment align_with(const core::audio::Narration& narration, const core::audio::RawAudiobook& audio) {
    const auto timeline = core::audio::AudioTimeline::make(audio);
    BuiltAlignment built;
    if (!timeline) {
        built.error = "The audiobook cannot be aligned: " + std::string(to_string(timeline.error())) + ".";
        return built;
    }
    const core::audio::Alignment alignment = core::audio::align(narration, *timeline);
    built.bytes = core::audio::serialise(alignment);
    built.confidence = alignment.confidence();
    return built;
}

BuildOutcome build_here(const BuildOrder& order) {
    platform::HttpClient http(order.book.http);
    RangeSource source = reading::open_ebook(order.book, http);
    return build_from(source, order.book.file.filename, order.audios, order.book.download_limit);
}

std::optional<std::uint64_t> number_of(const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

BuildOutcome build_from(RangeSource& source, std::string_view file_name,
                        const std::vector<core::audio::RawAudiobook>& audios, std::uint64_t download_limit) {
    auto book = core::text::read_book(source, file_name);
    BuildOutcome outcome;
    if (auto failure = reading::failure_of(source, download_limit)) {
        outcome = failed(std::move(*failure));
    } else if (!book) {
        outcome = failed(reading::failure_of(book.error()));
    } else {
        outcome.map = core::text::serialise(book->map);
        if (!audios.empty()) {
            const core::audio::Narration narration = core::audio::narration_of(book->map, book->text);
            for (const auto& audio : audios) outcome.alignments.push_back(align_with(narration, audio));
        }
    }
    outcome.bytes = source.bytes();
    outcome.fetches = source.fetches();
    return outcome;
}

BuildOutcome build_book(const BuildOrder& order, const std::function<bool()>& keep_on) {
    const auto text = reading::run_in_ward([&order] { return to_text(build_here(order)); }, keep_on);
    if (!text) return failed(reading::failure_of(text.error()));
    auto outcome = outcome_from(*text);
    if (!outcome || (outcome->error.empty() && outcome->alignments.size() != order.audios.size()))
        return failed({.sentence = "Reading the e-book failed.", .lasting = true});
    return std::move(*outcome);
}

std::string to_text(const BuildOutcome& outcome) {
    std::vector<std::string> parts{outcome.map, outcome.error, outcome.lasting ? "1" : "",
                                   std::to_string(outcome.bytes), std::to_string(outcome.fetches)};
    for (const BuiltAlignment& each : outcome.alignments) {
        parts.push_back(each.bytes);
        parts.push_back(std::to_string(each.confidence));
        parts.push_back(each.error);
    }
    return reading::join_netstrings(parts);
}

std::optional<BuildOutcome> outcome_from(std::string_view text) {
    constexpr std::size_t kFixed = 5;
    constexpr std::size_t kEach = 3;
    auto parts = reading::split_netstrings(text);
    if (!parts || parts->size() < kFixed || (parts->size() - kFixed) % kEach != 0) return std::nullopt;
    const auto bytes = number_of((*parts)[3]);
    const auto fetches = number_of((*parts)[4]);
    if (!bytes || !fetches) return std::nullopt;
    BuildOutcome outcome;
    outcome.map = std::move((*parts)[0]);
    outcome.error = std::move((*parts)[1]);
    outcome.lasting = !(*parts)[2].empty();
    outcome.bytes = *bytes;
    outcome.fetches = *fetches;
    for (std::size_t i = kFixed; i < parts->size(); i += kEach) {
        outcome.alignments.push_back({.bytes = std::move((*parts)[i]),
                                      .confidence = std::strtod((*parts)[i + 1].c_str(), nullptr),
                                      .error = std::move((*parts)[i + 2])});
    }
    return outcome;
}

}  // namespace koshelf::library
