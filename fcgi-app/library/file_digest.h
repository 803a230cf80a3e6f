// The digests by which KOReader may know a file of the library.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "abs/credential.h"
#include "abs/item.h"
#include "library/context.h"
#include "store/library_cache.h"

namespace koshelf::library {

// Reads the samples that KOReader's partial MD5 is made of: about 17 KiB in a single request, and 1 KiB for
// each of the others, of which a book of 1 MB has three. Where the server cannot send parts of a larger file,
// only the digest of the name is there. The errors are those of the server.
[[nodiscard]] tl::expected<store::CachedFile, abs::AbsError> digest_file(Context& context,
                                                                         const abs::Credential& credential,
                                                                         const std::string& item,
                                                                         const abs::EbookFile& file);

}  // namespace koshelf::library
