// Building, storing, loading and using the map of a novel of 1 MB: prints figures, judges nothing.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <random>
#include <string>

#include "core/text/cfi.h"
#include "core/text/map_codec.h"
#include "core/text/percentage.h"
#include "core/text/structure.h"
#include "core/text/xpointer.h"
#include "test_epub.h"

namespace {

using namespace koshelf::core::text;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// "VmHWM" or "VmRSS" of this process in MiB, 0 where there is no /proc.
double memory_mib(const std::string& which) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(which + ":")) return std::stod(line.substr(which.size() + 1)) / 1024.0;
    }
    return 0;
}

std::string novel(std::size_t size) {
    test::TestEpub epub;
    constexpr std::uint32_t kChapters = 40;
    std::string toc;
    for (std::uint32_t i = 1; i <= kChapters; ++i) {
        const std::string name = "c" + std::to_string(i) + ".xhtml";
        epub.chapter(name, test::novel_body(i, size / kChapters));
        toc += "<li><a href=\"" + name + "\">Chapter " + std::to_string(i) + "</a></li>";
    }
    return epub.nav(toc).bytes();
}

template <typename Work>
void report(const char* what, int times, const Work& work) {
    const auto start = Clock::now();
    for (int i = 0; i < times; ++i) work(i);
    std::printf("%-34s %9.2f us each\n", what, milliseconds_since(start) * 1000 / times);
}

}  // namespace

int main() {
    const std::string bytes = novel(1'000'000);
    const double before = memory_mib("VmRSS");
    auto start = Clock::now();
    const Book book = test::read_bytes(bytes);
    std::printf("%-34s %9.2f ms, peak %.1f MiB over %.1f MiB\n", "build the map of 1 MB",
                milliseconds_since(start), memory_mib("VmHWM") - before, before);
    start = Clock::now();
    const std::string stored = serialise(book.map);
    std::printf("%-34s %9.2f ms, %zu bytes, %zu nodes, %u characters\n", "store", milliseconds_since(start),
                stored.size(), book.map.structure().nodes.size(), book.map.length());
    start = Clock::now();
    const auto map = deserialise(stored);
    std::printf("%-34s %9.2f ms\n", "load", milliseconds_since(start));
    if (!map) return 1;

    constexpr int kTimes = 20'000;
    std::mt19937 random(1);
    std::vector<TextOffset> offsets;
    for (int i = 0; i < kTimes; ++i)
        offsets.push_back(TextOffset{static_cast<TextLength>(random() % map->length())});
    std::vector<std::string> pointers;
    std::vector<std::string> cfis;
    const auto at = [&offsets](int i) { return offsets[static_cast<std::size_t>(i)]; };
    report("offset -> XPointer (validated)", kTimes,
           [&](int i) { pointers.push_back(write_xpointer(*map, at(i))->text); });
    report("XPointer -> offset", kTimes,
           [&](int i) { (void)resolve_xpointer(*map, pointers[static_cast<std::size_t>(i)]); });
    report("offset -> CFI", kTimes, [&](int i) { cfis.push_back(*write_cfi(*map, at(i))); });
    report("CFI -> offset", kTimes,
           [&](int i) { (void)resolve_cfi(*map, cfis[static_cast<std::size_t>(i)]); });
    report("offset -> percentage -> offset", kTimes,
           [&](int i) { (void)offset_at_percentage(*map, percentage_at(*map, at(i))); });
    return 0;
}
