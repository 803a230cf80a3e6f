#include "core/text/passage.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "core/text/ascii.h"
#include "core/text/packed.h"
#include "core/utf8.h"

namespace koshelf::core::text {
namespace {

constexpr std::string_view kPassageMagic = "KPA";
constexpr std::string_view kIndexMagic = "KPI";
constexpr unsigned kPassageVersion = 1;

// Bytes of the first `count` code points.
std::size_t bytes_of(std::string_view utf8, TextLength count) {
    std::size_t at = 0;
    for (; count > 0 && at < utf8.size(); --count) at += std::max(1U, utf8_length(utf8.substr(at)));
    return at;
}

TextLength length_of(std::string_view utf8) {
    TextLength length = 0;
    for (std::size_t at = 0; at < utf8.size(); ++length) at += std::max(1U, utf8_length(utf8.substr(at)));
    return length;
}

}  // namespace

std::string Passage::words(const Sentence& sentence) const {
    const std::string_view rest =
        std::string_view(text).substr(bytes_of(text, sentence.offset.value - begin.value));
    return collapse_blanks(rest.substr(0, bytes_of(rest, sentence.length)));
}

std::size_t PassageIndex::passage_of(TextOffset offset) const {
    const auto after = std::upper_bound(begins.begin(), begins.end(), offset);
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, after - begins.begin())) - 1;
}

std::vector<Passage> passages_of(const BookText& text, TextLength size) {
    std::vector<Passage> passages;
    if (text.length() == 0) return passages;
    passages.emplace_back();
    for (const Sentence& sentence : sentences_of(text)) {
        if (sentence.offset.value - passages.back().begin.value >= size && !passages.back().sentences.empty())
            passages.push_back({.begin = sentence.offset, .text = {}, .sentences = {}});
        passages.back().sentences.push_back(sentence);
    }
    for (std::size_t i = 0; i < passages.size(); ++i) {
        const TextLength end = i + 1 < passages.size() ? passages[i + 1].begin.value : text.length();
        passages[i].text = text.slice(passages[i].begin, end - passages[i].begin.value);
    }
    return passages;
}

PassageIndex index_of(const std::vector<Passage>& passages, TextLength length) {
    PassageIndex index;
    for (const Passage& passage : passages) index.begins.push_back(passage.begin);
    index.length = length;
    return index;
}

std::size_t sentence_at(const Passage& passage, TextOffset offset) {
    const auto after =
        std::upper_bound(passage.sentences.begin(), passage.sentences.end(), offset,
                         [](TextOffset value, const Sentence& sentence) { return value < sentence.offset; });
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, after - passage.sentences.begin())) - 1;
}

std::string serialise(const Passage& passage) {
    PackedWriter out;
    out.number(passage.begin.value);
    out.string(passage.text);
    out.number(passage.sentences.size());
    TextLength last = passage.begin.value;
    for (const Sentence& sentence : passage.sentences) {
        out.number((std::uint64_t{sentence.offset.value - last} << 1U) | (sentence.begins_block ? 1U : 0U));
        out.number(sentence.length);
        last = sentence.offset.value + sentence.length;
    }
    return sealed(kPassageMagic, kPassageVersion, out.take());
}

Result<Passage> deserialise_passage(std::string_view bytes) {
    const auto body = unsealed(kPassageMagic, kPassageVersion, bytes, TextErrorCode::kDamagedText);
    if (!body) return tl::make_unexpected(body.error());
    PackedReader in(*body);
    Passage passage;
    passage.begin.value = in.number32();
    passage.text = in.string();
    const std::uint64_t end = std::uint64_t{passage.begin.value} + length_of(passage.text);
    in.check(end <= std::numeric_limits<TextLength>::max());
    std::uint64_t last = passage.begin.value;
    for (std::size_t left = in.count(); left > 0 && !in.failed(); --left) {
        const std::uint64_t gap = in.number();
        const std::uint64_t length = in.number32();
        const std::uint64_t offset = last + (gap >> 1U);
        in.check((gap >> 1U) <= end && length > 0 && offset + length <= end);
        if (in.failed()) break;
        passage.sentences.push_back({.offset = {static_cast<TextLength>(offset)},
                                     .length = static_cast<TextLength>(length),
                                     .begins_block = (gap & 1U) != 0});
        last = offset + length;
    }
    in.check(in.at_end());
    if (in.failed()) return fail(TextErrorCode::kDamagedText, "inconsistent passage");
    return passage;
}

std::string serialise(const PassageIndex& index) {
    PackedWriter out;
    out.number(index.length);
    out.number(index.begins.size());
    TextLength last = 0;
    for (const TextOffset begin : index.begins) {
        out.number(begin.value - last);
        last = begin.value;
    }
    return sealed(kIndexMagic, kPassageVersion, out.take());
}

Result<PassageIndex> deserialise_passage_index(std::string_view bytes) {
    const auto body = unsealed(kIndexMagic, kPassageVersion, bytes, TextErrorCode::kDamagedText);
    if (!body) return tl::make_unexpected(body.error());
    PackedReader in(*body);
    PassageIndex index;
    index.length = in.number32();
    std::uint64_t last = 0;
    for (std::size_t left = in.count(); left > 0 && !in.failed(); --left) {
        const std::uint64_t gap = in.number32();
        in.check(index.begins.empty() ? gap == 0 : gap > 0);
        last += gap;
        in.check(last < index.length);
        if (!in.failed()) index.begins.push_back({static_cast<TextLength>(last)});
    }
    in.check(in.at_end() && index.begins.empty() == (index.length == 0));
    if (in.failed()) return fail(TextErrorCode::kDamagedText, "inconsistent index of passages");
    return index;
}

std::string with_fresh_passage_checksum(std::string_view bytes) {
    return resealed(bytes.starts_with(kIndexMagic) ? kIndexMagic : kPassageMagic, bytes);
}

}  // namespace koshelf::core::text
