#include <algorithm>
#include <cmath>

#include "core/json_text.h"
#include "core/number.h"
#include "relay/calibrating.h"
#include "web/admin_api/aligned_book.h"

namespace koshelf::web {
namespace {

std::int64_t whole(std::size_t value) {
    return static_cast<std::int64_t>(value);
}

void add_or_null(core::JsonObject& json, std::string_view name, const std::optional<double>& value) {
    if (value) {
        json.add(name, *value);
    } else {
        json.add_json(name, "null");
    }
}

void add_or_null(core::JsonObject& json, std::string_view name,
                 const std::optional<core::text::TextOffset>& offset) {
    if (offset) {
        json.add(name, std::int64_t{offset->value});
    } else {
        json.add_json(name, "null");
    }
}

std::string sections_json(const relay::Book& book) {
    core::JsonArray sections;
    if (!book.map) return sections.finish();
    for (const core::text::Section& section : book.map->sections()) {
        sections.add_json(core::JsonObject()
                              .add("title", section.title)
                              .add("parent", section.parent)
                              .add("start", std::int64_t{section.start.value})
                              .add("length", std::int64_t{section.length})
                              .finish());
    }
    return sections.finish();
}

std::string chapters_json(const std::vector<core::audio::AudioChapter>& all) {
    core::JsonArray chapters;
    for (const core::audio::AudioChapter& chapter : all) {
        chapters.add_json(core::JsonObject()
                              .add("title", chapter.title)
                              .add("start", chapter.start)
                              .add("end", chapter.end)
                              .finish());
    }
    return chapters.finish();
}

// For whoever wants to know what is read between the borders of stretches.
std::string knots_json(const relay::Book& book) {
    core::JsonArray knots;
    if (!book.alignment) return knots.finish();
    for (const core::audio::Knot& knot : book.alignment->knots()) {
        const double millis = std::round(knot.seconds * 1000);
        knots.add_json("[" + std::to_string(knot.offset.value) + "," + core::format_number(millis / 1000) +
                       "]");
    }
    return knots.finish();
}

std::string stretches_json(const relay::Book& book) {
    core::JsonArray stretches;
    if (!book.alignment) return stretches.finish();
    for (const core::audio::Stretch& stretch : book.alignment->stretches()) {
        stretches.add_json(core::JsonObject()
                               .add("kind", to_string(stretch.kind))
                               .add("begin", std::int64_t{stretch.begin.value})
                               .add("end", std::int64_t{stretch.end.value})
                               .add("start_seconds", stretch.start_seconds)
                               .add("end_seconds", stretch.end_seconds)
                               .add("section_begin", whole(stretch.section_begin))
                               .add("section_end", whole(stretch.section_end))
                               .add("chapter_begin", whole(stretch.chapter_begin))
                               .add("chapter_end", whole(stretch.chapter_end))
                               .add("confidence", stretch.confidence)
                               .finish());
    }
    return stretches.finish();
}

std::string place_in_text_json(const AlignedBook& aligned) {
    if (!aligned.reading) return "null";
    core::JsonObject json;
    add_or_null(json, "offset", aligned.reading->offset);
    add_or_null(json, "seconds", aligned.reading->seconds);
    json.add("exact", aligned.reading->exact);
    return json.add("section", whole(aligned.book->map->section_of(*aligned.reading->offset))).finish();
}

std::string place_in_audio_json(const AlignedBook& aligned) {
    if (!aligned.listening) return "null";
    core::JsonObject json;
    add_or_null(json, "seconds", aligned.listening->seconds);
    add_or_null(json, "offset", aligned.listening->offset);
    const auto after = std::ranges::upper_bound(aligned.chapters, *aligned.listening->seconds, {},
                                                &core::audio::AudioChapter::start);
    const auto chapter = std::max<std::ptrdiff_t>(1, after - aligned.chapters.begin()) - 1;
    if (aligned.chapters.empty()) {
        json.add_json("chapter", "null");
    } else {
        json.add("chapter", std::int64_t{chapter});
    }
    return json.finish();
}

std::string calibrations_json(const AlignedBook& aligned) {
    core::JsonArray calibrations;
    for (const store::StoredCalibration& said : aligned.said.entries) {
        const bool ignored = aligned.book != nullptr && !relay::fits(said, *aligned.book);
        calibrations.add_json(core::JsonObject()
                                  .add("id", said.id)
                                  .add("offset", std::int64_t{said.offset})
                                  .add("seconds", said.seconds)
                                  .add("at", said.at)
                                  .add("sentence", said.sentence)
                                  .add("ignored", ignored)
                                  .finish());
    }
    return calibrations.finish();
}

// What a position would become now.
core::bridge::Tier tier_of(const AlignedBook& aligned, const LoadedDocument& loaded) {
    if (aligned.state == AlignedBook::State::kReady || (aligned.book != nullptr && aligned.book->map))
        return core::bridge::Tier::kExact;
    return loaded.view.record.position.progress ? core::bridge::Tier::kLearned
                                                : core::bridge::Tier::kPercentage;
}

}  // namespace

std::string alignment_json(const AlignedBook& aligned, const LoadedDocument& loaded) {
    static const relay::Book kNoBook;
    const relay::Book& book = aligned.book != nullptr ? *aligned.book : kNoBook;
    core::JsonObject json;
    json.add("item", aligned.subject.item.str())
        .add("text_item", aligned.subject.text_item.str())
        .add("state", to_string(aligned.state))
        .add("message", aligned.message)
        .add("tier", to_string(tier_of(aligned, loaded)))
        .add("confidence", book.alignment ? book.alignment->confidence() : 0.0)
        .add("method", book.alignment ? to_string(book.alignment->method()) : "")
        .add("length", book.map ? std::int64_t{book.map->length()} : 0)
        .add("duration", loaded.view.known ? loaded.view.known->duration : 0.0)
        .add_json("sections", sections_json(book))
        .add_json("chapters", chapters_json(aligned.chapters))
        .add_json("stretches", stretches_json(book))
        .add_json("knots", knots_json(book))
        .add_json("reading", place_in_text_json(aligned))
        .add_json("listening", place_in_audio_json(aligned))
        .add_json("calibrations", calibrations_json(aligned));
    return json.finish();
}

}  // namespace koshelf::web
