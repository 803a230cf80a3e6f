#include <algorithm>
#include <utility>

#include "core/json_text.h"
#include "core/text/search.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/loaded_document.h"
#include "web/admin_api/opened_text.h"
#include "web/admin_api/text_offsets.h"

namespace koshelf::web {
namespace {

using core::text::Passage;
using core::text::TextOffset;

constexpr std::size_t kPassagesAtOnce = 16;

// The sentences in which something is found, each once.
class Findings {
  public:
    Findings(OpenedText& text, const core::text::Search& search, std::size_t limit,
             const std::optional<core::text::TextMap>& map)
        : text_(text), search_(search), limit_(limit), map_(map) {}

    // From `from` on, until there are enough. The error is the answer to give.
    [[nodiscard]] OrResponse<void> collect(TextOffset from) {
        const std::size_t end = text_.index().begins.size();
        for (std::size_t i = text_.index().passage_of(from); i < end; i += kPassagesAtOnce) {
            const auto passages = text_.passages(i, kPassagesAtOnce + 1);
            if (!passages) return tl::unexpected(passages.error());
            const std::size_t own = std::min(kPassagesAtOnce, passages->size());
            for (std::size_t j = 0; j < own; ++j) {
                const Passage* next = j + 1 < passages->size() ? &(*passages)[j + 1] : nullptr;
                look_in((*passages)[j], next, from);
                if (count_ == limit_) return {};
            }
        }
        next_.clear();
        return {};
    }

    [[nodiscard]] Response response() { return page_response("found", found_.finish(), next_); }

  private:
    void look_in(const Passage& passage, const Passage* next, TextOffset from) {
        for (const TextOffset hit : search_.find_in(passage, next, from, passage.text.size())) {
            if (passage.sentences.empty() || hit < behind_) continue;
            const auto& sentence = passage.sentences[core::text::sentence_at(passage, hit)];
            core::JsonObject json;
            json.add("offset", std::int64_t{sentence.offset.value})
                .add("text", passage.words(sentence))
                .add("hit", std::int64_t{hit.value});
            add_section(json, map_, sentence.offset);
            found_.add_json(json.finish());
            behind_ = {std::max(hit.value + 1, sentence.offset.value + sentence.length)};
            next_ = std::to_string(behind_.value);
            if (++count_ == limit_) return;
        }
    }

    OpenedText& text_;
    const core::text::Search& search_;
    std::size_t limit_;
    const std::optional<core::text::TextMap>& map_;
    core::JsonArray found_;
    std::size_t count_ = 0;
    TextOffset behind_;
    std::string next_;
};

}  // namespace

Response search_text(Services& services, const Call& call) {
    const auto loaded = load_document(services, call);
    if (!loaded) return loaded.error();
    const auto subject = linked_subject(*loaded);
    if (!subject) return subject.error();
    const core::text::Search search(parameter(call.request, "q"));
    if (search.empty()) return field_error("q", "What is looked for?");
    const auto cursor = offset_parameter(call.request, "cursor");
    if (!cursor) return cursor.error();
    auto text = open_text(services, *subject);
    if (!text) return text.error();
    const auto map = map_of(services, *subject, text->fingerprint());
    if (!map) return map.error();
    Findings findings(*text, search, limit_of(call.request), *map);
    const auto from = static_cast<core::text::TextLength>(cursor->value_or(0));
    if (const auto collected = findings.collect({from}); !collected) return collected.error();
    return findings.response();
}

}  // namespace koshelf::web
