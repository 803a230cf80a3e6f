// SecretBox: secrets at rest. AES-256-GCM under a key that lies in a file of its own, so that a copy of Redis
// gives nobody the keys of an Audiobookshelf.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace koshelf::platform {

class SecretBox {
  public:
    // `key_file`: 64 hex digits and a line end, readable by its owner only. It need not exist.
    explicit SecretBox(std::string key_file) : key_file_(std::move(key_file)) {}

    // "enc:v1:" and base64 of nonce, ciphertext and tag. `name` is bound to it: what was sealed under one
    // name does not open under another. Makes the key file if there is none; of several processes that do so
    // at once, one makes it and all use it. The error is a sentence about the file.
    [[nodiscard]] tl::expected<std::string, std::string> seal(std::string_view secret,
                                                              std::string_view name) const;

    // The secret; the error is a sentence: the key file is missing, or it is another one, or the text was
    // changed.
    [[nodiscard]] tl::expected<std::string, std::string> open(std::string_view sealed,
                                                              std::string_view name) const;

    // Whether text looks like the result of seal().
    [[nodiscard]] static bool is_sealed(std::string_view text);

  private:
    std::string key_file_;
};

}  // namespace koshelf::platform
