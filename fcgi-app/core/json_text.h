// Writing JSON: objects built member by member, as text. (Reading is platform/json.)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace koshelf::core {

// Appends `text` as a JSON string, quotes included. What is not UTF-8 becomes U+FFFD, so that the result is
// JSON whatever the text was.
void append_json_string(std::string& out, std::string_view text);

// A JSON object in the making; members appear in the order in which they are added.
class JsonObject {
  public:
    JsonObject& add(std::string_view name, std::string_view value);
    JsonObject& add(std::string_view name, const char* value) { return add(name, std::string_view(value)); }
    JsonObject& add(std::string_view name, std::int64_t value);
    JsonObject& add(std::string_view name, int value) { return add(name, std::int64_t{value}); }
    JsonObject& add(std::string_view name, bool value);
    // Shortest form that reads back as the same double; null if it is not finite.
    JsonObject& add(std::string_view name, double value);
    // A value that is JSON already, such as another finished object or an array; it is taken as it stands.
    JsonObject& add_json(std::string_view name, std::string_view raw);

    // The finished object. The builder is empty afterwards.
    [[nodiscard]] std::string finish();

  private:
    void add_name(std::string_view name);

    std::string text_;
};

// A JSON array in the making.
class JsonArray {
  public:
    JsonArray& add(std::string_view text);
    // A value that is JSON already; it is taken as it stands.
    JsonArray& add_json(std::string_view raw);

    // The finished array. The builder is empty afterwards.
    [[nodiscard]] std::string finish();

  private:
    std::string text_;
};

}  // namespace koshelf::core
