// A book of 300 MB of pictures costs memory and reading for its text only.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ctl/textmap_file.h"

namespace koshelf::core::text::test {
namespace {

constexpr std::uint32_t kPages = 300;
constexpr std::uint32_t kPicture = 1'000'000;
constexpr double kMostMemory = 32;  // MiB; the whole file would be 286

// Writes an archive of stored entries; pictures are holes in the file, so that it takes no space.
class StoredZip {
  public:
    explicit StoredZip(const std::string& name) : file_(name, std::ios::binary) {}

    void text(const std::string& name, const std::string& content) {
        header(name, content);
        file_ << content;
        at_ += content.size();
    }

    // Its checksum stays 0: whoever reads it finds out.
    void hole(const std::string& name, std::uint32_t size) {
        begin(name, 0, size);
        at_ += size;
        file_.seekp(static_cast<std::streamoff>(at_));
    }

    void finish() {
        const std::uint64_t directory_at = at_;
        file_ << directory_;
        std::string end("PK\x05\x06\0\0\0\0", 8);
        put(end, entries_, 2);
        put(end, entries_, 2);
        put(end, directory_.size(), 4);
        put(end, directory_at, 4);
        put(end, 0, 2);
        file_ << end;
        file_.close();
    }

  private:
    static void put(std::string& out, std::uint64_t value, unsigned size) {
        for (unsigned i = 0; i < size; ++i, value >>= 8U) out += static_cast<char>(value);
    }

    static std::uint32_t crc(const std::string& content) {
        std::uint32_t sum = ~0U;
        for (const char c : content) {
            sum ^= static_cast<unsigned char>(c);
            for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? 0xEDB88320U : 0U);
        }
        return ~sum;
    }

    void header(const std::string& name, const std::string& content) {
        begin(name, crc(content), static_cast<std::uint32_t>(content.size()));
    }

    void begin(const std::string& name, std::uint32_t sum, std::uint32_t size) {
        std::string common;
        put(common, 20, 2);          // version needed
        put(common, 0, 4);           // flags, method: stored
        put(common, 0x21 << 16, 4);  // 1 January 1980
        put(common, sum, 4);
        put(common, size, 4);
        put(common, size, 4);
        put(common, name.size(), 2);
        put(common, 0, 2);
        directory_ += "PK\x01\x02";
        put(directory_, 20, 2);
        directory_ += common;
        put(directory_, 0, 2 + 2 + 2 + 4);
        put(directory_, at_, 4);
        directory_ += name;
        const std::string local = "PK\x03\x04" + common + name;
        file_ << local;
        at_ += local.size();
        ++entries_;
    }

    std::ofstream file_;
    std::string directory_;
    std::uint64_t at_ = 0;
    std::uint32_t entries_ = 0;
};

void make_comic(const std::string& name) {
    StoredZip zip(name);
    zip.text("mimetype", "application/epub+zip");
    zip.text("META-INF/container.xml",
             "<container><rootfiles><rootfile full-path=\"a.opf\"/></rootfiles></container>");
    std::string manifest;
    std::string spine;
    for (std::uint32_t i = 0; i < kPages; ++i) {
        const std::string id = "p" + std::to_string(i);
        manifest += "<item id=\"" + id + "\" href=\"" + id +
                    ".xhtml\" media-type=\"application/xhtml+xml\"/><item id=\"i" + id + "\" href=\"" + id +
                    ".jpg\" media-type=\"image/jpeg\"/>";
        spine += "<itemref idref=\"" + id + "\"/>";
        zip.hole(id + ".jpg", kPicture);
        zip.text(id + ".xhtml",
                 "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>t</title></head><body><div><img "
                 "src=\"" +
                     id + ".jpg\" alt=\"\"/></div><p>Bang</p></body></html>");
    }
    zip.text("a.opf", "<package><metadata/><manifest>" + manifest + "</manifest><spine>" + spine +
                          "</spine></package>");
    zip.finish();
}

// "VmHWM" or "VmRSS" of this process in MiB, 0 where there is no /proc.
double memory_mib(const std::string& which) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(which + ":")) return std::stod(line.substr(which.size() + 1)) / 1024.0;
    }
    return 0;
}

// Makes VmHWM start again from what is used now.
bool reset_peak_memory() {
    std::ofstream file("/proc/self/clear_refs");
    file << "5" << std::flush;
    return file.good();
}

class TemporaryFile {
  public:
    TemporaryFile() {
        std::string pattern = (std::filesystem::temp_directory_path() / "koshelf-comic-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string name() const { return (folder_ / "comic.epub").string(); }

  private:
    std::filesystem::path folder_;
};

TEST(Comic, CostsMemoryForItsTextOnly) {
    const TemporaryFile file;
    make_comic(file.name());
    ASSERT_GT(std::filesystem::file_size(file.name()), 300'000'000U);
    if (!reset_peak_memory()) GTEST_SKIP() << "this system does not tell a process its peak memory";
    const double before = memory_mib("VmRSS");
    const auto book = ctl::open_book(file.name());
    const double peak = memory_mib("VmHWM") - before;
    ASSERT_TRUE(book) << book.error();
    EXPECT_EQ(book->map.length(), kPages * 4);
    std::printf("  300 MB of pictures: %.1f MiB\n", peak);
    EXPECT_LT(peak, kMostMemory);
}

TEST(Comic, OfAFileThatIsNotThereIsAComplaint) {
    EXPECT_FALSE(ctl::open_book("/nowhere/at/all.epub"));
    EXPECT_FALSE(ctl::open_book("/"));
}

}  // namespace
}  // namespace koshelf::core::text::test
