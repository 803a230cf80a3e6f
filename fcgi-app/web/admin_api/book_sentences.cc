#include <utility>

#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/aligned_book.h"
#include "web/admin_api/opened_text.h"

namespace koshelf::web {
namespace {

OrResponse<std::string> sentence_json(OpenedText& text, const std::optional<AlignedBook::Place>& place) {
    if (!place || !place->offset) return std::string("null");
    const auto words = text.sentence_at(*place->offset);
    if (!words) return tl::unexpected(words.error());
    return core::JsonObject()
        .add("text", *words)
        .add("offset", std::int64_t{place->offset->value})
        .add("exact", place->exact)
        .finish();
}

Response sentences_response(const AlignedBook& aligned, std::string_view reading,
                            std::string_view listening) {
    return json_response(200, core::JsonObject()
                                  .add_json("reading", reading)
                                  .add_json("listening", listening)
                                  .add("state", to_string(aligned.state))
                                  .add("message", aligned.message)
                                  .finish());
}

}  // namespace

Response show_sentences(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    auto aligned = open_aligned_book(services, *loaded);
    if (!aligned) return aligned.error();
    const bool in_text =
        (aligned->reading && aligned->reading->offset) || (aligned->listening && aligned->listening->offset);
    if (!in_text) return sentences_response(*aligned, "null", "null");
    auto text = open_text(services, aligned->subject);
    if (!text) return text.error();
    // The file has just been replaced: the offsets are still those of the old one.
    if (text->fingerprint() != aligned->book->text_fingerprint) return admin_error(AdminError::kBookNotReady);
    const auto reading = sentence_json(*text, aligned->reading);
    if (!reading) return reading.error();
    const auto listening = sentence_json(*text, aligned->listening);
    if (!listening) return listening.error();
    return sentences_response(*aligned, *reading, *listening);
}

}  // namespace koshelf::web
