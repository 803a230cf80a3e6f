#include "ctl/archive_file.h"

#include <algorithm>
#include <fstream>
#include <span>

#include "ctl/backup_set.h"
#include "ctl/tar.h"
#include "platform/clock.h"

namespace koshelf::ctl {
namespace {

namespace fs = std::filesystem;
using Failure = tl::unexpected<std::string>;

constexpr std::size_t kChunkBytes = std::size_t{64} * 1024;

// "./redis/dump.rdb", as other archivers call it, is "redis/dump.rdb".
std::string plain_name(std::string name) {
    while (name.starts_with("./")) name.erase(0, 2);
    return name;
}

bool is_of_a_backup(const std::string& name) {
    return std::ranges::find(kBackupNames, name) != kBackupNames.end();
}

class Unpacking {
  public:
    Unpacking(Input& input, const fs::path& directory) : input_(input), directory_(directory) {}

    tl::expected<void, std::string> run() {
        for (;;) {
            std::string block(kTarBlock, '\0');
            const auto got = input_.read(block);
            if (!got) return Failure(got.error());
            block.resize(*got);
            auto entry = parse_tar_header(block);
            if (!entry) return Failure(entry.error());
            if (!*entry) return {};
            if ((*entry)->directory) continue;
            const std::string name = plain_name((*entry)->name);
            if (!is_of_a_backup(name)) return Failure("it has \"" + name + "\", which no backup has");
            if (auto done = take(directory_ / name, (*entry)->size); !done) return done;
        }
    }

  private:
    tl::expected<void, std::string> take(const fs::path& path, std::uint64_t size) {
        std::error_code error;
        fs::create_directories(path.parent_path(), error);
        std::ofstream file(path, std::ios::binary | std::ios::trunc);
        std::vector<char> chunk(kChunkBytes);
        for (std::uint64_t left = size; left > 0;) {
            const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk.size()));
            const auto got = input_.read(std::span(chunk).first(wanted));
            if (!got) return Failure(got.error());
            if (*got < wanted) return Failure("it is cut short");
            if (!file.write(chunk.data(), static_cast<std::streamsize>(wanted)))
                return Failure("cannot write " + path.string());
            left -= wanted;
        }
        file.close();
        if (!file) return Failure("cannot write " + path.string());
        std::string padding(tar_padding(size), '\0');
        if (const auto got = input_.read(padding); !got) return Failure(got.error());
        return {};
    }

    Input& input_;
    const fs::path& directory_;
};

}  // namespace

tl::expected<void, std::string> pack(const fs::path& directory, const std::vector<std::string>& names,
                                     OutputFile& output) {
    for (const std::string& name : names) {
        std::error_code error;
        const std::uint64_t size = fs::file_size(directory / name, error);
        std::ifstream file(directory / name, std::ios::binary);
        if (error || !file) return Failure("cannot read " + (directory / name).string());
        output.write(tar_header({.name = name, .size = size, .modified = platform::now_millis() / 1000}));
        std::vector<char> chunk(kChunkBytes);
        while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || file.gcount() > 0) {
            if (!output.write({chunk.data(), static_cast<std::size_t>(file.gcount())}))
                return output.finish();
        }
        output.write(std::string(tar_padding(size), '\0'));
    }
    output.write(tar_end());
    return output.finish();
}

tl::expected<void, std::string> unpack(Input& archive, const fs::path& directory) {
    return Unpacking(archive, directory).run();
}

}  // namespace koshelf::ctl
