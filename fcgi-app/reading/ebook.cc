#include "reading/ebook.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "abs/calls.h"

namespace koshelf::reading {
namespace {

using core::text::TextErrorCode;

constexpr std::uint64_t kMebibyte = 1024ULL * 1024;

// A large part takes its time, on a slow line too.
std::chrono::milliseconds time_for(std::uint64_t bytes, std::chrono::milliseconds timeout) {
    constexpr std::uint64_t kSlowestBytesPerMs = 256;
    const auto transfer = std::chrono::milliseconds(static_cast<std::int64_t>(bytes / kSlowestBytesPerMs));
    return timeout + std::min<std::chrono::milliseconds>(transfer, std::chrono::minutes(4));
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

}  // namespace

RangeSource open_ebook(const EbookOrder& order, platform::HttpClient& http) {
    const auto fetch = [&order, &http](abs::ByteRange range) -> tl::expected<abs::EbookBytes, abs::AbsError> {
        auto call = abs::get_ebook_range(order.server, order.credential, {order.item, order.file.ino}, range);
        call.request.timeout = time_for(range.last - range.first + 1, order.server.timeout);
        auto answer = abs::perform(http, call);
        if (!answer) return tl::unexpected(std::move(answer.error()));
        return std::move(answer->value);
    };
    return {order.file.size, fetch, {.whole_below = kMebibyte, .budget = order.download_limit}};
}

std::optional<EbookFailure> failure_of(const RangeSource& source, std::uint64_t download_limit) {
    if (!source.error()) return std::nullopt;
    if (source.over_budget()) {
        return EbookFailure{.sentence = "Reading the e-book would take more than the download limit of " +
                                        std::to_string(download_limit / kMebibyte) + " MiB.",
                            .lasting = true};
    }
    const bool refused = source.error()->kind == abs::AbsErrorKind::kForbidden ||
                         source.error()->kind == abs::AbsErrorKind::kNotFound;
    return EbookFailure{.sentence = sentence_for(*source.error()), .lasting = refused, .refused = refused};
}

EbookFailure failure_of(const core::text::TextError& error) {
    return {.sentence = sentence_for(error), .lasting = true};
}

EbookFailure failure_of(WardFailure failure) {
    switch (failure) {
        case WardFailure::kCrashed:
            return {.sentence = "Reading the e-book failed: it takes too much.", .lasting = true};
        case WardFailure::kTimedOut: return {.sentence = "Reading the e-book took too long."};
        case WardFailure::kStopped: return {.sentence = "The program is stopping."};
        case WardFailure::kNoProcess: return {.sentence = "No process could be started to read the e-book."};
    }
    return {.sentence = "Reading the e-book failed.", .lasting = true};
}

}  // namespace koshelf::reading
