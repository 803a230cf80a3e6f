#include "platform/deflate.h"

#include <array>

#include <zlib.h>

namespace koshelf::platform {
namespace {

// zlib takes its input as bytes that it may not change, by a pointer that says nothing of it.
Bytef* input_of(std::string_view bytes) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

class Inflater {
  public:
    Inflater() { ready_ = inflateInit(&stream_) == Z_OK; }
    ~Inflater() {
        if (ready_) inflateEnd(&stream_);
    }
    Inflater(const Inflater&) = delete;
    Inflater(Inflater&&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    Inflater& operator=(Inflater&&) = delete;

    std::optional<std::string> run(std::string_view bytes, std::size_t limit) {
        if (!ready_) return std::nullopt;
        stream_.next_in = input_of(bytes);
        stream_.avail_in = static_cast<uInt>(bytes.size());
        std::string out;
        std::array<char, 65536> buffer{};
        int state = Z_OK;
        while (state == Z_OK) {
            stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
            stream_.avail_out = buffer.size();
            state = inflate(&stream_, Z_NO_FLUSH);
            out.append(buffer.data(), buffer.size() - stream_.avail_out);
            if (out.size() > limit) return std::nullopt;
        }
        if (state != Z_STREAM_END || stream_.avail_in != 0) return std::nullopt;
        return out;
    }

  private:
    z_stream stream_{};
    bool ready_ = false;
};

}  // namespace

std::string deflated(std::string_view bytes) {
    uLongf size = compressBound(bytes.size());
    std::string out(size, '\0');
    // Cannot fail: the buffer is as large as the worst case.
    compress2(reinterpret_cast<Bytef*>(out.data()), &size, input_of(bytes), bytes.size(), Z_BEST_SPEED);
    out.resize(size);
    return out;
}

std::optional<std::string> inflated(std::string_view bytes, std::size_t limit) {
    constexpr std::size_t kMostInput = std::size_t{1} << 30U;
    if (bytes.size() > kMostInput) return std::nullopt;
    return Inflater().run(bytes, limit);
}

}  // namespace koshelf::platform
