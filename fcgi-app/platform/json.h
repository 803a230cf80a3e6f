// Reading JSON: strict syntax (core/json_syntax.h), values by cJSON, ownership by RAII.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/json_syntax.h"

struct cJSON;

namespace koshelf::platform {

// A value inside a JsonDocument, valid as long as that lives. A value that is not there is one as well: all
// questions about it are answered with no, nothing, or zero.
class JsonValue {
  public:
    JsonValue() = default;
    explicit JsonValue(const cJSON* node) : node_(node) {}

    [[nodiscard]] bool exists() const { return node_ != nullptr; }
    [[nodiscard]] bool is_object() const;
    [[nodiscard]] bool is_array() const;
    [[nodiscard]] bool is_string() const;
    [[nodiscard]] bool is_number() const;
    [[nodiscard]] bool is_null() const;
    [[nodiscard]] bool is_boolean() const;
    [[nodiscard]] bool is_true() const;

    // The text of a string. A string that held U+0000 is not valid UTF-8 (see JsonDocument::parse).
    [[nodiscard]] std::string_view string() const;

    // The value of a number. May be infinite: JSON has no largest number.
    [[nodiscard]] double number() const;

    // The value as JSON, without blanks; "" for a value that is not there.
    [[nodiscard]] std::string to_text() const;

    // The name under which an object's element stands; "" for all else.
    [[nodiscard]] std::string_view name() const;

    // An object's member, case-sensitive; the last one if the name stands there twice, as the reference
    // server's parser has it.
    [[nodiscard]] JsonValue member(std::string_view name) const;

    // An array's or object's first element, and a value's next neighbour, for walking.
    [[nodiscard]] JsonValue first() const;
    [[nodiscard]] JsonValue next() const;

  private:
    const cJSON* node_ = nullptr;
};

// A parsed text.
class JsonDocument {
  public:
    // An escaped U+0000 is replaced by bytes that are not UTF-8: the strings of the library end at NUL, so a
    // name would be cut short; as it is, whoever checks a string for UTF-8 refuses it whole.
    [[nodiscard]] static tl::expected<JsonDocument, core::JsonSyntaxError> parse(std::string_view text);

    [[nodiscard]] JsonValue root() const { return JsonValue(root_.get()); }

  private:
    struct Delete {
        void operator()(cJSON* node) const;
    };
    explicit JsonDocument(cJSON* root) : root_(root) {}

    std::unique_ptr<cJSON, Delete> root_;
};

}  // namespace koshelf::platform
