// Bodies: strict syntax, values, and the fields of a push.

#include <cmath>
#include <cstdint>

#include "core/json_syntax.h"
#include "core/json_text.h"
#include "core/utf8.h"
#include "platform/json.h"
#include "require.h"
#include "web/device_api/push_body.h"

namespace {

using namespace koshelf;

void check_push(const store::Push& push) {
    fuzz::require(std::isfinite(push.position.percentage), "a stored percentage is finite");
    for (const auto* text : {&push.position.progress, &push.position.device}) {
        fuzz::require(core::is_utf8(*text), "stored text is UTF-8");
        fuzz::require(text->find('\0') == std::string::npos, "stored text has no NUL");
    }
    if (!push.identifiers) return;
    const auto& own = push.identifiers->entries().at(push.identifiers->own_index());
    fuzz::require(own.value == push.document.str(), "one identifier is the document");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const bool is_json = core::check_json(text).has_value();
    const auto document = platform::JsonDocument::parse(text);
    fuzz::require(is_json == document.has_value(), "what is JSON can be read, and nothing else");

    std::string quoted;
    core::append_json_string(quoted, text);
    fuzz::require(core::check_json(quoted).has_value(), "any bytes can be written as a JSON string");

    if (!document) return 0;
    if (const auto push = web::read_push(document->root())) check_push(*push);
    return 0;
}
