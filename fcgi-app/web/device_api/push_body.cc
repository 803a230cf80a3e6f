#include "web/device_api/push_body.h"

#include <cmath>
#include <utility>

#include "core/matching_method.h"
#include "core/number.h"
#include "core/text/digests.h"
#include "core/utf8.h"

namespace koshelf::web {
namespace {

using core::ProtocolError;
using core::ProtocolResult;
using platform::JsonValue;

std::optional<std::string> text_of(JsonValue value) {
    if (!value.is_string() || !core::is_utf8(value.string())) return std::nullopt;
    return std::string(value.string());
}

std::optional<double> percentage_of(JsonValue value) {
    if (value.is_string()) return core::parse_json_number(value.string());
    if (!value.is_number() || !std::isfinite(value.number())) return std::nullopt;
    return value.number();
}

// Names of devices are repeated in every entry of the history.
std::optional<std::string> device_name_of(JsonValue value) {
    auto name = text_of(value);
    return name && name->size() <= core::kMaxNameBytes ? name : std::nullopt;
}

// A page number may come as a number; devices expect it back as a string.
std::optional<std::string> progress_of(JsonValue value) {
    if (!value.is_number()) return text_of(value);
    if (!std::isfinite(value.number())) return std::nullopt;
    return core::format_number(value.number());
}

core::Metadata metadata_of(JsonValue value) {
    return {.title = text_of(value.member("title")),
            .authors = text_of(value.member("authors")),
            .filename = text_of(value.member("filename"))};
}

// Ignored by the protocol; some clients send one all the same, and it tells what their clock says.
std::optional<core::EpochSeconds> device_time_of(JsonValue value) {
    constexpr double kYear5138 = 1e11;
    const double seconds = value.number();
    if (!value.is_number() || !(seconds >= 0 && seconds < kYear5138)) return std::nullopt;
    return static_cast<core::EpochSeconds>(seconds);
}

ProtocolResult<core::IdentifierList> identifiers_of(JsonValue value, const core::DocumentId& document) {
    std::vector<core::Identifier> entries;
    if (!value.is_array()) return tl::unexpected(ProtocolError::kInvalidRequest);
    for (JsonValue entry = value.first(); entry.exists(); entry = entry.next()) {
        auto type = text_of(entry.member("type"));
        auto text = text_of(entry.member("value"));
        const JsonValue weak = entry.member("weak");
        if (!type || !text || (weak.exists() && !weak.is_boolean())) {
            return tl::unexpected(ProtocolError::kInvalidRequest);
        }
        entries.push_back({.type = std::move(*type), .value = std::move(*text), .weak = weak.is_true()});
    }
    return core::IdentifierList::create(std::move(entries), document);
}

}  // namespace

ProtocolResult<store::Push> read_push(JsonValue body) {
    const auto document = core::DocumentId::parse(body.member("document").string());
    if (!document) return tl::unexpected(ProtocolError::kDocumentMissing);

    const auto percentage = percentage_of(body.member("percentage"));
    auto progress = progress_of(body.member("progress"));
    auto device = device_name_of(body.member("device"));
    const JsonValue device_id = body.member("device_id");
    auto device_id_text = device_name_of(device_id);
    const bool bad_device_id = device_id.exists() && !device_id.is_null() && !device_id_text;
    if (!percentage || !progress || !device || bad_device_id)
        return tl::unexpected(ProtocolError::kInvalidRequest);

    store::Push push{.document = *document,
                     .position = {.percentage = *percentage,
                                  .progress = std::move(*progress),
                                  .device = std::move(*device),
                                  .device_id = std::move(device_id_text)},
                     .metadata = metadata_of(body.member("metadata")),
                     .identifiers = std::nullopt};
    push.device_time = device_time_of(body.member("timestamp"));
    if (push.metadata.filename) {
        push.method = core::matching_method(document->str(), *push.metadata.filename,
                                            core::text::filename_md5(*push.metadata.filename));
    }
    if (const JsonValue identifiers = body.member("identifiers"); identifiers.exists()) {
        auto list = identifiers_of(identifiers, *document);
        if (!list) return tl::unexpected(list.error());
        push.identifiers = std::move(*list);
    }
    return push;
}

}  // namespace koshelf::web
