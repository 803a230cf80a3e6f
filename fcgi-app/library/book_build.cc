#include "library/book_build.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "core/audio/aligner.h"
#include "core/audio/alignment_codec.h"
#include "core/audio/narration.h"
#include "core/text/book.h"
#include "core/text/map_codec.h"
#include "library/caller.h"
#include "library/netstring.h"
#include "library/ward.h"

namespace koshelf::library {
namespace {

using core::text::TextErrorCode;

constexpr std::uint64_t kMebibyte = 1024ULL * 1024;

// A large part takes its time, on a slow line too.
std::chrono::milliseconds time_for(std::uint64_t bytes, std::chrono::milliseconds timeout) {
    constexpr std::uint64_t kSlowestBytesPerMs = 256;
    const auto transfer = std::chrono::milliseconds(static_cast<std::int64_t>(bytes / kSlowestBytesPerMs));
    return timeout + std::min<std::chrono::milliseconds>(transfer, std::chrono::minutes(4));
}

BuildOutcome failed(std::string sentence, bool lasting) {
    BuildOutcome outcome;
    outcome.error = std::move(sentence);
    outcome.lasting = lasting;
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

BuildOutcome source_failure(const RangeSource& source, std::uint64_t download_limit) {
    if (source.over_budget()) {
        return failed("Reading the e-book would take more than the download limit of " +
                          std::to_string(download_limit / kMebibyte) + " MiB.",
                      true);
    }
    const bool refused = source.error()->kind == abs::AbsErrorKind::kForbidden ||
                         source.error()->kind == abs::AbsErrorKind::kNotFound;
    return failed(sentence_for(*source.error()), refused);
}

BuildOutcome build_here(const BuildOrder& order) {
    Caller caller(order.http, [] { return true; });
    const auto fetch = [&](abs::ByteRange range) -> tl::expected<abs::EbookBytes, abs::AbsError> {
        auto call = abs::get_ebook_range(order.server, order.credential, {order.item, order.file.ino}, range);
        call.request.timeout = time_for(range.last - range.first + 1, order.server.timeout);
        auto answer = caller.make(call);
        if (!answer) return tl::unexpected(std::move(answer.error()));
        return std::move(answer->value);
    };
    RangeSource source(order.file.size, fetch, {.whole_below = kMebibyte, .budget = order.download_limit});
    return build_from(source, order.file.filename, order.audios, order.download_limit);
}

std::optional<std::uint64_t> number_of(const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

std::string sentence_for(const core::text::TextError& error) {
    switch (error.code) {
        case TextErrorCode::kDrm: return "The e-book is protected by DRM: its text cannot be read.";
        case TextErrorCode::kNotAnArchive:
        case TextErrorCode::kNotAnEpub: return "The e-book is not an EPUB, or is damaged.";
        case TextErrorCode::kLimitExceeded: return "The e-book goes beyond a limit (" + error.detail + ").";
        default: break;
    }
    return "The e-book cannot be read (" + std::string(to_string(error.code)) + ": " + error.detail + ").";
}

std::string sentence_for(const abs::AbsError& error) {
    switch (error.kind) {
        case abs::AbsErrorKind::kForbidden:
            return "Audiobookshelf does not let this account read the e-book.";
        case abs::AbsErrorKind::kNotFound: return "Audiobookshelf does not have the e-book any more.";
        default: break;
    }
    return "The e-book could not be fetched: " + error.detail + ".";
}

BuildOutcome build_from(RangeSource& source, std::string_view file_name,
                        const std::vector<core::audio::RawAudiobook>& audios, std::uint64_t download_limit) {
    auto book = core::text::read_book(source, file_name);
    BuildOutcome outcome;
    if (source.error()) {
        // Also when there is a book: a chapter that did not arrive looks like one that is missing.
        outcome = source_failure(source, download_limit);
    } else if (!book) {
        outcome = failed(sentence_for(book.error()), true);
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
    const auto text = run_in_ward([&order] { return to_text(build_here(order)); }, keep_on);
    if (!text) {
        switch (text.error()) {
            case WardFailure::kCrashed: return failed("Reading the e-book failed: it takes too much.", true);
            case WardFailure::kTimedOut: return failed("Reading the e-book took too long.", false);
            case WardFailure::kStopped: return failed("The program is stopping.", false);
            case WardFailure::kNoProcess:
                return failed("No process could be started to read the e-book.", false);
        }
    }
    auto outcome = outcome_from(*text);
    if (!outcome || (outcome->error.empty() && outcome->alignments.size() != order.audios.size()))
        return failed("Reading the e-book failed.", true);
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
    return join_netstrings(parts);
}

std::optional<BuildOutcome> outcome_from(std::string_view text) {
    constexpr std::size_t kFixed = 5;
    constexpr std::size_t kEach = 3;
    auto parts = split_netstrings(text);
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
