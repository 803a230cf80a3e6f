#include "relay/agreement_fields.h"

#include <charconv>
#include <optional>

#include "core/number.h"

namespace koshelf::relay {
namespace {

using core::bridge::Agreement;
using core::bridge::MediaPlace;

const std::string& field(const Fields& fields, const char* name) {
    static const std::string kNone;
    const auto found = fields.find(name);
    return found == fields.end() ? kNone : found->second;
}

std::optional<double> number(const std::string& text) {
    return text.empty() ? std::nullopt : core::parse_stored_number(text);
}

std::string text_of(const std::optional<double>& value) {
    return value ? core::format_number(*value) : std::string();
}

core::EpochMillis millis(const std::string& text) {
    core::EpochMillis value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

Agreement read_agreement(const Fields& fields, const core::LibraryItemId& item) {
    Agreement agreement;
    if (field(fields, "item") != item.str()) return agreement;
    if (field(fields, "seen") == "1") {
        agreement.seen = MediaPlace{.seconds = number(field(fields, "seen_seconds")),
                                    .ebook_fraction = number(field(fields, "seen_ebook_progress")),
                                    .ebook_location = field(fields, "seen_ebook_location"),
                                    .finished = field(fields, "seen_finished") == "1"};
    }
    agreement.progress = field(fields, "progress");
    agreement.percentage = number(field(fields, "percentage")).value_or(0);
    agreement.at = millis(field(fields, "at"));
    return agreement;
}

Fields agreement_fields(const core::LibraryItemId& item, const Agreement& agreement) {
    const MediaPlace seen = agreement.seen.value_or(MediaPlace{});
    return {{"item", item.str()},
            {"seen", agreement.seen ? "1" : "0"},
            {"seen_seconds", text_of(seen.seconds)},
            {"seen_ebook_progress", text_of(seen.ebook_fraction)},
            {"seen_ebook_location", seen.ebook_location},
            {"seen_finished", seen.finished ? "1" : "0"},
            {"progress", agreement.progress},
            {"percentage", core::format_number(agreement.percentage)},
            {"at", std::to_string(agreement.at)}};
}

void add_account(Fields& fields, const Account& account) {
    fields["tier"] = core::bridge::to_string(account.tier);
    fields["confidence"] = core::format_number(account.confidence);
    fields["decision"] = account.decision;
    fields["decided_at"] = std::to_string(account.decided_at);
}

}  // namespace koshelf::relay
