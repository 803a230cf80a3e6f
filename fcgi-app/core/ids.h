// The names that the protocol passes around, as types: built by a checked parse, so that nothing further
// inside has to check them again, and no function can be handed a document where a username belongs.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace koshelf::core {

// Longest name of any kind, in bytes. Percent-encoded three times as long, it still fits the request line
// and header buffers that nginx is configured with, so whatever is accepted can also be asked for.
inline constexpr std::size_t kMaxNameBytes = 2048;

// Account name: non-empty UTF-8 without NUL and colon; nothing else is restricted ("*" is legal).
class Username {
  public:
    [[nodiscard]] static std::optional<Username> parse(std::string_view text);
    [[nodiscard]] const std::string& str() const { return text_; }
    auto operator<=>(const Username&) const = default;

  private:
    explicit Username(std::string_view text) : text_(text) {}
    std::string text_;
};

// Document id: opaque, non-empty UTF-8 without NUL and colon; usually 32 lowercase hex digits.
// Ids that no GET could name are refused, so that no id is write-only: a web server rejects a path whose
// decoded form climbs above the root ("/syncs/progress/../../..").
class DocumentId {
  public:
    [[nodiscard]] static std::optional<DocumentId> parse(std::string_view text);
    [[nodiscard]] const std::string& str() const { return text_; }
    auto operator<=>(const DocumentId&) const = default;

  private:
    explicit DocumentId(std::string_view text) : text_(text) {}
    std::string text_;
};

// Id of a library item in Audiobookshelf: 1 to 64 of A-Z a-z 0-9 _ and -, so that it can stand in a path and
// in a key as it is.
class LibraryItemId {
  public:
    static constexpr std::size_t kMaxBytes = 64;
    [[nodiscard]] static std::optional<LibraryItemId> parse(std::string_view text);
    [[nodiscard]] const std::string& str() const { return text_; }
    auto operator<=>(const LibraryItemId&) const = default;

  private:
    explicit LibraryItemId(std::string_view text) : text_(text) {}
    std::string text_;
};

// The secret of an account as the device sends it: the lowercase hex MD5 of the password, to us an opaque,
// case-sensitive, non-empty string without NUL. It is never logged and never part of an answer.
class Credential {
  public:
    [[nodiscard]] static std::optional<Credential> parse(std::string_view text);
    // The secret itself: for the store, and for a constant-time comparison.
    [[nodiscard]] const std::string& reveal() const { return text_; }

  private:
    explicit Credential(std::string_view text) : text_(text) {}
    std::string text_;
};

}  // namespace koshelf::core
