#include "real_book.h"

#include <fstream>
#include <iterator>
#include <map>
#include <span>
#include <utility>

#include "abs/item_json.h"
#include "core/text/byte_source.h"
#include "ctl/align_truth.h"

namespace koshelf::core::audio::testing {
namespace {

std::string read_file(const std::string& name) {
    std::ifstream file(std::string(KOSHELF_TEST_DATA) + "/aligned/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

RealBook read_real_book(const std::string& name) {
    const std::string bytes = read_file(name + "/book.epub");
    text::MemorySource source(std::as_bytes(std::span(bytes)));
    RealBook real{text::read_book(source, "book.epub").value(), {}, {}};
    real.narration = narration_of(real.book.map, real.book.text);
    real.truth = ctl::read_truth(read_file(name + "/truth.jsonl"), real.book).value();
    return real;
}

}  // namespace

const RealBook& open_real_book(const std::string& name) {
    static std::map<std::string, RealBook> read;
    const auto known = read.find(name);
    return known != read.end() ? known->second : read.emplace(name, read_real_book(name)).first->second;
}

RawAudiobook open_real_item(const std::string& name, const std::string& kind) {
    return abs::parse_item(read_file(name + "/item-" + kind + ".json")).value();
}

}  // namespace koshelf::core::audio::testing
