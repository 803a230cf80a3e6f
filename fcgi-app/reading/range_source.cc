#include "reading/range_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace koshelf::reading {

using abs::AbsError;
using abs::AbsErrorKind;
using abs::ByteRange;

core::text::Result<std::size_t> RangeSource::read(std::uint64_t offset, std::span<std::byte> into) {
    std::size_t done = 0;
    while (done < into.size() && offset + done < size_) {
        const std::uint64_t at = offset + done;
        const Part* part = part_with(at);
        if (part == nullptr) {
            if (!load(at)) return core::text::fail(core::text::TextErrorCode::kUnreadable, error_->detail);
            continue;
        }
        const auto from = static_cast<std::size_t>(at - part->offset);
        const std::size_t count = std::min(part->bytes.size() - from, into.size() - done);
        std::memcpy(into.data() + done, part->bytes.data() + from, count);
        done += count;
    }
    return done;
}

const RangeSource::Part* RangeSource::part_with(std::uint64_t offset) {
    const auto found = std::ranges::find_if(
        parts_, [offset](const Part& part) { return part.offset <= offset && offset < part.end(); });
    if (found == parts_.end()) return nullptr;
    parts_.splice(parts_.begin(), parts_, found);
    return &parts_.front();
}

ByteRange RangeSource::range_for(std::uint64_t offset) {
    if (size_ <= plan_.whole_below) return {0, size_ - 1};
    std::uint64_t first = offset - offset % plan_.least;
    std::uint64_t length = plan_.least;
    if (offset == last_end_ && fetches_ > 0) {
        first = offset;
        next_ = std::min(next_ * 2, plan_.most);
        length = next_;
    } else {
        next_ = plan_.least;
        if (first == 0) length = plan_.first;
    }
    return {first, std::min(first + length, size_) - 1};
}

bool RangeSource::load(std::uint64_t offset) {
    if (error_) return false;
    const ByteRange range = range_for(offset);
    const bool all = range.first == 0 && range.last == size_ - 1;
    return load_range(range, !all);
}

bool RangeSource::load_range(ByteRange range, bool or_all) {
    const std::uint64_t wanted = range.last - range.first + 1;
    if (wanted > plan_.budget - std::min(bytes_, plan_.budget)) {
        over_budget_ = true;
        return fail({AbsErrorKind::kTooLarge, "more would have to be transferred than is allowed", {}});
    }
    ++fetches_;
    auto got = fetch_(range);
    if (!got) {
        if (got.error().kind == AbsErrorKind::kTooLarge && or_all) return load_range({0, size_ - 1}, false);
        return fail(std::move(got.error()));
    }
    bytes_ += got->bytes.size();
    if ((got->total && *got->total != size_) || got->bytes.size() != wanted) {
        return fail({AbsErrorKind::kUnexpected, "the file has another size than Audiobookshelf says", {}});
    }
    last_end_ = range.last + 1;
    keep({range.first, std::move(got->bytes)});
    return true;
}

bool RangeSource::fail(AbsError error) {
    error_ = std::move(error);
    return false;
}

void RangeSource::keep(Part part) {
    held_ += part.bytes.size();
    parts_.push_front(std::move(part));
    while (held_ > plan_.kept && parts_.size() > 1) {
        held_ -= parts_.back().bytes.size();
        parts_.pop_back();
    }
}

}  // namespace koshelf::reading
