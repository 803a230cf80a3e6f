#include "reading/ebook_text.h"

#include <charconv>
#include <iterator>
#include <utility>

#include "core/text/book.h"
#include "platform/deflate.h"
#include "reading/netstring.h"
#include "reading/ward.h"

namespace koshelf::reading {
namespace {

// Code points: a page of a browser takes a few of them, and a passage travels in one piece.
constexpr core::text::TextLength kPassageSize = 16'384;
// Twice the Bible. What is read is kept in Redis for a while.
constexpr core::text::TextLength kLongestText = 8'000'000;
constexpr std::size_t kLongestPassage = std::size_t{64} * 1024 * 1024;

using TextOrFailure = tl::expected<EbookText, EbookFailure>;

EbookFailure damaged_result() {
    return {.sentence = "Reading the e-book failed.", .lasting = true};
}

// Either the failure, or the text: netstrings, told apart by the first.
std::string result_text(const TextOrFailure& result) {
    if (!result) {
        const EbookFailure& failure = result.error();
        const char* kind = failure.refused ? "refused" : failure.lasting ? "never" : "later";
        return join_netstrings({kind, failure.sentence});
    }
    std::vector<std::string> parts{"text", std::to_string(result->bytes), std::to_string(result->fetches),
                                   result->index};
    parts.insert(parts.end(), result->passages.begin(), result->passages.end());
    return join_netstrings(parts);
}

TextOrFailure result_from(std::string_view text) {
    constexpr std::size_t kFixed = 4;
    auto parts = split_netstrings(text);
    if (!parts || parts->size() < 2) return tl::unexpected(damaged_result());
    const std::string& kind = parts->front();
    if (kind != "text") {
        return tl::unexpected(EbookFailure{
            .sentence = std::move((*parts)[1]), .lasting = kind != "later", .refused = kind == "refused"});
    }
    if (parts->size() < kFixed) return tl::unexpected(damaged_result());
    EbookText result;
    const auto read = [](const std::string& digits, std::uint64_t& value) {
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
    };
    read((*parts)[1], result.bytes);
    read((*parts)[2], result.fetches);
    result.index = std::move((*parts)[3]);
    result.passages.assign(std::make_move_iterator(parts->begin() + kFixed),
                           std::make_move_iterator(parts->end()));
    return result;
}

}  // namespace

TextOrFailure ebook_text_from(RangeSource& source, std::uint64_t download_limit) {
    const auto book = core::text::read_book(source, {});
    if (auto failure = failure_of(source, download_limit)) return tl::unexpected(std::move(*failure));
    if (!book) return tl::unexpected(failure_of(book.error()));
    if (book->text.length() > kLongestText) {
        return tl::unexpected(
            EbookFailure{.sentence = "The e-book's text is too long to be shown.", .lasting = true});
    }
    EbookText text{.index = {}, .passages = {}, .bytes = source.bytes(), .fetches = source.fetches()};
    const auto passages = core::text::passages_of(book->text, kPassageSize);
    text.index = serialise(core::text::index_of(passages, book->text.length()));
    for (const core::text::Passage& passage : passages)
        text.passages.push_back(platform::deflated(serialise(passage)));
    return text;
}

TextOrFailure read_ebook_text(const EbookOrder& order, const std::function<bool()>& keep_on,
                              std::chrono::milliseconds longest) {
    const WardLimits limits{.processor = std::chrono::duration_cast<std::chrono::seconds>(longest),
                            .wall = longest};
    const auto work = [&order] {
        platform::HttpClient http(order.http);
        RangeSource source = open_ebook(order, http);
        return result_text(ebook_text_from(source, order.download_limit));
    };
    const auto result = run_in_ward(work, keep_on, limits);
    if (!result) return tl::unexpected(failure_of(result.error()));
    return result_from(*result);
}

std::optional<core::text::Passage> passage_from(std::string_view stored) {
    const auto bytes = platform::inflated(stored, kLongestPassage);
    if (!bytes) return std::nullopt;
    auto passage = core::text::deserialise_passage(*bytes);
    if (!passage) return std::nullopt;
    return std::move(*passage);
}

}  // namespace koshelf::reading
