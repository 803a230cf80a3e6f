// Arbitrary text cut into sentences and passages, and arbitrary bytes as a stored passage.
#include <cstdint>
#include <string>

#include "core/text/folding.h"
#include "core/text/passage.h"
#include "core/text/search.h"
#include "core/text/sentences.h"
#include "core/text/stored_text.h"
#include "core/utf8.h"
#include "require.h"

namespace {

using namespace koshelf;
using namespace koshelf::core::text;

// Bytes as text: what is no UTF-8 becomes U+FFFD, and a NUL begins a paragraph.
BookText text_from(const std::string& bytes) {
    BookText text;
    std::string block;
    const auto add = [&] {
        text.begin_block();
        text.append(block);
        block.clear();
    };
    for (const char32_t c : core::code_points_of(bytes)) {
        if (c == 0) {
            add();
        } else {
            append_utf8(block, c);
        }
    }
    add();
    return text;
}

void check_sentences(const BookText& text) {
    TextLength last = 0;
    for (const Sentence& sentence : sentences_of(text)) {
        fuzz::require(sentence.offset.value >= last, "sentences are in order");
        for (const char32_t c : core::code_points_of(text.slice({last}, sentence.offset.value - last)))
            fuzz::require(is_space(c), "between two sentences there are blanks at most");
        fuzz::require(sentence.length > 0 && sentence.length <= kLongestSentence,
                      "none is empty or too long");
        last = sentence.offset.value + sentence.length;
    }
    fuzz::require(last <= text.length(), "they are of the text");
}

void check_passages(const BookText& text, const std::string& query) {
    const auto passages = passages_of(text, 100);
    std::string all;
    for (std::size_t i = 0; i < passages.size(); ++i) {
        all += passages[i].text;
        const std::string stored = serialise(passages[i]);
        const auto again = deserialise_passage(stored);
        fuzz::require(again && *again == passages[i], "a passage survives its stored form");
        for (const Sentence& sentence : passages[i].sentences) (void)passages[i].words(sentence);
        const Passage* next = i + 1 < passages.size() ? &passages[i + 1] : nullptr;
        for (const TextOffset at : Search(query).find_in(passages[i], next, {}, 50))
            fuzz::require(at.value < text.length(), "what is found is in the text");
    }
    fuzz::require(all == text.slice({}, text.length()), "passages hold the whole text");
    const PassageIndex index = index_of(passages, text.length());
    const auto again = deserialise_passage_index(serialise(index));
    fuzz::require(again && *again == index, "an index survives its stored form");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    (void)deserialise_passage_index(with_fresh_passage_checksum(bytes));
    if (const auto passage = deserialise_passage(with_fresh_passage_checksum(bytes))) {
        const auto again = deserialise_passage(serialise(*passage));
        fuzz::require(again && *again == *passage, "what was read can be stored and read again");
        for (const Sentence& sentence : passage->sentences) (void)passage->words(sentence);
    }
    const BookText text = text_from(bytes);
    check_sentences(text);
    check_passages(text, bytes.substr(0, size % 8));
    return 0;
}
