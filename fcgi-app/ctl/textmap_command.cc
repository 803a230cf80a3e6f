#include "ctl/textmap_command.h"

#include <cstdio>
#include <string>

#include "core/text/book.h"
#include "core/text/cfi.h"
#include "core/text/map_codec.h"
#include "core/text/percentage.h"
#include "core/text/structure.h"
#include "core/text/xpointer.h"
#include "ctl/textmap_file.h"

namespace koshelf::ctl {
namespace {

using namespace core::text;

constexpr std::uint64_t kSamples = 12;
constexpr TextLength kExcerpt = 60;

void print_identity(const BookIdentity& id) {
    std::printf("title       %s\nauthors     %s\nlanguage    %s\nidentifier  %s\n", id.title.c_str(),
                id.authors.c_str(), id.language.c_str(), id.identifier.c_str());
    std::printf("structure   %s\npartial md5 %s\nname md5    %s\n", id.structure_digest.c_str(),
                id.partial_md5.c_str(), id.filename_md5.c_str());
}

void print_items(const TextMap& map) {
    std::printf("\n%5s %9s %9s %6s %-6s %s\n", "item", "start", "length", "weight", "marks", "file, title");
    std::uint32_t number = 0;
    for (const SpineItem& item : map.items()) {
        const std::string marks =
            std::string(item.linear ? "-" : "n") + (item.readable ? "-" : "u") + (item.safe ? "s" : "-");
        std::printf("%5u %9u %9u %6.2f %-6s %s  %s\n", ++number, item.start.value, item.length,
                    static_cast<double>(item.narrated), marks.c_str(), item.href.c_str(), item.title.c_str());
    }
    std::printf("marks: n not linear, u unreadable, s pointers into it may be written\n");
}

void print_sections(const TextMap& map) {
    std::printf("\n%7s %9s %9s %6s %5s %s\n", "section", "start", "length", "weight", "item",
                "title (parent)");
    std::uint32_t number = 0;
    for (const Section& section : map.sections()) {
        const std::string parent = section.parent.empty() ? "" : " (" + section.parent + ")";
        std::printf("%7u %9u %9u %6.2f %5u %s%s\n", ++number, section.start.value, section.length,
                    static_cast<double>(section.narrated), section.item + 1, section.title.c_str(),
                    parent.c_str());
    }
}

void print_samples(const Book& book) {
    std::printf("\nsample places\n");
    const std::uint64_t length = book.map.length();
    for (std::uint64_t i = 0; i < kSamples && length > 0; ++i) {
        const auto at = book.text.sentence_start(
            TextOffset{static_cast<TextLength>(length * (2 * i + 1) / (2 * kSamples))});
        const auto pointer = write_xpointer(book.map, at);
        std::printf("%9u  %6.4f  %s\n%9s  %s\n%9s  \"%s\"\n", at.value, percentage_at(book.map, at),
                    pointer ? pointer->text.c_str() : "-", "", write_cfi(book.map, at).value_or("-").c_str(),
                    "", book.text.excerpt(at, kExcerpt).c_str());
    }
}

}  // namespace

int run_textmap(std::span<const std::string_view> args) {
    if (args.size() != 1 || args[0].starts_with('-')) {
        std::fputs("usage: koshelf-ctl textmap BOOK.epub\n", stderr);
        return 2;
    }
    const auto book = open_book(std::string(args[0]));
    if (!book) {
        std::fprintf(stderr, "koshelf-ctl textmap: %s\n", book.error().c_str());
        return 1;
    }
    const Structure& structure = book->map.structure();
    print_identity(book->map.identity());
    std::printf("characters  %u, of them narrated about %.0f\n", book->map.length(),
                book->map.narrated_length());
    std::printf("nodes       %zu, pages about %u, stored map %zu bytes\n", structure.nodes.size(),
                structure.lines.pages, serialise(book->map).size());
    print_items(book->map);
    print_sections(book->map);
    print_samples(*book);
    return 0;
}

}  // namespace koshelf::ctl
