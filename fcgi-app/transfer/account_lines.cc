#include "transfer/account_lines.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "core/json_text.h"
#include "platform/base64.h"
#include "transfer/line.h"

namespace koshelf::transfer {
namespace {

// More than are kept unless somebody wants that: most histories are one stretch.
constexpr int kHistoryStretch = 250;
constexpr std::size_t kAliasesAtOnce = 500;

// Where a walk goes on. Names may be any bytes, a cursor is text: "d:<base64>:<id>", "a:<base64>".
struct Mark {
    char phase =
        ' ';  // ' ': the beginning; 'd': behind that document; 'h': in its history; 'a': behind that alias
    std::string name;   // "" for 'a': all documents are done
    std::string entry;  // for 'h': behind that entry
};

std::string cursor_of(const Mark& mark) {
    return std::string(1, mark.phase) + ":" + platform::base64_encode(mark.name) + ":" + mark.entry;
}

Mark read_mark(const std::string& cursor) {
    const std::size_t colon = cursor.size() > 2 ? cursor.find(':', 2) : std::string::npos;
    if (colon == std::string::npos || cursor[1] != ':' ||
        std::string_view("dha").find(cursor[0]) == std::string_view::npos)
        return {};
    auto name = platform::base64_decode(std::string_view(cursor).substr(2, colon - 2));
    if (!name) return {};
    const std::string entry = cursor.substr(colon + 1);
    const bool plausible = entry.find_first_not_of("0123456789-") == std::string::npos && entry.size() <= 41;
    if (cursor[0] == 'h' && (entry.empty() || !plausible)) return {};
    return {.phase = cursor[0], .name = std::move(*name), .entry = entry};
}

std::size_t index_behind(const std::vector<std::string>& names, const std::string& name) {
    return static_cast<std::size_t>(std::ranges::upper_bound(names, name) - names.begin());
}

}  // namespace

store::StoreResult<void> AccountLines::add_account(Page& page) {
    auto image = reader_.account();
    if (!image) return tl::unexpected(image.error());
    if (secrets_ == Secrets::kWithout) image->credential.reset();
    page.lines.push_back(to_json(*image));
    page.first = true;
    return {};
}

std::string AccountLines::after_document(std::size_t index) const {
    if (index + 1 < reader_.documents().size())
        return cursor_of({.phase = 'd', .name = reader_.documents()[index], .entry = {}});
    if (!reader_.aliases().empty()) return cursor_of({.phase = 'a', .name = {}, .entry = {}});
    return {};
}

store::StoreResult<void> AccountLines::add_documents(Page& page, std::size_t first, std::size_t count) {
    const std::span<const std::string> all(reader_.documents());
    const auto names = all.subspan(first, std::min(count, all.size() - first));
    const auto images = reader_.read_documents(names);
    if (!images) return tl::unexpected(images.error());
    std::vector<store::AccountReader::HistoryPlace> places;
    for (const auto& image : *images) places.push_back({.document = image.document, .after = {}});
    const auto histories = reader_.read_histories(places, kHistoryStretch);
    if (!histories) return tl::unexpected(histories.error());
    for (std::size_t i = 0; i < images->size(); ++i) {
        page.lines.push_back(to_json((*images)[i]));
        ++page.documents;
        const auto& entries = (*histories)[i].entries;
        if (!entries.empty()) page.lines.push_back(to_json((*histories)[i]));
        if (entries.size() == kHistoryStretch) {
            page.next = cursor_of({.phase = 'h', .name = (*images)[i].document, .entry = entries.back().id});
            return {};
        }
    }
    page.next = after_document(first + names.size() - 1);
    return {};
}

store::StoreResult<void> AccountLines::add_history(Page& page, const std::string& document,
                                                   const std::string& after) {
    const std::vector<store::AccountReader::HistoryPlace> place = {{.document = document, .after = after}};
    const auto histories = reader_.read_histories(place, kHistoryStretch);
    if (!histories) return tl::unexpected(histories.error());
    const auto& entries = histories->front().entries;
    if (!entries.empty()) page.lines.push_back(to_json(histories->front()));
    if (entries.size() == kHistoryStretch) {
        page.next = cursor_of({.phase = 'h', .name = document, .entry = entries.back().id});
    } else {
        const std::size_t behind = index_behind(reader_.documents(), document);
        page.next = behind < reader_.documents().size()
                        ? cursor_of({.phase = 'd', .name = document, .entry = {}})
                        : after_document(reader_.documents().size());
    }
    return {};
}

store::StoreResult<void> AccountLines::add_aliases(Page& page, std::size_t first) {
    const std::span<const std::string> all(reader_.aliases());
    const auto values = all.subspan(first, std::min(kAliasesAtOnce, all.size() - first));
    const auto images = reader_.read_aliases(values);
    if (!images) return tl::unexpected(images.error());
    for (const auto& image : *images) page.lines.push_back(to_json(image));
    if (first + values.size() < all.size())
        page.next = cursor_of({.phase = 'a', .name = values.back(), .entry = {}});
    return {};
}

store::StoreResult<AccountLines::Page> AccountLines::page(const std::string& cursor, std::size_t documents) {
    Page page;
    const Mark mark = read_mark(cursor);
    store::StoreResult<void> added;
    if (mark.phase == ' ') added = add_account(page);
    if (!added) return tl::unexpected(added.error());
    if (mark.phase == 'h') {
        added = add_history(page, mark.name, mark.entry);
    } else if (mark.phase == 'a') {
        const std::size_t first = mark.name.empty() ? 0 : index_behind(reader_.aliases(), mark.name);
        if (first < reader_.aliases().size()) added = add_aliases(page, first);
    } else {
        const std::size_t first = mark.phase == 'd' ? index_behind(reader_.documents(), mark.name) : 0;
        if (first < reader_.documents().size()) {
            added = add_documents(page, first, documents);
        } else if (!reader_.aliases().empty()) {
            page.next = cursor_of({.phase = 'a', .name = {}, .entry = {}});
        }
    }
    if (!added) return tl::unexpected(added.error());
    return page;
}

}  // namespace koshelf::transfer
