#include "laws.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace koshelf::core::audio::testing {

void expect_lawful(const Alignment& alignment, std::vector<std::uint32_t> offsets, Dice& dice) {
    const std::uint32_t length = alignment.knots().back().offset.value;
    const double duration = alignment.knots().back().seconds;
    offsets.insert(offsets.end(), {0, length});
    for (int i = 0; i < 200; ++i) offsets.push_back(static_cast<std::uint32_t>(dice.below(length + 1)));
    std::sort(offsets.begin(), offsets.end());
    double before = 0;
    for (const std::uint32_t offset : offsets) {
        const AudioPosition heard = alignment.seconds_at({offset});
        ASSERT_GE(heard.seconds, before);
        ASSERT_LE(heard.seconds, duration);
        ASSERT_GE(heard.confidence, 0);
        ASSERT_LE(heard.confidence, 1);
        ASSERT_EQ(alignment.offset_at(heard.seconds).offset.value, offset);
        before = heard.seconds;
    }
    std::uint32_t place = 0;
    for (int i = 0; i <= 200; ++i) {
        const text::TextOffset found = alignment.offset_at(duration * i / 200).offset;
        ASSERT_GE(found.value, place);
        ASSERT_LE(found.value, length);
        ASSERT_EQ(alignment.offset_at(alignment.seconds_at(found).seconds).offset, found);
        place = found.value;
    }
}

}  // namespace koshelf::core::audio::testing
