#include "core/audio/narration.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "core/text/structure.h"

namespace koshelf::core::audio {
namespace {

text::TextMap map_of(std::vector<text::Section> sections) {
    auto structure = std::make_shared<text::Structure>();
    std::uint32_t at = 0;
    for (text::Section& section : sections) {
        section.start = {at};
        at += section.length;
    }
    structure->sections = std::move(sections);
    structure->length = at;
    return text::TextMap(std::move(structure));
}

text::Section section(std::string title, text::TextLength length, bool from_toc = true, float narrated = 1) {
    text::Section made;
    made.title = std::move(title);
    made.length = length;
    made.from_toc = from_toc;
    made.narrated = narrated;
    return made;
}

TEST(Narration, JoinsFilesThatTheContentsPassOver) {
    const Narration narration = narration_of(
        map_of({section("One", 100), section("", 100, false), section("Two", 100), section("", 100, false)}));
    ASSERT_EQ(narration.sections.size(), 4U);
    EXPECT_TRUE(narration.sections[0].starts_chapter);
    EXPECT_FALSE(narration.sections[1].starts_chapter);
    EXPECT_TRUE(narration.sections[2].starts_chapter);
    EXPECT_EQ(narration.end().value, 400U);
}

TEST(Narration, DoesNotJoinToWhatIsNotRead) {
    const Narration narration =
        narration_of(map_of({section("Copyright", 100, true, 0.05F), section("", 100, false)}));
    EXPECT_TRUE(narration.sections[1].starts_chapter);
}

TEST(Narration, FindsTheEndOfHeadings) {
    const std::string heading = "CHAPTER I.  The Sea";
    const std::string body = "It was calm.";
    text::BookText text;
    text.begin_block();
    text.append(heading);
    text.begin_block();
    text.append(body);
    const auto length = static_cast<text::TextLength>(heading.size() + body.size());
    const Narration narration = narration_of(map_of({section("Chapter I: The Sea", length)}), text);
    EXPECT_EQ(narration.sections[0].heading_end.value, heading.size());
    EXPECT_GT(narration.sections[0].spoken, 20);
}

TEST(Narration, MarksLongSections) {
    text::BookText text;
    text.append(std::string(3500, 'x'));
    const Narration narration = narration_of(map_of({section("One", 3500)}), text);
    ASSERT_EQ(narration.sections[0].marks.size(), 3U);
    EXPECT_DOUBLE_EQ(narration.sections[0].marks[1].spoken, 2000);
    EXPECT_DOUBLE_EQ(narration.sections[0].spoken, 3500);
}

}  // namespace
}  // namespace koshelf::core::audio
