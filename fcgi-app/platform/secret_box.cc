#include "platform/secret_box.h"

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <memory>
#include <optional>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/base64.h"

namespace koshelf::platform {
namespace {

using Failure = tl::unexpected<std::string>;

constexpr std::string_view kMark = "enc:v1:";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kMaxSecretBytes = std::size_t{1} << 20U;

// Wiped when it goes.
class Key {
  public:
    Key() = default;
    ~Key() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }
    Key(const Key&) = default;
    Key& operator=(const Key&) = default;
    Key(Key&&) = default;
    Key& operator=(Key&&) = default;
    [[nodiscard]] unsigned char* data() { return bytes_.data(); }
    [[nodiscard]] const unsigned char* data() const { return bytes_.data(); }

  private:
    std::array<unsigned char, kKeyBytes> bytes_{};
};

class File {
  public:
    explicit File(int fd) : fd_(fd) {}
    ~File() {
        if (fd_ >= 0) close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    File(File&&) = delete;
    File& operator=(File&&) = delete;
    [[nodiscard]] int fd() const { return fd_; }

  private:
    int fd_;
};

std::string reason() {
    return std::strerror(errno);
}

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
    return std::nullopt;
}

std::optional<Key> parse_key(std::string_view text) {
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    if (text.size() != 2 * kKeyBytes) return std::nullopt;
    Key key;
    for (std::size_t i = 0; i < kKeyBytes; ++i) {
        const auto high = hex_digit(text[2 * i]);
        const auto low = hex_digit(text[2 * i + 1]);
        if (!high || !low) return std::nullopt;
        key.data()[i] = static_cast<unsigned char>(*high << 4U | *low);
    }
    return key;
}

// Nothing if there is no file.
tl::expected<std::optional<Key>, std::string> read_key(const std::string& path) {
    const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.fd() < 0 && errno == ENOENT) return std::nullopt;
    if (file.fd() < 0) return Failure("cannot read the key file " + path + ": " + reason());
    std::array<char, 2 * kKeyBytes + 3> text{};
    const ssize_t got = read(file.fd(), text.data(), text.size());
    if (got < 0) return Failure("cannot read the key file " + path + ": " + reason());
    const auto key = parse_key({text.data(), static_cast<std::size_t>(got)});
    OPENSSL_cleanse(text.data(), text.size());
    if (!key) return Failure("the key file " + path + " does not hold 64 hex digits");
    return key;
}

bool write_whole(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = write(fd, text.data(), text.size());
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return fsync(fd) == 0;
}

std::string directory_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

// Root that makes the file on the command line makes it for whom the directory belongs to: the server.
void hand_over(int fd, const std::string& directory) {
    struct stat owner {};
    if (geteuid() != 0 || stat(directory.c_str(), &owner) != 0 || owner.st_uid == 0) return;
    static_cast<void>(!fchown(fd, owner.st_uid, owner.st_gid));
}

// A key of its own in a file that nobody else knows, then given its name by link(), which fails if the name
// is taken: a half-written key is never seen, and of several makers one wins.
tl::expected<void, std::string> make_key(const std::string& path) {
    constexpr std::string_view kHex = "0123456789abcdef";
    const std::string directory = directory_of(path);
    if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
        return Failure("cannot make the directory " + directory + " for the key file: " + reason());
    }
    Key key;
    if (RAND_bytes(key.data(), kKeyBytes) != 1) return Failure("no random numbers for a key");
    std::string text;
    for (std::size_t i = 0; i < kKeyBytes; ++i) {
        text += kHex[key.data()[i] >> 4U];
        text += kHex[key.data()[i] & 0xFU];
    }
    text += '\n';
    const std::string draft = path + "." + std::to_string(getpid()) + ".new";
    const File file(open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.fd() < 0) return Failure("cannot write the key file " + path + ": " + reason());
    hand_over(file.fd(), directory);
    const bool written =
        write_whole(file.fd(), text) && (link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST);
    const std::string why = reason();
    unlink(draft.c_str());
    OPENSSL_cleanse(text.data(), text.size());
    if (!written) return Failure("cannot write the key file " + path + ": " + why);
    return {};
}

tl::expected<Key, std::string> key_for_sealing(const std::string& path) {
    auto key = read_key(path);
    if (!key) return Failure(key.error());
    if (*key) return **key;
    if (const auto made = make_key(path); !made) return Failure(made.error());
    key = read_key(path);
    if (!key) return Failure(key.error());
    if (!*key) return Failure("the key file " + path + " was removed at once");
    return **key;
}

tl::expected<Key, std::string> key_for_opening(const std::string& path) {
    const auto key = read_key(path);
    if (!key) return Failure(key.error());
    if (!*key) return Failure("the key file " + path + " is missing");
    return **key;
}

struct FreeCipher {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}
int size_of(std::string_view text) {
    return static_cast<int>(text.size());
}

// Nonce, ciphertext and tag; nothing if the library fails.
std::optional<std::string> encrypt(const Key& key, std::string_view secret, std::string_view name) {
    std::string nonce(kNonceBytes, '\0');
    if (RAND_bytes(bytes_of(nonce), static_cast<int>(kNonceBytes)) != 1) return std::nullopt;
    std::string text(secret.size(), '\0');
    std::string tag(kTagBytes, '\0');
    const Cipher cipher(EVP_CIPHER_CTX_new());
    int length = 0;
    const bool done =
        cipher &&
        EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes_of(nonce)) == 1 &&
        EVP_EncryptUpdate(cipher.get(), nullptr, &length, bytes_of(name), size_of(name)) == 1 &&
        EVP_EncryptUpdate(cipher.get(), bytes_of(text), &length, bytes_of(secret), size_of(secret)) == 1 &&
        EVP_EncryptFinal_ex(cipher.get(), bytes_of(text) + length, &length) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTagBytes), tag.data()) == 1;
    if (!done) return std::nullopt;
    return nonce + text + tag;
}

std::optional<std::string> decrypt(const Key& key, std::string_view box, std::string_view name) {
    if (box.size() < kNonceBytes + kTagBytes) return std::nullopt;
    const std::string_view nonce = box.substr(0, kNonceBytes);
    const std::string_view text = box.substr(kNonceBytes, box.size() - kNonceBytes - kTagBytes);
    std::string tag(box.substr(box.size() - kTagBytes));
    std::string secret(text.size(), '\0');
    const Cipher cipher(EVP_CIPHER_CTX_new());
    int length = 0;
    const bool done =
        cipher &&
        EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes_of(nonce)) == 1 &&
        EVP_DecryptUpdate(cipher.get(), nullptr, &length, bytes_of(name), size_of(name)) == 1 &&
        EVP_DecryptUpdate(cipher.get(), bytes_of(secret), &length, bytes_of(text), size_of(text)) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, static_cast<int>(kTagBytes), tag.data()) ==
            1 &&
        EVP_DecryptFinal_ex(cipher.get(), bytes_of(secret) + length, &length) == 1;
    if (!done) return std::nullopt;
    return secret;
}

}  // namespace

bool SecretBox::is_sealed(std::string_view text) {
    return text.starts_with(kMark);
}

tl::expected<std::string, std::string> SecretBox::seal(std::string_view secret, std::string_view name) const {
    if (secret.size() > kMaxSecretBytes) return Failure("the value is longer than 1 MiB");
    const auto key = key_for_sealing(key_file_);
    if (!key) return Failure(key.error());
    const auto box = encrypt(*key, secret, name);
    if (!box) return Failure("the encryption failed");
    return std::string(kMark) + base64_encode(*box);
}

tl::expected<std::string, std::string> SecretBox::open(std::string_view sealed, std::string_view name) const {
    if (!is_sealed(sealed) || sealed.size() > 2 * kMaxSecretBytes) return Failure("it is no encrypted value");
    const auto box = base64_decode(sealed.substr(kMark.size()));
    if (!box) return Failure("the encrypted value is damaged");
    const auto key = key_for_opening(key_file_);
    if (!key) return Failure(key.error());
    const auto secret = decrypt(*key, *box, name);
    if (!secret) {
        return Failure("it cannot be decrypted: it was encrypted with another key than that in " + key_file_ +
                       ", or it was changed");
    }
    return *secret;
}

}  // namespace koshelf::platform
