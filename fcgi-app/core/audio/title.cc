#include "core/audio/title.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "core/audio/numerals.h"
#include "core/audio/words.h"

namespace koshelf::core::audio {
namespace {

struct UnitWord {
    std::string_view word;
    TitleUnit unit;
};

// Folded as words_of() does: "capítulo" is "capitulo", Cyrillic is lower case.
constexpr auto kUnitWords = std::to_array<UnitWord>({
    {"chapter", TitleUnit::kChapter},  {"chap", TitleUnit::kChapter},      {"ch", TitleUnit::kChapter},
    {"kapitel", TitleUnit::kChapter},  {"kap", TitleUnit::kChapter},       {"chapitre", TitleUnit::kChapter},
    {"capitulo", TitleUnit::kChapter}, {"capitolo", TitleUnit::kChapter},  {"capitol", TitleUnit::kChapter},
    {"cap", TitleUnit::kChapter},      {"hoofdstuk", TitleUnit::kChapter}, {"kapittel", TitleUnit::kChapter},
    {"kapitola", TitleUnit::kChapter}, {"rozdzial", TitleUnit::kChapter},  {"fejezet", TitleUnit::kChapter},
    {"luku", TitleUnit::kChapter},     {"bolum", TitleUnit::kChapter},     {"poglavlje", TitleUnit::kChapter},
    {"глава", TitleUnit::kChapter},    {"гл", TitleUnit::kChapter},        {"розділ", TitleUnit::kChapter},
    {"κεφαλαιο", TitleUnit::kChapter}, {"κεφάλαιο", TitleUnit::kChapter},  {"caput", TitleUnit::kChapter},
    {"章", TitleUnit::kChapter},       {"話", TitleUnit::kChapter},        {"话", TitleUnit::kChapter},
    {"回", TitleUnit::kChapter},       {"장", TitleUnit::kChapter},        {"part", TitleUnit::kPart},
    {"pt", TitleUnit::kPart},          {"book", TitleUnit::kPart},         {"volume", TitleUnit::kPart},
    {"vol", TitleUnit::kPart},         {"teil", TitleUnit::kPart},         {"buch", TitleUnit::kPart},
    {"band", TitleUnit::kPart},        {"partie", TitleUnit::kPart},       {"livre", TitleUnit::kPart},
    {"tome", TitleUnit::kPart},        {"parte", TitleUnit::kPart},        {"libro", TitleUnit::kPart},
    {"livro", TitleUnit::kPart},       {"deel", TitleUnit::kPart},         {"boek", TitleUnit::kPart},
    {"czesc", TitleUnit::kPart},       {"часть", TitleUnit::kPart},        {"книга", TitleUnit::kPart},
    {"том", TitleUnit::kPart},         {"部", TitleUnit::kPart},           {"卷", TitleUnit::kPart},
    {"巻", TitleUnit::kPart},          {"track", TitleUnit::kFile},        {"file", TitleUnit::kFile},
    {"disc", TitleUnit::kFile},        {"disk", TitleUnit::kFile},         {"cd", TitleUnit::kFile},
    {"piste", TitleUnit::kFile},       {"pista", TitleUnit::kFile},        {"spur", TitleUnit::kFile},
    {"section", TitleUnit::kFile},     {"abschnitt", TitleUnit::kFile},    {"mp", TitleUnit::kFile},
    {"трек", TitleUnit::kFile},        {"letter", TitleUnit::kOther},      {"act", TitleUnit::kOther},
    {"scene", TitleUnit::kOther},      {"stave", TitleUnit::kOther},       {"canto", TitleUnit::kOther},
    {"day", TitleUnit::kOther},        {"night", TitleUnit::kOther},       {"lesson", TitleUnit::kOther},
    {"story", TitleUnit::kOther},      {"interlude", TitleUnit::kOther},   {"appendix", TitleUnit::kOther},
    {"brief", TitleUnit::kOther},
});

struct Synonym {
    std::string_view word;
    std::string_view canonical;
};

// Names that sections have in every book, so that translations of them meet.
constexpr auto kSynonyms = std::to_array<Synonym>({
    {"prolog", "prologue"},
    {"prologo", "prologue"},
    {"пролог", "prologue"},
    {"proloog", "prologue"},
    {"epilog", "epilogue"},
    {"epilogo", "epilogue"},
    {"эпилог", "epilogue"},
    {"epiloog", "epilogue"},
    {"vorwort", "preface"},
    {"geleitwort", "preface"},
    {"prefacio", "preface"},
    {"prefazione", "preface"},
    {"foreword", "preface"},
    {"voorwoord", "preface"},
    {"предисловие", "preface"},
    {"avantpropos", "preface"},
    {"einleitung", "introduction"},
    {"introduccion", "introduction"},
    {"introducao", "introduction"},
    {"introduzione", "introduction"},
    {"intro", "introduction"},
    {"введение", "introduction"},
    {"nachwort", "afterword"},
    {"postface", "afterword"},
    {"postfazione", "afterword"},
    {"posfacio", "afterword"},
    {"nawoord", "afterword"},
    {"послесловие", "afterword"},
    {"danksagung", "acknowledgments"},
    {"acknowledgements", "acknowledgments"},
    {"remerciements", "acknowledgments"},
    {"agradecimientos", "acknowledgments"},
});

constexpr auto kArticles = std::to_array<std::string_view>(
    {"the", "a",   "an", "of", "in", "and", "to",  "der", "die", "das", "des", "und", "le",
     "la",  "les", "de", "du", "et", "el",  "los", "las", "y",   "il",  "i",   "e"});

constexpr auto kCreditWords = std::to_array<std::string_view>(
    {"credits", "credit", "intro", "outro", "librivox", "audible", "abspann", "vorspann", "generique",
     "creditos", "crediti", "disclaimer", "ansage", "absage"});
constexpr auto kClosingWords =
    std::to_array<std::string_view>({"end", "ending", "closing", "outro", "final", "abspann", "fin", "ende",
                                     "absage", "finales", "finali", "fine", "конец"});

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::optional<TitleUnit> unit_of(std::string_view word) {
    for (const auto& [name, unit] : kUnitWords) {
        if (name == word) return unit;
    }
    return std::nullopt;
}

std::string canonical(const std::string& word) {
    for (const auto& [name, meaning] : kSynonyms) {
        if (name == word) return std::string(meaning);
    }
    return word;
}

// 第十二章 and 十二章 come as one word: ordinal mark, numeral, unit, perhaps a name. Splits it.
std::vector<Word> split_chinese(const std::vector<Word>& words) {
    constexpr std::string_view kOrdinal = "第";
    std::vector<Word> split;
    for (const Word& word : words) {
        std::string_view rest = word.text;
        if (rest.starts_with(kOrdinal)) rest.remove_prefix(kOrdinal.size());
        std::size_t unit_at = std::string_view::npos;
        std::string_view unit;
        for (const std::string_view name : {"章", "話", "话", "回", "部", "卷", "巻", "장"}) {
            const std::size_t at = rest.find(name);
            if (at < unit_at) unit_at = at, unit = name;
        }
        if (word.digits || unit_at == std::string_view::npos) {
            if (!rest.empty()) split.push_back({std::string(rest), word.digits, word.closed});
            continue;
        }
        if (unit_at > 0) split.push_back({std::string(rest.substr(0, unit_at)), false, false});
        split.push_back({std::string(unit), false, true});
        const std::string_view name = rest.substr(unit_at + unit.size());
        if (!name.empty()) split.push_back({std::string(name), false, word.closed});
    }
    return split;
}

// Reads the words of one title from left to right.
class TitleReader {
  public:
    explicit TitleReader(std::vector<Word> words) : words_(std::move(words)) {}

    TitleFacts read() {
        facts_.role = role();
        while (at_ < words_.size()) {
            if (!unit_before_number() && !number_before_unit() && !lone_number()) plain_word();
        }
        return std::move(facts_);
    }

  private:
    [[nodiscard]] std::span<const Word> from(std::size_t at) const {
        return std::span<const Word>(words_).subspan(at);
    }

    [[nodiscard]] TitleRole role() const {
        const auto any = [this](const auto& list) {
            return std::any_of(words_.begin(), words_.end(),
                               [&list](const Word& word) { return contains(list, word.text); });
        };
        if (any(kCreditWords)) return any(kClosingWords) ? TitleRole::kClosing : TitleRole::kOpening;
        const bool only_end =
            !words_.empty() && words_.size() <= 2 && contains(kClosingWords, words_.back().text);
        return only_end ? TitleRole::kClosing : TitleRole::kPlain;
    }

    void add(TitleUnit unit, std::string_view unit_word, int value) {
        facts_.numbers.push_back(
            {unit, unit == TitleUnit::kOther ? std::string(unit_word) : std::string(), value});
    }

    // "Chapter Twelve", "Part the First", "Kapitel 3"
    bool unit_before_number() {
        const auto unit = unit_of(words_[at_].text);
        if (!unit) return false;
        std::size_t next = at_ + 1;
        if (next < words_.size() && (words_[next].text == "the" || words_[next].text == "no")) ++next;
        const auto number = leading_numeral(from(next));
        if (!number) return false;
        add(*unit, words_[at_].text, number->value);
        at_ = next + number->words;
        return true;
    }

    // "First Chapter", "3. Kapitel", "十二 章"
    bool number_before_unit() {
        const auto number = leading_numeral(from(at_));
        if (!number || at_ + number->words >= words_.size()) return false;
        const Word& after = words_[at_ + number->words];
        const auto unit = unit_of(after.text);
        if (!unit) return false;
        // "1 Chapter 5": the number belongs to what follows, the unit to the next one
        if (leading_numeral(from(at_ + number->words + 1))) return false;
        add(*unit, after.text, number->value);
        at_ += number->words + 1;
        return true;
    }

    // "12", "12. The Sea", "XII - The Sea", "Siddhartha 07"; words and romans only as a phrase of their own.
    bool lone_number() {
        const auto number = leading_numeral(from(at_));
        if (!number) return false;
        const std::size_t end = at_ + number->words;
        const bool phrase =
            (at_ == 0 || words_[at_ - 1].closed) && (end == words_.size() || words_[end - 1].closed);
        const bool last = end == words_.size() && number->form == NumeralForm::kRoman && number->value > 1;
        const bool digits = number->form == NumeralForm::kDigits && (at_ == 0 || end == words_.size());
        if (!phrase && !digits && !last) return false;
        add(TitleUnit::kUnknown, {}, number->value);
        at_ = end;
        return true;
    }

    void plain_word() {
        const std::string word = canonical(words_[at_].text);
        if (!contains(kArticles, word) && !(words_[at_].digits)) facts_.words.push_back(word);
        ++at_;
    }

    std::vector<Word> words_;
    std::size_t at_ = 0;
    TitleFacts facts_;
};

// Longer words may differ by one letter: a plural, a typing error, another spelling.
bool same_word(std::string_view a, std::string_view b) {
    if (a == b) return true;
    if (a.size() > b.size()) std::swap(a, b);
    if (a.size() < 5 || b.size() - a.size() > 1) return false;
    std::size_t front = 0;
    while (front < a.size() && a[front] == b[front]) ++front;
    const std::size_t skip_a = a.size() == b.size() ? front + 1 : front;
    return skip_a >= a.size() || a.substr(skip_a) == b.substr(front + 1);
}

bool comparable(const TitleNumber& a, const TitleNumber& b) {
    return a.unit == b.unit && a.unit_word == b.unit_word;
}

// The number that counts: of the chapter if one is named ("Chapter 6. Troubles, Part the First"), else the
// innermost.
const TitleNumber& key_number(const TitleFacts& facts) {
    const auto chapter =
        std::find_if(facts.numbers.rbegin(), facts.numbers.rend(),
                     [](const TitleNumber& number) { return number.unit == TitleUnit::kChapter; });
    return chapter == facts.numbers.rend() ? facts.numbers.back() : *chapter;
}

// A number of files or of unknown things is a weak witness.
double number_log_odds(const TitleFacts& text, const TitleFacts& audio) {
    if (text.numbers.empty() || audio.numbers.empty()) return 0;
    const TitleNumber& a = key_number(text);
    const TitleNumber& b = key_number(audio);
    const bool equal = a.value == b.value;
    double odds = 0;
    if (comparable(a, b)) {
        const bool strong = a.unit == TitleUnit::kChapter || a.unit == TitleUnit::kOther;
        odds = equal ? 3.5 : (strong ? -4.0 : -1.5);
    } else if (a.unit == TitleUnit::kUnknown || b.unit == TitleUnit::kUnknown) {
        odds = equal ? 2.5 : -1.0;
    } else if (b.unit == TitleUnit::kFile) {
        odds = equal ? 0.2 : 0.0;  // files are counted, so that agreement is no wonder
    }
    const bool both_nested = text.numbers.size() > 1 && audio.numbers.size() > 1;
    if (both_nested && comparable(text.numbers.front(), audio.numbers.front())) {
        odds += text.numbers.front().value == audio.numbers.front().value ? 1.0 : -3.0;
    }
    return odds;
}

}  // namespace

TitleFacts read_title(std::string_view title) {
    constexpr std::size_t kMaxWords = 64;  // nobody reads further to tell chapters apart
    std::vector<Word> words = split_chinese(words_of(title.substr(0, 1024)));
    if (words.size() > kMaxWords) words.resize(kMaxWords);
    return TitleReader(std::move(words)).read();
}

std::vector<TitleEvidence::Entry> TitleEvidence::weigh(std::span<const TitleFacts> titles) {
    std::map<std::string, std::size_t, std::less<>> uses;
    for (const TitleFacts& title : titles) {
        std::vector<std::string> distinct = title.words;
        std::sort(distinct.begin(), distinct.end());
        distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
        for (const std::string& word : distinct) ++uses[word];
    }
    const auto count = static_cast<double>(titles.size());
    std::vector<Entry> entries;
    entries.reserve(titles.size());
    for (const TitleFacts& title : titles) {
        Entry entry{&title, {}, 0};
        for (const std::string& word : title.words) {
            const double weight = std::log((count + 1) / static_cast<double>(uses.find(word)->second));
            if (weight < 0.4 && titles.size() > 3) continue;
            entry.words.push_back({word, weight});
            entry.weight += weight;
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

TitleEvidence::TitleEvidence(std::span<const TitleFacts> text, std::span<const TitleFacts> audio)
    : text_(weigh(text)), audio_(weigh(audio)) {}

double TitleEvidence::word_likeness(std::size_t i, std::size_t j) const {
    const Entry& a = text_[i];
    const Entry& b = audio_[j];
    if (a.weight <= 0 || b.weight <= 0) return -1;
    double shared_a = 0;
    double shared_b = 0;
    std::vector<bool> used(b.words.size(), false);
    for (const WeighedWord& word : a.words) {
        for (std::size_t k = 0; k < b.words.size(); ++k) {
            if (used[k] || !same_word(word.text, b.words[k].text)) continue;
            used[k] = true;
            shared_a += word.weight;
            shared_b += b.words[k].weight;
            break;
        }
    }
    const double cosine = std::sqrt((shared_a / a.weight) * (shared_b / b.weight));
    const double contained = std::max(shared_a / a.weight, shared_b / b.weight);
    return std::max(cosine, 0.8 * contained);
}

double TitleEvidence::log_odds(std::size_t i, std::size_t j) const {
    const double numbers = number_log_odds(*text_[i].facts, *audio_[j].facts);
    const double likeness = word_likeness(i, j);
    if (likeness < 0) return numbers;
    const double told = std::min(1.0, std::min(text_[i].weight, audio_[j].weight) / 2);
    if (likeness >= 0.5) return std::max(numbers, -1.0) + 6 * likeness * told;
    return numbers + (likeness - 0.5) * 3 * told;
}

}  // namespace koshelf::core::audio
