#include "transfer/line.h"

#include <charconv>
#include <cmath>
#include <utility>

#include "core/json_text.h"
#include "core/number.h"
#include "platform/json.h"
#include "transfer/exact_text.h"

namespace koshelf::transfer {
namespace {

using platform::JsonDocument;
using platform::JsonValue;
using store::AccountKey;
using store::KeyScope;
using store::Section;
using Failure = tl::unexpected<std::string>;
template <typename T>
using Parsed = tl::expected<T, std::string>;

// More fields than any key has whose fields a script gets all at once. Of books of several ids, and of the
// guards, there may be more.
constexpr std::size_t kMaxFields = 3'000;
// Lua, in which numbers of entries are compared, knows no larger whole numbers exactly.
constexpr double kMaxWhole = 9007199254740992.0;

bool has_one_value(const AccountKey& kind) {
    return kind.scope == KeyScope::kByDocument || kind.scope == KeyScope::kRanked;
}

bool may_be_long(const AccountKey& kind) {
    return kind.meeting == store::Meeting::kGroups || kind.meeting == store::Meeting::kGuard;
}

void add_sections(core::JsonObject& json, const std::vector<Section>& sections) {
    for (const Section& section : sections) {
        const bool single = has_one_value(*section.key);
        json.add_json(section.key->member, single
                                               ? exact_json(std::string_view(section.fields.front().second))
                                               : exact_json(section.fields));
    }
}

// A part of a key: with a colon in it, it would be the key of another account.
Parsed<std::string> parse_name(JsonValue object, std::string_view member) {
    auto name = read_exact(object.member(member));
    if (!name) return Failure("\"" + std::string(member) + "\" is missing or is no text");
    if (name->empty() || name->find(':') != std::string::npos)
        return Failure("\"" + std::string(member) + "\" is empty or has a colon in it");
    return std::move(*name);
}

Parsed<Section> parse_section(const AccountKey& kind, JsonValue value) {
    const std::string member(kind.member);
    if (!has_one_value(kind)) {
        auto fields = read_exact_fields(value);
        if (!fields || fields->empty()) return Failure("\"" + member + "\" has no fields");
        if (fields->size() > kMaxFields && !may_be_long(kind))
            return Failure("\"" + member + "\" has too many fields");
        return Section{.key = &kind, .fields = std::move(*fields)};
    }
    auto text = read_exact(value);
    if (!text) return Failure("\"" + member + "\" is no text");
    if (kind.scope == KeyScope::kRanked && !core::parse_stored_number(*text))
        return Failure("\"" + member + "\" is no number");
    return Section{.key = &kind, .fields = {{"", std::move(*text)}}};
}

// All members but `known` are keys of the account, of these scopes.
Parsed<std::vector<Section>> parse_sections(JsonValue object, std::initializer_list<std::string_view> known,
                                            std::initializer_list<KeyScope> scopes) {
    for (JsonValue member = object.first(); member.exists(); member = member.next()) {
        const bool expected = std::find(known.begin(), known.end(), member.name()) != known.end();
        const AccountKey* kind = store::account_key(member.name());
        const bool fits =
            kind != nullptr && std::find(scopes.begin(), scopes.end(), kind->scope) != scopes.end();
        if (!expected && !fits)
            return Failure("it has \"" + std::string(member.name()) + "\", which this version does not know");
    }
    std::vector<Section> sections;
    for (const AccountKey& kind : store::kAccountKeys) {
        const JsonValue value = object.member(kind.member);
        if (!value.exists() || std::find(scopes.begin(), scopes.end(), kind.scope) == scopes.end()) continue;
        auto section = parse_section(kind, value);
        if (!section) return Failure(section.error());
        sections.push_back(std::move(*section));
    }
    return sections;
}

std::int64_t whole_number(JsonValue value, std::int64_t otherwise) {
    if (!value.is_number() || value.number() < 0 || value.number() > kMaxWhole) return otherwise;
    return static_cast<std::int64_t>(value.number());
}

Parsed<Line> parse_header(JsonValue object) {
    const std::int64_t version = whole_number(object.member("version"), 0);
    if (version != kFormatVersion) {
        return Failure("this is version " + std::to_string(version) +
                       " of the format; known here is version " + std::to_string(kFormatVersion));
    }
    return ExportHeader{.version = kFormatVersion,
                        .made = whole_number(object.member("made"), 0),
                        .by = read_exact(object.member("by")).value_or("")};
}

Parsed<Line> parse_end(JsonValue object) {
    return ExportEnd{.accounts = whole_number(object.member("accounts"), -1),
                     .documents = whole_number(object.member("documents"), -1),
                     .lines = whole_number(object.member("lines"), -1)};
}

Parsed<Line> parse_account(JsonValue object) {
    auto user = parse_name(object, "user");
    if (!user) return Failure(user.error());
    auto sections = parse_sections(object, {"type", "user", "credential", "administers"},
                                   {KeyScope::kAccount, KeyScope::kGroups});
    if (!sections) return Failure(sections.error());
    store::AccountImage image{.username = std::move(*user),
                              .credential = std::nullopt,
                              .administers = object.member("administers").is_true(),
                              .sections = std::move(*sections)};
    if (!object.member("credential").exists()) return image;
    image.credential = read_exact(object.member("credential"));
    if (!image.credential || image.credential->empty()) return Failure("\"credential\" is no text");
    return image;
}

Parsed<Line> parse_document(JsonValue object) {
    auto user = parse_name(object, "user");
    auto document = parse_name(object, "document");
    if (!user || !document) return Failure(user ? document.error() : user.error());
    auto sections = parse_sections(object, {"type", "user", "document"},
                                   {KeyScope::kDocument, KeyScope::kByDocument, KeyScope::kRanked});
    if (!sections) return Failure(sections.error());
    return store::DocumentImage{
        .username = std::move(*user), .document = std::move(*document), .sections = std::move(*sections)};
}

// "<milliseconds>-<number>", not 0-0.
bool is_entry_id(std::string_view id) {
    const std::size_t hyphen = id.find('-');
    if (hyphen == std::string_view::npos) return false;
    const auto whole = [](std::string_view text) {
        const bool digits = !text.empty() && text.size() <= 16 &&
                            text.find_first_not_of("0123456789") == std::string_view::npos;
        return digits ? core::parse_stored_number(text).value_or(kMaxWhole) : kMaxWhole;
    };
    const double time = whole(id.substr(0, hyphen));
    const double number = whole(id.substr(hyphen + 1));
    return time < kMaxWhole && number < kMaxWhole && (time > 0 || number > 0);
}

Parsed<Line> parse_history(JsonValue object) {
    auto user = parse_name(object, "user");
    auto document = parse_name(object, "document");
    if (!user || !document) return Failure(user ? document.error() : user.error());
    store::HistoryImage image{.username = std::move(*user), .document = std::move(*document), .entries = {}};
    const JsonValue entries = object.member("entries");
    if (!entries.is_array()) return Failure("\"entries\" is no list");
    for (JsonValue entry = entries.first(); entry.exists(); entry = entry.next()) {
        const std::string_view id = entry.member("id").string();
        auto fields = read_exact_fields(entry.member("fields"));
        if (!is_entry_id(id) || !fields || fields->empty() || fields->size() > kMaxFields)
            return Failure("an entry of the history has no id, or no fields");
        image.entries.push_back({.id = std::string(id), .fields = std::move(*fields)});
    }
    return image;
}

Parsed<Line> parse_alias(JsonValue object) {
    auto user = parse_name(object, "user");
    auto value = parse_name(object, "value");
    if (!user || !value) return Failure(user ? value.error() : user.error());
    auto target = read_exact(object.member("target"));
    if (!target || target->find(':') == std::string::npos)
        return Failure("\"target\" is not a type, a colon and a document");
    return store::AliasImage{
        .username = std::move(*user), .value = std::move(*value), .target = std::move(*target)};
}

}  // namespace

std::string to_json(const ExportHeader& header) {
    return core::JsonObject()
        .add("type", "export")
        .add("version", header.version)
        .add("made", header.made)
        .add("by", header.by)
        .finish();
}

std::string to_json(const ExportEnd& end) {
    core::JsonObject json;
    json.add("type", "end");
    if (end.accounts >= 0) json.add("accounts", end.accounts);
    if (end.documents >= 0) json.add("documents", end.documents);
    if (end.lines >= 0) json.add("lines", end.lines);
    return json.finish();
}

std::string to_json(const store::AccountImage& image) {
    core::JsonObject json;
    json.add("type", "account").add_json("user", exact_json(std::string_view(image.username)));
    if (image.credential) json.add_json("credential", exact_json(std::string_view(*image.credential)));
    if (image.administers) json.add("administers", true);
    add_sections(json, image.sections);
    return json.finish();
}

std::string to_json(const store::DocumentImage& image) {
    core::JsonObject json;
    json.add("type", "document")
        .add_json("user", exact_json(std::string_view(image.username)))
        .add_json("document", exact_json(std::string_view(image.document)));
    add_sections(json, image.sections);
    return json.finish();
}

std::string to_json(const store::HistoryImage& image) {
    core::JsonArray entries;
    for (const store::HistoryRecord& entry : image.entries) {
        entries.add_json(
            core::JsonObject().add("id", entry.id).add_json("fields", exact_json(entry.fields)).finish());
    }
    return core::JsonObject()
        .add("type", "history")
        .add_json("user", exact_json(std::string_view(image.username)))
        .add_json("document", exact_json(std::string_view(image.document)))
        .add_json("entries", entries.finish())
        .finish();
}

std::string to_json(const store::AliasImage& image) {
    return core::JsonObject()
        .add("type", "alias")
        .add_json("user", exact_json(std::string_view(image.username)))
        .add_json("value", exact_json(std::string_view(image.value)))
        .add_json("target", exact_json(std::string_view(image.target)))
        .finish();
}

tl::expected<Line, std::string> parse_line(std::string_view text) {
    const auto document = JsonDocument::parse(text);
    if (!document) {
        return Failure("it is no JSON: " + std::string(document.error().reason) + " at byte " +
                       std::to_string(document.error().offset));
    }
    const JsonValue object = document->root();
    const std::string_view type = object.member("type").string();
    if (type == "document") return parse_document(object);
    if (type == "history") return parse_history(object);
    if (type == "account") return parse_account(object);
    if (type == "alias") return parse_alias(object);
    if (type == "export") return parse_header(object);
    if (type == "end") return parse_end(object);
    if (type.empty()) return Failure("it is no JSON object with a \"type\"");
    return Failure("its type, \"" + std::string(type.substr(0, 40)) + "\", is not known here");
}

}  // namespace koshelf::transfer
