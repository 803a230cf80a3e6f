// Ebook: a book on a server, opened with somebody's rights, and what people are told where it cannot be read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "abs/credential.h"
#include "abs/error.h"
#include "abs/item.h"
#include "abs/server.h"
#include "core/text/error.h"
#include "platform/http.h"
#include "platform/http_client.h"
#include "reading/range_source.h"
#include "reading/ward.h"

namespace koshelf::reading {

// Which book, from where, and as whom.
struct EbookOrder {
    abs::Server server;
    abs::Credential credential;
    platform::HttpOptions http;
    std::string item;
    abs::EbookFile file;
    std::uint64_t download_limit = 0;  // bytes
};

// Its bytes, fetched as they are read. The order and the client must outlive the source.
[[nodiscard]] RangeSource open_ebook(const EbookOrder& order, platform::HttpClient& http);

struct EbookFailure {
    std::string sentence;  // for people
    bool lasting = false;  // a property of the file or of the rights to it: trying again is no use
    bool refused = false;  // of the rights: others may get it

    bool operator==(const EbookFailure&) const = default;
};

// Why a source could not be read to its end; nothing if it could. What was made of it has to be thrown away:
// a chapter that did not arrive looks like one that is missing.
[[nodiscard]] std::optional<EbookFailure> failure_of(const RangeSource& source, std::uint64_t download_limit);

// What is wrong with a book.
[[nodiscard]] EbookFailure failure_of(const core::text::TextError& error);
// Why its reading came to nothing.
[[nodiscard]] EbookFailure failure_of(WardFailure failure);

}  // namespace koshelf::reading
