#include "migration/foreign.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

#include "core/ids.h"
#include "core/number.h"

namespace koshelf::migration {
namespace {

constexpr double kLatestSeconds = 1e11;

// Reads a number of exactly so many digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    int number = 0;
    if (text.size() < count) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + count, number);
    if (error != std::errc() || end != text.data() + count || text[0] == '-') return std::nullopt;
    text.remove_prefix(count);
    return number;
}

bool take(std::string_view& text, std::string_view one_of) {
    if (text.empty() || one_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

// "", "Z", "+10:00", "-0500": seconds east of Greenwich.
std::optional<int> read_offset(std::string_view text) {
    if (text.empty() || text == "Z" || text == "z" || text == " UTC") return 0;
    const int sign = text.front() == '-' ? -1 : 1;
    if (!take(text, "+-")) return std::nullopt;
    const auto hours = take_digits(text, 2);
    take(text, ":");
    const auto minutes = text.empty() ? std::optional(0) : take_digits(text, 2);
    if (!hours || !minutes || !text.empty() || *hours > 14 || *minutes > 59) return std::nullopt;
    return sign * (*hours * 3600 + *minutes * 60);
}

std::optional<core::EpochSeconds> read_calendar(std::string_view text) {
    using namespace std::chrono;
    const auto y = take_digits(text, 4);
    if (!y || !take(text, "-")) return std::nullopt;
    const auto m = take_digits(text, 2);
    if (!m || !take(text, "-")) return std::nullopt;
    const auto d = take_digits(text, 2);
    if (!d || !take(text, "T t")) return std::nullopt;
    const auto hour = take_digits(text, 2);
    if (!hour || !take(text, ":")) return std::nullopt;
    const auto minute = take_digits(text, 2);
    if (!minute || !take(text, ":")) return std::nullopt;
    const auto second = take_digits(text, 2);
    if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    if (take(text, ".,")) text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
    const auto offset = read_offset(text);
    const year_month_day date = year(*y) / month(static_cast<unsigned>(*m)) / day(static_cast<unsigned>(*d));
    if (!offset || !date.ok()) return std::nullopt;
    const auto days = sys_days(date).time_since_epoch();
    const seconds time = days + hours(*hour) + minutes(*minute) + seconds(*second) - seconds(*offset);
    return time.count();
}

// A name that our own devices could have used; the importer is to bring over what can be asked for.
bool is_name(const std::string& text) {
    return !text.empty() && text.size() <= core::kMaxNameBytes && text.find(':') == std::string::npos;
}

}  // namespace

std::optional<core::EpochSeconds> read_time(std::string_view text) {
    if (const auto number = core::parse_stored_number(text)) {
        if (*number < 0 || *number > 1e15) return std::nullopt;
        return static_cast<core::EpochSeconds>(*number > kLatestSeconds ? *number / 1000 : *number);
    }
    return read_calendar(text);
}

bool is_device_key(std::string_view text) {
    return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<store::AccountImage> to_image(const std::string& user, const std::string& credential) {
    if (!is_name(user)) return std::nullopt;
    store::AccountImage image{
        .username = user, .credential = std::nullopt, .administers = false, .sections = {}};
    if (!credential.empty()) image.credential = credential;
    return image;
}

std::optional<store::DocumentImage> to_image(const std::string& user, const std::string& document,
                                             const ForeignPosition& position, double scale) {
    const auto percentage = core::parse_stored_number(position.percentage);
    if (!is_name(user) || !is_name(document) || !percentage) return std::nullopt;
    store::Fields fields = {{"device", position.device},
                            {"percentage", core::format_number(*percentage / scale)},
                            {"progress", position.progress},
                            {"timestamp", std::to_string(read_time(position.time).value_or(0))}};
    if (!position.device_id.empty()) fields.emplace_back("device_id", position.device_id);
    std::ranges::sort(fields);
    store::DocumentImage image{.username = user, .document = document, .sections = {}};
    store::Fields meta;
    for (const auto& [name, value] : position.meta) {
        if (!value.empty()) meta.emplace_back(name, value);
    }
    if (!meta.empty())
        image.sections.push_back({.key = store::account_key("meta"), .fields = std::move(meta)});
    image.sections.push_back({.key = store::account_key("position"), .fields = std::move(fields)});
    return image;
}

}  // namespace koshelf::migration
