#include "library/file_digest.h"

#include "abs/calls.h"
#include "core/text/digests.h"
#include "reading/range_source.h"
#include "relay/cached_item.h"

namespace koshelf::library {
namespace {

constexpr std::uint64_t kSample = 1024;
// The samples at 0, 1, 4 and 16 KiB lie close enough together for one request.
constexpr reading::RangePlan kSamples = {
    .first = 17 * kSample, .least = kSample, .most = kSample, .budget = 256 * kSample};

}  // namespace

tl::expected<store::CachedFile, abs::AbsError> digest_file(Context& context,
                                                           const abs::Credential& credential,
                                                           const std::string& item,
                                                           const abs::EbookFile& file) {
    store::CachedFile digests{.fingerprint = relay::fingerprint_of(file),
                              .partial_md5 = {},
                              .filename_md5 = core::text::filename_md5(file.filename)};
    const auto fetch = [&](abs::ByteRange range) -> tl::expected<abs::EbookBytes, abs::AbsError> {
        auto answer = context.make_gently(
            abs::get_ebook_range(context.settings.server, credential, {item, file.ino}, range));
        if (!answer) return tl::unexpected(std::move(answer.error()));
        return std::move(answer->value);
    };
    reading::RangeSource source(file.size, fetch, kSamples);
    const auto partial = core::text::partial_md5(source);
    if (partial) {
        digests.partial_md5 = *partial;
    } else if (!source.over_budget() && source.error()) {
        return tl::unexpected(*source.error());
    }
    return digests;
}

}  // namespace koshelf::library
