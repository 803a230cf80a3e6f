#include "relay/cached_item.h"

#include <gtest/gtest.h>

namespace koshelf::relay {
namespace {

TEST(CachedItem, TheEpubCountsAlsoWhereItIsSupplementary) {
    const abs::EbookFile pdf{.ino = "1", .format = "pdf", .filename = "a.pdf", .size = 1, .mtime = 2};
    const abs::EbookFile epub{.ino = "2", .format = "epub", .filename = "a.epub", .size = 3, .mtime = 4};
    abs::Item item;
    EXPECT_EQ(text_file(item), nullptr);
    item.ebook = pdf;
    EXPECT_EQ(cached_item(item).ebook_fingerprint, "1|1|2");
    item.supplementary = {epub};
    EXPECT_EQ(cached_item(item).ebook_fingerprint, "2|3|4");
    EXPECT_EQ(cached_item(item).audio_fingerprint, "");
}

TEST(CachedItem, TheAudioFingerprintChangesWithAnythingThatAlignmentsAreMadeFrom) {
    core::audio::RawAudiobook audio{.duration = 10,
                                    .tracks = {},
                                    .chapters = {{.start = 0, .end = 10, .title = "One"}},
                                    .title = "T",
                                    .language = "en"};
    const std::string before = fingerprint_of(audio, 10);
    EXPECT_EQ(fingerprint_of(audio, 10), before);
    EXPECT_NE(fingerprint_of(audio, 11), before);
    auto other = audio;
    other.chapters[0].title = "Two";
    EXPECT_NE(fingerprint_of(other, 10), before);
    other = audio;
    other.tracks = {{.start = 0, .duration = 10, .title = "One"}};
    EXPECT_NE(fingerprint_of(other, 10), before);
}

}  // namespace
}  // namespace koshelf::relay
