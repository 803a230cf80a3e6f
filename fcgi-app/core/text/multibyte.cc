#include "core/text/multibyte.h"

#include <array>
#include <cerrno>
#include <cstddef>

#include <iconv.h>

namespace koshelf::core::text {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";

// The owner of an iconv descriptor; invalid if the system lacks the encoding.
class Conversion {
  public:
    explicit Conversion(const char* charset) : handle_(iconv_open("UTF-8", charset)) {}
    Conversion(const Conversion&) = delete;
    Conversion& operator=(const Conversion&) = delete;
    ~Conversion() {
        if (valid()) iconv_close(handle_);
    }

    [[nodiscard]] bool valid() const {
        // NOLINTNEXTLINE(performance-no-int-to-ptr): the value that POSIX says
        return handle_ != reinterpret_cast<iconv_t>(-1);
    }

    // Converts until `bytes` are used up or something in them is not legal; false in that case.
    bool run(std::string_view& bytes, std::string& out) {
        // iconv takes a pointer to characters that it does not change, without const.
        char* from = const_cast<char*>(bytes.data());
        std::size_t left = bytes.size();
        bool fine = true;
        while (left > 0 && fine) {
            std::array<char, 16'384> chunk;
            char* to = chunk.data();
            std::size_t room = chunk.size();
            fine = iconv(handle_, &from, &left, &to, &room) != static_cast<std::size_t>(-1) || errno == E2BIG;
            out.append(chunk.data(), chunk.size() - room);
        }
        bytes.remove_prefix(bytes.size() - left);
        return fine;
    }

  private:
    iconv_t handle_;
};

}  // namespace

std::optional<ConvertedText> convert(std::string_view bytes, const char* charset) {
    Conversion conversion(charset);
    if (!conversion.valid()) return std::nullopt;
    ConvertedText text;
    text.utf8.reserve(bytes.size() + bytes.size() / 2);
    while (!conversion.run(bytes, text.utf8)) {
        text.utf8 += kReplacement;
        text.exact = false;
        bytes.remove_prefix(1);
    }
    return text;
}

}  // namespace koshelf::core::text
