#include "platform/json.h"

#include <string>

#include <cjson/cJSON.h>

namespace koshelf::platform {

bool JsonValue::is_object() const {
    return cJSON_IsObject(node_) != 0;
}
bool JsonValue::is_array() const {
    return cJSON_IsArray(node_) != 0;
}
bool JsonValue::is_string() const {
    return cJSON_IsString(node_) != 0;
}
bool JsonValue::is_number() const {
    return cJSON_IsNumber(node_) != 0;
}
bool JsonValue::is_null() const {
    return cJSON_IsNull(node_) != 0;
}
bool JsonValue::is_boolean() const {
    return cJSON_IsBool(node_) != 0;
}
bool JsonValue::is_true() const {
    return cJSON_IsTrue(node_) != 0;
}

std::string_view JsonValue::string() const {
    return is_string() ? std::string_view(node_->valuestring) : "";
}

double JsonValue::number() const {
    return is_number() ? node_->valuedouble : 0;
}

std::string JsonValue::to_text() const {
    if (node_ == nullptr) return {};
    const std::unique_ptr<char, decltype(&cJSON_free)> text(cJSON_PrintUnformatted(node_), &cJSON_free);
    return text ? std::string(text.get()) : std::string();
}

std::string_view JsonValue::name() const {
    return node_ == nullptr || node_->string == nullptr ? std::string_view() : node_->string;
}

JsonValue JsonValue::member(std::string_view name) const {
    JsonValue found;
    if (!is_object()) return found;
    for (JsonValue value = first(); value.exists(); value = value.next()) {
        if (value.node_->string != nullptr && name == value.node_->string) found = value;
    }
    return found;
}

JsonValue JsonValue::first() const {
    return JsonValue(node_ == nullptr ? nullptr : node_->child);
}
JsonValue JsonValue::next() const {
    return JsonValue(node_ == nullptr ? nullptr : node_->next);
}

void JsonDocument::Delete::operator()(cJSON* node) const {
    cJSON_Delete(node);
}

tl::expected<JsonDocument, core::JsonSyntaxError> JsonDocument::parse(std::string_view text) {
    const auto nul_escapes = core::check_json(text);
    if (!nul_escapes) return tl::unexpected(nul_escapes.error());

    std::string marked;
    if (!nul_escapes->empty()) {
        constexpr std::string_view kNotUtf8 = "\xFF\xFF\xFF\xFF\xFF\xFF";
        marked = text;
        for (const std::size_t at : *nul_escapes) marked.replace(at, kNotUtf8.size(), kNotUtf8);
        text = marked;
    }
    cJSON* root = cJSON_ParseWithLength(text.data(), text.size());
    if (root == nullptr) return tl::unexpected(core::JsonSyntaxError{0, "not understood"});
    return JsonDocument(root);
}

}  // namespace koshelf::platform
