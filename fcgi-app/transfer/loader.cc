#include "transfer/loader.h"

#include <algorithm>
#include <set>

#include "platform/crypto.h"

namespace koshelf::transfer {
namespace {

using store::AccountImage;
using store::AliasImage;
using store::DocumentImage;
using store::DocumentOutcome;
using store::HistoryImage;
using store::StoreError;
using store::StoreResult;

// So many are written in a few round trips.
constexpr std::int64_t kLinesAtOnce = 200;
constexpr std::size_t kSecretBytes = 32;

// A key of another type than it should be concerns one document; every other error would come again.
bool is_about_one_key(std::string_view error) {
    return error.find("WRONGTYPE") != std::string_view::npos;
}

// No device sends this: theirs are 32 hex digits. Nothing if there are no random numbers.
std::optional<std::string> unknowable_credential() {
    const auto bytes = platform::random_bytes(kSecretBytes);
    return bytes ? std::optional("!" + platform::sha256_hex(*bytes)) : std::nullopt;
}

// As store/roles has it in the profile.
bool is_appointed(const AccountImage& image) {
    return std::ranges::any_of(image.sections, [](const store::Section& section) {
        return section.key->member == "profile" && store::field(section.fields, "is_admin") == "1";
    });
}

// A position that another one overtook, as an entry of the history at the time when it was written.
std::optional<HistoryImage> as_history(const DocumentImage& image) {
    const store::Fields* position = image.section("position");
    if (position == nullptr || store::position_time(*position) < 1) return std::nullopt;
    store::HistoryRecord entry{
        .id = std::to_string(static_cast<std::int64_t>(store::position_time(*position)) * 1000) + "-0",
        .fields = {}};
    for (const char* name : {"percentage", "progress", "device", "timestamp"})
        entry.fields.emplace_back(name, store::field(*position, name));
    entry.fields.emplace_back("source", "external");
    entry.fields.emplace_back("state", "current");
    const bool has_id =
        std::ranges::any_of(*position, [](const auto& each) { return each.first == "device_id"; });
    if (has_id) entry.fields.emplace_back("device_id", store::field(*position, "device_id"));
    return HistoryImage{
        .username = image.username, .document = image.document, .entries = {std::move(entry)}};
}

}  // namespace

StoreResult<void> Loader::note(std::int64_t line) {
    if (first_line_ == 0) first_line_ = line;
    return ++waiting_lines_ < kLinesAtOnce ? StoreResult<void>() : flush();
}

std::optional<std::int64_t> Loader::unwritten() const {
    return first_line_ == 0 ? std::nullopt : std::optional(first_line_);
}

StoreResult<void> Loader::add(AccountImage image, std::int64_t line) {
    image.locked = !image.credential;
    if (image.locked) image.credential = unknowable_credential();
    if (!image.credential)
        return tl::unexpected(StoreError{StoreError::Kind::kUnexpected, "there are no random numbers"});
    accounts_.images.push_back(std::move(image));
    accounts_.lines.push_back(line);
    return note(line);
}

StoreResult<void> Loader::add(DocumentImage image, std::int64_t line) {
    documents_.images.push_back(std::move(image));
    documents_.lines.push_back(line);
    return note(line);
}

StoreResult<void> Loader::add(HistoryImage image, std::int64_t line) {
    history_.images.push_back(std::move(image));
    history_.lines.push_back(line);
    return note(line);
}

StoreResult<void> Loader::add(AliasImage image, std::int64_t line) {
    aliases_.images.push_back(std::move(image));
    aliases_.lines.push_back(line);
    return note(line);
}

// Counts what was done, and notes what was refused. The failure that would come again ends the import.
template <typename Image, typename Outcome, typename Count>
StoreResult<void> Loader::settle(const Waiting<Image>& waiting,
                                 const StoreResult<store::Each<Outcome>>& outcomes, Count count) {
    if (!outcomes) return tl::unexpected(outcomes.error());
    for (std::size_t i = 0; i < outcomes->size(); ++i) {
        if ((*outcomes)[i]) {
            count(i, *(*outcomes)[i]);
        } else if (is_about_one_key((*outcomes)[i].error())) {
            refused_.emplace_back(waiting.lines[i], (*outcomes)[i].error());
        } else {
            return tl::unexpected(StoreError{StoreError::Kind::kUnexpected, (*outcomes)[i].error()});
        }
    }
    return {};
}

// In the order in which one needs the other, whatever their order in the file.
StoreResult<void> Loader::flush() {
    if (auto done = flush_accounts(); !done) return done;
    if (auto done = flush_documents(); !done) return done;
    if (auto done = flush_history(); !done) return done;
    if (auto done = flush_overtaken(waiting_lines_ < kLinesAtOnce); !done) return done;
    auto done = settle(aliases_, writer_.write(aliases_.images),
                       [this](std::size_t, bool there) { tally_.aliases += there ? 1 : 0; });
    if (!done) return done;
    aliases_ = {};
    first_line_ = 0;
    waiting_lines_ = 0;
    return {};
}

StoreResult<void> Loader::flush_accounts() {
    auto done =
        settle(accounts_, writer_.write(accounts_.images),
               [this](std::size_t i, store::AccountOutcome outcome) { count(outcome, accounts_.images[i]); });
    accounts_ = {};
    return done;
}

void Loader::count(store::AccountOutcome outcome, const AccountImage& image) {
    if (outcome == store::AccountOutcome::kCreated) {
        ++tally_.accounts_created;
        if (image.administers || is_appointed(image)) tally_.administrators.push_back(image.username);
        if (image.locked) ++tally_.accounts_locked;
        return;
    }
    ++tally_.accounts_present;
    if (mode_ == store::ImportMode::kOverwrite && is_appointed(image))
        tally_.administrators.push_back(image.username);
    if (outcome == store::AccountOutcome::kDiffers && !image.locked) ++tally_.passwords_kept;
    if (outcome == store::AccountOutcome::kReplaced) ++tally_.passwords_replaced;
}

StoreResult<void> Loader::flush_documents() {
    std::set<std::pair<std::string, std::string>> alone;
    if (left_alone_) alone.insert(*left_alone_);
    auto done = settle(documents_, writer_.write(documents_.images),
                       [this, &alone](std::size_t i, DocumentOutcome outcome) {
                           const DocumentImage& image = documents_.images[i];
                           count(outcome, image);
                           left_alone_.reset();
                           if (outcome != DocumentOutcome::kKept) return;
                           if (mode_ == store::ImportMode::kSkip) {
                               left_alone_ = {image.username, image.document};
                               alone.insert(*left_alone_);
                           } else if (auto entry = as_history(image)) {
                               overtaken_.images.push_back(std::move(*entry));
                               overtaken_.lines.push_back(documents_.lines[i]);
                           }
                       });
    if (!done) return done;
    Waiting<HistoryImage> wanted;
    for (std::size_t i = 0; i < history_.images.size(); ++i) {
        if (alone.contains({history_.images[i].username, history_.images[i].document})) continue;
        wanted.images.push_back(std::move(history_.images[i]));
        wanted.lines.push_back(history_.lines[i]);
    }
    history_ = std::move(wanted);
    documents_ = {};
    return {};
}

void Loader::count(DocumentOutcome outcome, const DocumentImage& image) {
    const bool moves = image.section("position") != nullptr;
    switch (outcome) {
        case DocumentOutcome::kAdded: tally_.documents_added += moves ? 1 : 0; break;
        case DocumentOutcome::kReplaced: ++tally_.documents_replaced; break;
        case DocumentOutcome::kSame: ++tally_.documents_same; break;
        case DocumentOutcome::kKept: tally_.documents_kept += moves ? 1 : 0; break;
        case DocumentOutcome::kGone: ++tally_.documents_homeless; break;
    }
}

StoreResult<void> Loader::flush_history() {
    auto done = settle(history_, writer_.write(history_.images),
                       [this](std::size_t, int added) { tally_.history_entries += added; });
    history_ = {};
    return done;
}

// The history of the last document may still be on its way, and have just this position.
StoreResult<void> Loader::flush_overtaken(bool all) {
    Waiting<HistoryImage> later;
    if (!all && !overtaken_.images.empty()) {
        later.images.push_back(std::move(overtaken_.images.back()));
        later.lines.push_back(overtaken_.lines.back());
        overtaken_.images.pop_back();
        overtaken_.lines.pop_back();
    }
    auto done = settle(overtaken_, writer_.add_missing(overtaken_.images),
                       [this](std::size_t, int added) { tally_.history_entries += added; });
    overtaken_ = std::move(later);
    return done;
}

}  // namespace koshelf::transfer
