#include "ctl/textmap_file.h"

#include <fstream>
#include <iterator>
#include <span>
#include <utility>

#include "core/text/byte_source.h"

namespace koshelf::ctl {

OrComplaint<std::string> read_file(const std::string& name) {
    std::ifstream file(name, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file || file.bad()) return tl::make_unexpected(name + ": cannot be read");
    return bytes;
}

OrComplaint<core::text::Book> open_book(const std::string& name) {
    const auto bytes = read_file(name);
    if (!bytes) return tl::make_unexpected(bytes.error());
    core::text::MemorySource source(std::as_bytes(std::span(*bytes)));
    auto book = core::text::read_book(source, name.substr(name.find_last_of('/') + 1));
    if (!book) {
        return tl::make_unexpected(name + ": " + std::string(core::text::to_string(book.error().code)) +
                                   ", " + book.error().detail);
    }
    return std::move(*book);
}

}  // namespace koshelf::ctl
