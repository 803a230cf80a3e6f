#include "core/text/archive.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <zip.h>

#include "core/text/ascii.h"

namespace koshelf::core::text {

// What libzip reads through: a position in the ByteSource and the last error.
struct Archive::SourceState {
    explicit SourceState(ByteSource& bytes) : source(bytes) { zip_error_init(&error); }
    SourceState(const SourceState&) = delete;
    SourceState& operator=(const SourceState&) = delete;
    ~SourceState() { zip_error_fini(&error); }

    static zip_int64_t callback(void* self, void* data, zip_uint64_t length, zip_source_cmd_t command) {
        return static_cast<SourceState*>(self)->handle(data, length, command);
    }

    ByteSource& source;
    std::uint64_t at = 0;
    zip_error_t error{};

  private:
    zip_int64_t handle(void* data, zip_uint64_t length, zip_source_cmd_t command) {
        switch (command) {
            case ZIP_SOURCE_OPEN: at = 0; return 0;
            case ZIP_SOURCE_CLOSE:
            case ZIP_SOURCE_FREE: return 0;
            case ZIP_SOURCE_READ: return read(data, length);
            case ZIP_SOURCE_TELL: return static_cast<zip_int64_t>(at);
            case ZIP_SOURCE_SEEK: return seek(data, length);
            case ZIP_SOURCE_STAT: return stat(data, length);
            case ZIP_SOURCE_ERROR: return zip_error_to_data(&error, data, length);
            case ZIP_SOURCE_SUPPORTS:
                return zip_source_make_command_bitmap(
                    ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
                    ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS, -1);
            default: zip_error_set(&error, ZIP_ER_OPNOTSUPP, 0); return -1;
        }
    }

    zip_int64_t read(void* data, zip_uint64_t length) {
        auto got =
            source.read(at, std::span(static_cast<std::byte*>(data), static_cast<std::size_t>(length)));
        if (!got) {
            zip_error_set(&error, ZIP_ER_READ, 0);
            return -1;
        }
        at += *got;
        return static_cast<zip_int64_t>(*got);
    }

    zip_int64_t seek(void* data, zip_uint64_t length) {
        const zip_int64_t to = zip_source_seek_compute_offset(at, source.size(), data, length, &error);
        if (to < 0) return -1;
        at = static_cast<std::uint64_t>(to);
        return 0;
    }

    zip_int64_t stat(void* data, zip_uint64_t length) const {
        if (length < sizeof(zip_stat_t)) return -1;
        auto* out = static_cast<zip_stat_t*>(data);
        zip_stat_init(out);
        out->size = source.size();
        out->valid = ZIP_STAT_SIZE;
        return sizeof(zip_stat_t);
    }
};

void Archive::Close::operator()(zip* archive) const {
    zip_discard(archive);
}

Archive::Archive(std::unique_ptr<SourceState> state, std::unique_ptr<zip, Close> handle,
                 const EpubLimits& limits)
    : limits_(limits), state_(std::move(state)), handle_(std::move(handle)) {}

Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;
Archive::~Archive() = default;

Result<Archive> Archive::open(ByteSource& source, const EpubLimits& limits) {
    // libzip takes no bytes at all for an archive without entries.
    if (source.size() == 0) return fail(TextErrorCode::kNotAnArchive, "empty");
    auto state = std::make_unique<SourceState>(source);
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* input = zip_source_function_create(&SourceState::callback, state.get(), &error);
    zip_t* opened = input == nullptr ? nullptr : zip_open_from_source(input, ZIP_RDONLY, &error);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    if (opened == nullptr) {
        if (input != nullptr) zip_source_free(input);
        return fail(TextErrorCode::kNotAnArchive, why);
    }
    Archive archive(std::move(state), std::unique_ptr<zip, Close>(opened), limits);
    if (auto listed = archive.list_entries(); !listed) return tl::make_unexpected(listed.error());
    return archive;
}

Result<void> Archive::list_entries() {
    const zip_int64_t count = zip_get_num_entries(handle_.get(), 0);
    if (static_cast<std::uint64_t>(count) > limits_.entries) {
        return fail(TextErrorCode::kLimitExceeded, "entries: " + std::to_string(count));
    }
    for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
        const char* name = zip_get_name(handle_.get(), i, ZIP_FL_ENC_GUESS);
        if (name == nullptr) continue;
        const std::string_view path = name;
        const auto clean = resolve_path("", path);
        if (path.empty() || path.back() == '/' || path.find('\\') != std::string_view::npos) continue;
        // A name that means something else when resolved ("a/../../b") is not reachable.
        if (path.front() == '/' || (clean && *clean != path && path.find("..") != std::string_view::npos))
            continue;
        if (entries_.emplace(path, i).second) paths_.emplace_back(path);
    }
    return {};
}

bool Archive::contains(std::string_view path) const {
    return entries_.contains(std::string(path));
}

Result<std::string> Archive::read(std::string_view path) {
    return read_at_most(path, limits_.entry_bytes);
}

Result<std::string> Archive::read_package_file(std::string_view path) {
    return read_at_most(path, std::min(limits_.package_bytes, limits_.entry_bytes));
}

Result<std::string> Archive::read_at_most(std::string_view path, std::uint64_t most) {
    const auto entry = entries_.find(std::string(path));
    if (entry == entries_.end()) return fail(TextErrorCode::kNotFound, std::string(path));
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(handle_.get(), entry->second, 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0) {
        return fail(TextErrorCode::kUnreadable, std::string(path));
    }
    if (stat.size > most) return fail(TextErrorCode::kLimitExceeded, "entry size: " + std::string(path));
    const bool bomb = stat.size > 1024ULL * 1024 && stat.comp_size * limits_.compression_ratio < stat.size;
    if (bomb) return fail(TextErrorCode::kLimitExceeded, "compression ratio: " + std::string(path));
    if (read_so_far_ + stat.size > limits_.total_bytes)
        return fail(TextErrorCode::kLimitExceeded, "total size");
    const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file(
        zip_fopen_index(handle_.get(), entry->second, 0), &zip_fclose);
    if (!file) return fail(TextErrorCode::kUnreadable, std::string(path));
    std::string bytes;
    std::array<char, 32'768> chunk;
    // The directory may lie about the size: what arrives is counted too.
    while (true) {
        const zip_int64_t got = zip_fread(file.get(), chunk.data(), chunk.size());
        if (got < 0) return fail(TextErrorCode::kUnreadable, std::string(path));
        if (got == 0) break;
        bytes.append(chunk.data(), static_cast<std::size_t>(got));
        if (bytes.size() > stat.size)
            return fail(TextErrorCode::kUnreadable, "longer than declared: " + std::string(path));
    }
    read_so_far_ += bytes.size();
    return bytes;
}

std::optional<std::string> resolve_path(std::string_view base, std::string_view href) {
    href = href.substr(0, href.find_first_of("#?"));
    const std::size_t colon = href.find(':');
    if (colon != std::string_view::npos && colon < href.find('/')) return std::nullopt;
    if (href.starts_with("//")) return std::nullopt;
    std::vector<std::string_view> parts;
    const auto add = [&parts](std::string_view path) {
        while (!path.empty()) {
            const std::size_t slash = std::min(path.find('/'), path.size());
            const std::string_view part = path.substr(0, slash);
            if (part == "..") {
                if (parts.empty()) return false;
                parts.pop_back();
            } else if (!part.empty() && part != ".") {
                parts.push_back(part);
            }
            path.remove_prefix(std::min(slash + 1, path.size()));
        }
        return true;
    };
    const std::size_t folder = base.rfind('/');
    if (!href.starts_with('/') && folder != std::string_view::npos && !add(base.substr(0, folder)))
        return std::nullopt;
    if (!add(href)) return std::nullopt;
    std::string out;
    for (const std::string_view part : parts) {
        if (!out.empty()) out += '/';
        out += part;
    }
    return out;
}

std::string percent_decode(std::string_view text) {
    const auto hex = [](char c) {
        if (is_digit(c)) return c - '0';
        const char lower = to_lower(c);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
            out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace koshelf::core::text
