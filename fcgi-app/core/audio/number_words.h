// The words for one to ninety in the languages that titles are read in; for core/audio/numerals.cc alone.
#pragma once

#include <array>
#include <string_view>

namespace koshelf::core::audio {

struct NumberWord {
    std::string_view word;
    int value;
};

// clang-format off
// Folded as words_of() does. One to nineteen and what does not follow a rule; languages mixed, since no word
// here means two numbers.
inline constexpr auto kUnits = std::to_array<NumberWord>({
    // English
    {"one", 1}, {"two", 2}, {"three", 3}, {"four", 4}, {"five", 5}, {"six", 6}, {"seven", 7}, {"eight", 8},
    {"nine", 9}, {"ten", 10}, {"eleven", 11}, {"twelve", 12}, {"thirteen", 13}, {"fourteen", 14},
    {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19}, {"first", 1},
    {"second", 2}, {"third", 3}, {"fourth", 4}, {"fifth", 5}, {"sixth", 6}, {"seventh", 7}, {"eighth", 8},
    {"ninth", 9}, {"tenth", 10}, {"eleventh", 11}, {"twelfth", 12}, {"thirteenth", 13}, {"fourteenth", 14},
    {"fifteenth", 15}, {"sixteenth", 16}, {"seventeenth", 17}, {"eighteenth", 18}, {"nineteenth", 19},
    // German; ordinals below lose their ending first
    {"eins", 1}, {"ein", 1}, {"zwei", 2}, {"drei", 3}, {"vier", 4}, {"funf", 5}, {"sechs", 6},
    {"sieben", 7}, {"acht", 8}, {"neun", 9}, {"zehn", 10}, {"elf", 11}, {"zwolf", 12}, {"dreizehn", 13},
    {"vierzehn", 14}, {"funfzehn", 15}, {"sechzehn", 16}, {"siebzehn", 17}, {"achtzehn", 18},
    {"neunzehn", 19}, {"erst", 1}, {"zweit", 2}, {"dritt", 3}, {"viert", 4}, {"funft", 5}, {"sechst", 6},
    {"siebt", 7}, {"siebent", 7}, {"neunt", 9}, {"zehnt", 10}, {"elft", 11}, {"zwolft", 12},
    // French
    {"un", 1}, {"une", 1}, {"deux", 2}, {"trois", 3}, {"quatre", 4}, {"cinq", 5}, {"sept", 7}, {"huit", 8},
    {"neuf", 9}, {"dix", 10}, {"onze", 11}, {"douze", 12}, {"treize", 13}, {"quatorze", 14}, {"quinze", 15},
    {"seize", 16}, {"premier", 1}, {"premiere", 1}, {"deuxieme", 2}, {"seconde", 2}, {"troisieme", 3},
    {"quatrieme", 4}, {"cinquieme", 5}, {"sixieme", 6}, {"septieme", 7}, {"huitieme", 8}, {"neuvieme", 9},
    {"dixieme", 10}, {"onzieme", 11}, {"douzieme", 12},
    // Spanish, Portuguese, Italian
    {"uno", 1}, {"una", 1}, {"um", 1}, {"uma", 1}, {"dos", 2}, {"dois", 2}, {"duas", 2}, {"due", 2},
    {"tres", 3}, {"tre", 3}, {"cuatro", 4}, {"quatro", 4}, {"quattro", 4}, {"cinco", 5}, {"cinque", 5},
    {"seis", 6}, {"sei", 6}, {"siete", 7}, {"sete", 7}, {"sette", 7}, {"ocho", 8}, {"oito", 8}, {"otto", 8},
    {"nueve", 9}, {"nove", 9}, {"diez", 10}, {"dez", 10}, {"dieci", 10}, {"once", 11}, {"undici", 11},
    {"doce", 12}, {"doze", 12}, {"dodici", 12}, {"trece", 13}, {"treze", 13}, {"tredici", 13},
    {"catorce", 14}, {"quattordici", 14}, {"quince", 15}, {"quindici", 15}, {"dieciseis", 16},
    {"sedici", 16}, {"diecisiete", 17}, {"diciassette", 17}, {"dieciocho", 18}, {"diciotto", 18},
    {"diecinueve", 19}, {"diciannove", 19}, {"primero", 1}, {"primera", 1}, {"primer", 1}, {"primeiro", 1},
    {"primeira", 1}, {"primo", 1}, {"prima", 1}, {"segundo", 2}, {"segunda", 2}, {"secondo", 2},
    {"tercero", 3}, {"tercera", 3}, {"terceiro", 3}, {"terzo", 3}, {"terza", 3}, {"cuarto", 4},
    {"quarto", 4}, {"quinto", 5}, {"sexto", 6}, {"sesto", 6}, {"septimo", 7}, {"setimo", 7}, {"settimo", 7},
    {"octavo", 8}, {"oitavo", 8}, {"ottavo", 8}, {"noveno", 9}, {"nono", 9}, {"decimo", 10},
    // Dutch
    {"een", 1}, {"twee", 2}, {"drie", 3}, {"vijf", 5}, {"zes", 6}, {"zeven", 7}, {"negen", 9}, {"tien", 10},
    {"twaalf", 12}, {"dertien", 13}, {"veertien", 14}, {"vijftien", 15}, {"zestien", 16}, {"zeventien", 17},
    {"achttien", 18}, {"negentien", 19}, {"eerste", 1}, {"tweede", 2}, {"derde", 3}, {"vierde", 4},
    // Russian
    {"один", 1}, {"два", 2}, {"три", 3}, {"четыре", 4}, {"пять", 5}, {"шесть", 6}, {"семь", 7},
    {"восемь", 8}, {"девять", 9}, {"десять", 10}, {"одиннадцать", 11}, {"двенадцать", 12}, {"первая", 1},
    {"первый", 1}, {"вторая", 2}, {"второй", 2}, {"третья", 3}, {"третий", 3}, {"четвертая", 4},
    {"четвертый", 4}, {"пятая", 5}, {"пятый", 5}, {"шестая", 6}, {"шестой", 6}, {"седьмая", 7},
    {"седьмой", 7}, {"восьмая", 8}, {"восьмой", 8}, {"девятая", 9}, {"девятый", 9}, {"десятая", 10},
    {"десятый", 10}, {"одиннадцатая", 11}, {"двенадцатая", 12},
});

inline constexpr auto kTens = std::to_array<NumberWord>({
    {"twenty", 20}, {"thirty", 30}, {"forty", 40}, {"fourty", 40}, {"fifty", 50}, {"sixty", 60},
    {"seventy", 70}, {"eighty", 80}, {"ninety", 90}, {"twentieth", 20}, {"thirtieth", 30}, {"fortieth", 40},
    {"fiftieth", 50}, {"sixtieth", 60}, {"seventieth", 70}, {"eightieth", 80}, {"ninetieth", 90},
    {"zwanzig", 20}, {"dreissig", 30}, {"vierzig", 40}, {"funfzig", 50}, {"sechzig", 60}, {"siebzig", 70},
    {"achtzig", 80}, {"neunzig", 90}, {"vingt", 20}, {"trente", 30}, {"quarante", 40}, {"cinquante", 50},
    {"soixante", 60}, {"veinte", 20}, {"treinta", 30}, {"cuarenta", 40}, {"cincuenta", 50}, {"vinte", 20},
    {"trinta", 30}, {"quarenta", 40}, {"venti", 20}, {"trenta", 30}, {"quaranta", 40}, {"cinquanta", 50},
    {"twintig", 20}, {"dertig", 30}, {"veertig", 40}, {"vijftig", 50}, {"двадцать", 20}, {"тридцать", 30},
    {"сорок", 40}, {"пятьдесят", 50},
});
// clang-format on

}  // namespace koshelf::core::audio
