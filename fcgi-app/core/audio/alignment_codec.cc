#include "core/audio/alignment_codec.h"

#include <cstdint>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "core/text/packed.h"

namespace koshelf::core::audio {
namespace {

using text::PackedReader;
using text::PackedWriter;

constexpr std::string_view kMagic = "KAL";

void write_range(PackedWriter& out, std::size_t begin, std::size_t end) {
    out.number(begin);
    out.number(end - begin);
}

void write_stretch(PackedWriter& out, const Stretch& stretch) {
    out.number(static_cast<std::uint64_t>(stretch.kind));
    out.number(stretch.begin.value);
    out.number(stretch.end.value - stretch.begin.value);
    out.real(stretch.start_seconds);
    out.real(stretch.end_seconds);
    write_range(out, stretch.section_begin, stretch.section_end);
    write_range(out, stretch.chapter_begin, stretch.chapter_end);
    out.real(stretch.confidence);
    out.real(stretch.deviation);
}

class AlignmentReader {
  public:
    explicit AlignmentReader(std::string_view bytes) : in_(bytes) {}

    text::Result<Alignment> read() {
        const AlignmentMethod method = read_method();
        const Pace pace = read_pace();
        for (std::size_t left = in_.count(); left > 0 && !in_.failed(); --left) read_knot();
        for (std::size_t left = in_.count(); left > 0 && !in_.failed(); --left) read_stretch();
        in_.check(in_.at_end());
        in_.check(!knots_.empty() && !stretches_.empty());
        in_.check(in_.failed() || knots_.back().offset <= stretches_.back().end);
        if (in_.failed()) return text::fail(text::TextErrorCode::kDamagedAlignment, "inconsistent");
        return Alignment(std::move(knots_), std::move(stretches_), method, pace);
    }

  private:
    AlignmentMethod read_method() {
        const std::uint64_t method = in_.number();
        in_.check(method <= static_cast<std::uint64_t>(AlignmentMethod::kLine));
        return in_.failed() ? AlignmentMethod::kLine : static_cast<AlignmentMethod>(method);
    }

    double not_negative() {
        const double value = in_.real();
        in_.check(value >= 0);
        return value;
    }

    Pace read_pace() {
        Pace pace;
        pace.rate = not_negative();
        pace.lead_in = not_negative();
        pace.lead_out = not_negative();
        pace.spread = not_negative();
        in_.check(pace.rate > 0);
        return pace;
    }

    text::TextOffset offset_at(std::uint64_t value) {
        in_.check(value <= std::numeric_limits<text::TextLength>::max());
        return {in_.failed() ? 0 : static_cast<text::TextLength>(value)};
    }

    // As a distance from `begin`, so that an end never lies before its beginning.
    text::TextOffset offset_behind(text::TextOffset begin) {
        return offset_at(std::uint64_t{begin.value} + in_.number32());
    }

    void read_knot() {
        const bool first = knots_.empty();
        Knot knot;
        knot.offset = offset_behind(first ? text::TextOffset{} : knots_.back().offset);
        knot.seconds = not_negative();
        in_.check(first || knots_.back().seconds <= knot.seconds);
        knots_.push_back(knot);
    }

    std::pair<std::size_t, std::size_t> read_range() {
        const std::size_t begin = in_.number32();
        return {begin, begin + in_.number32()};
    }

    void read_stretch() {
        Stretch stretch;
        const std::uint64_t kind = in_.number();
        in_.check(kind <= static_cast<std::uint64_t>(StretchKind::kSkippedAudio));
        if (!in_.failed()) stretch.kind = static_cast<StretchKind>(kind);
        stretch.begin = offset_at(in_.number());
        stretch.end = offset_behind(stretch.begin);
        stretch.start_seconds = not_negative();
        stretch.end_seconds = not_negative();
        in_.check(stretch.start_seconds <= stretch.end_seconds);
        std::tie(stretch.section_begin, stretch.section_end) = read_range();
        std::tie(stretch.chapter_begin, stretch.chapter_end) = read_range();
        stretch.confidence = not_negative();
        in_.check(stretch.confidence <= 1);
        stretch.deviation = not_negative();
        check_order(stretch);
        stretches_.push_back(stretch);
    }

    // Stretches touch in the text; in time at least none begins before its predecessor does.
    void check_order(const Stretch& next) {
        if (stretches_.empty()) {
            in_.check(next.begin.value == 0);
            return;
        }
        in_.check(next.begin == stretches_.back().end);
        in_.check(next.start_seconds >= stretches_.back().start_seconds);
    }

    PackedReader in_;
    std::vector<Knot> knots_;
    std::vector<Stretch> stretches_;
};

}  // namespace

std::string serialise(const Alignment& alignment) {
    PackedWriter out;
    out.number(static_cast<std::uint64_t>(alignment.method()));
    out.real(alignment.pace().rate);
    out.real(alignment.pace().lead_in);
    out.real(alignment.pace().lead_out);
    out.real(alignment.pace().spread);
    out.number(alignment.knots().size());
    text::TextLength last = 0;
    for (const Knot& knot : alignment.knots()) {
        out.number(knot.offset.value - last);
        out.real(knot.seconds);
        last = knot.offset.value;
    }
    out.number(alignment.stretches().size());
    for (const Stretch& stretch : alignment.stretches()) write_stretch(out, stretch);
    return text::sealed(kMagic, kAlignmentVersion, out.take());
}

text::Result<Alignment> deserialise_alignment(std::string_view bytes) {
    const auto body =
        text::unsealed(kMagic, kAlignmentVersion, bytes, text::TextErrorCode::kDamagedAlignment);
    if (!body) return tl::make_unexpected(body.error());
    return AlignmentReader(*body).read();
}

std::string with_fresh_alignment_checksum(std::string_view bytes) {
    return text::resealed(kMagic, bytes);
}

}  // namespace koshelf::core::audio
