"""Words for numbers, in the spelling of `crawler.stories.spelling`. Languages that are not here have digits only."""

from __future__ import annotations

from functools import cache

from crawler.stories.spelling import fold_spelling

_COUNTS = (*range(21), 30, 40, 50, 60, 70, 80, 90, 100, 1000)
"""What the words of a row below stand for, in order; `a/b` are two forms of one word, and - is none."""

_WORDS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand",
    "de": "null eins/ein/eine/einen/einem zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn "
    "funfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig "
    "hundert tausend",
    "fr": "zero un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize - - - "
    "vingt trente quarante cinquante soixante - - - cent/cents mille",
    "es": "cero uno/un/una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciseis diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa "
    "cien/ciento mil",
    "it": "zero uno/un/una due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
    "quindici sedici diciassette diciotto diciannove venti trenta quaranta cinquanta sessanta settanta ottanta "
    "novanta cento mille/mila",
    "pt": "zero um/uma dois/duas tres quatro cinco seis sete oito nove dez onze doze treze quatorze/catorze quinze "
    "dezesseis/dezasseis dezessete/dezassete dezoito dezenove/dezanove vinte trinta quarenta cinquenta sessenta "
    "setenta oitenta noventa cem/cento mil",
    "tr": "sıfır bir iki üç dört beş altı yedi sekiz dokuz on - - - - - - - - - yirmi otuz kırk elli altmış yetmiş "
    "seksen doksan yüz bin",
    "ru": "ноль/нуль один/одна/одного/одной/одному два/две/двух/двум/двое/двоих три/трех/трем/трое/троих "
    "четыре/четырех/четверо/четверых пять/пяти/пятеро/пятерых шесть/шести/шестеро семь/семи/семеро "
    "восемь/восьми девять/девяти десять/десяти одиннадцать/одиннадцати двенадцать/двенадцати "
    "тринадцать/тринадцати четырнадцать/четырнадцати пятнадцать/пятнадцати шестнадцать/шестнадцати "
    "семнадцать/семнадцати восемнадцать/восемнадцати девятнадцать/девятнадцати двадцать/двадцати "
    "тридцать/тридцати сорок/сорока пятьдесят/пятидесяти шестьдесят/шестидесяти семьдесят/семидесяти "
    "восемьдесят/восьмидесяти девяносто/девяноста сто/ста тысяча/тысячи/тысяч",
    "uk": "нуль один/одна/одного/однієї два/дві/двох/двом/двоє три/трьох/троє чотири/чотирьох/четверо "
    "пять/пяти/пятьох/пятеро шість/шести/шестеро сім/семи/семеро вісім/восьми девять/девяти десять/десяти "
    "одинадцять/одинадцяти дванадцять/дванадцяти тринадцять/тринадцяти чотирнадцять/чотирнадцяти "
    "пятнадцять/пятнадцяти шістнадцять/шістнадцяти сімнадцять/сімнадцяти вісімнадцять/вісімнадцяти "
    "девятнадцять/девятнадцяти двадцять/двадцяти тридцять/тридцяти сорок/сорока пятдесят/пятдесяти "
    "шістдесят/шістдесяти сімдесят/сімдесяти вісімдесят/вісімдесяти девяносто/девяноста сто/ста "
    "тисяча/тисячі/тисяч",
    "ar": "صفر واحد/واحدة/أحد/إحدى اثنان/اثنين/اثنتان/اثنتين/إثنان/إثنين/اثنا/اثني/اثنتا/اثنتي ثلاثة/ثلاث "
    "أربعة/أربع خمسة/خمس ستة/ست سبعة/سبع ثمانية/ثماني/ثمان تسعة/تسع عشرة/عشر - - - - - - - - - عشرون/عشرين "
    "ثلاثون/ثلاثين أربعون/أربعين خمسون/خمسين ستون/ستين سبعون/سبعين ثمانون/ثمانين تسعون/تسعين "
    "مئة/مائة/مية ألف/آلاف/ألفا",
    "fa": "صفر یک/یکی دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده "
    "بیست سی چهل پنجاه شصت هفتاد هشتاد نود صد هزار",
    "ckb": "سفر یەک/یەکێک دوو/دوان سێ/سیان چوار پێنج شەش حەوت هەشت نۆ دە یازدە/یانزە دوازدە/دوانزە سێزدە/سیانزە "
    "چواردە پازدە/پانزە شازدە/شانزە حەڤدە/حەڤدە هەژدە نۆزدە بیست سی چل پەنجا شەست حەفتا هەشتا نەوەد سەد هەزار",
    "ku": "sifir yek/yekî du/dudu sê/sisê çar pênc şeş heft heşt neh deh yazdeh/yanzdeh dwazdeh/duwazdeh/dwanzdeh "
    "sêzdeh çardeh pazdeh/panzdeh şazdeh/şanzdeh hevdeh/hivdeh hejdeh/heştdeh nozdeh bîst sî/sih çil pêncî/pêncih "
    "şêst heftê heştê nod sed hezar",
}
_OTHERS = {
    "en": "dozen=12 hundreds=100 million=1000000 billion=1000000000",
    "fr": "quatrevingt=80 million=1000000 millions=1000000",
    "es": "veintiuno=21 veintiun=21 veintidos=22 veintitres=23 veinticuatro=24 veinticinco=25 veintiseis=26 "
    "veintisiete=27 veintiocho=28 veintinueve=29 doscientos=200 trescientos=300 cuatrocientos=400 quinientos=500 "
    "seiscientos=600 setecientos=700 ochocientos=800 novecientos=900 millones=1000000",
    "ar": "مئتان=200 مئتين=200 مائتان=200 مائتين=200 ثلاثمئة=300 ثلاثمائة=300 أربعمئة=400 أربعمائة=400 خمسمئة=500 "
    "خمسمائة=500 ستمئة=600 ستمائة=600 سبعمئة=700 سبعمائة=700 ثمانمئة=800 ثمانمائة=800 تسعمئة=900 تسعمائة=900 "
    "ألفين=2000 مليون=1000000 شخصان=2 شخصين=2 قتيلان=2 قتيلين=2 جريحان=2 جريحين=2 "
    "امرأتان=2 امرأتين=2 طفلان=2 طفلين=2 جنديان=2 جنديين=2 صاروخان=2 صاروخين=2",
    "ru": "двести=200 триста=300 четыреста=400 пятьсот=500 шестьсот=600 семьсот=700 восемьсот=800 девятьсот=900 "
    "миллион=1000000 миллиона=1000000",
    "uk": "двісті=200 триста=300 чотириста=400 пятсот=500 шістсот=600 сімсот=700 вісімсот=800 девятсот=900 "
    "мільйон=1000000 мільйона=1000000",
    "fa": "دویست=200 سیصد=300 چهارصد=400 پانصد=500 ششصد=600 هفتصد=700 هشتصد=800 نهصد=900 میلیون=1000000",
}
_CONNECTORS = {
    "en": "and",
    "de": "und",
    "fr": "et",
    "es": "y",
    "it": "e",
    "pt": "e",
    "tr": "",
    "fa": "و",
    "ckb": "و",
    "ku": "û u",
    "ar": "و",
}
_SAME_AS = {"kmr": "ku", "ca": "es", "gl": "pt", "prs": "fa", "be": "ru"}
_ALONE = "〇零一二三四五六七八九"
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
HAN_NUMERALS = f"两兩{_ALONE}{''.join(_UNITS)}"


@cache
def number_words(language: str | None) -> dict[str, int]:
    """Words of a language (ISO 639; None: not known) that stand for a number; with «and» before them in Arabic."""
    language = number_language(language)
    words: dict[str, int] = {}
    if not language:
        return words
    for forms, count in zip(_WORDS[language].split(), _COUNTS, strict=True):
        words.update((fold_spelling(form), count) for form in forms.split("/") if form != "-")
    for pair in _OTHERS.get(language, "").split():
        word, _, count_text = pair.partition("=")
        words[fold_spelling(word)] = int(count_text)
    if language == "ar":
        words.update({f"و{word}": count for word, count in words.items()})
    return words


@cache
def connectors(language: str | None) -> frozenset[str]:
    """Words between two parts of one number, as in «vingt et un»."""
    return frozenset(_CONNECTORS.get(number_language(language), "").split())


def number_language(language: str | None) -> str:
    """The language whose words for numbers are known, or an empty text."""
    code = (language or "").partition("-")[0].lower()
    code = _SAME_AS.get(code, code)
    return code if code in _WORDS else ""


def add_up(counts: list[int]) -> int:
    """The number that several words make: «two hundred twenty one» is 2, 100, 20, 1."""
    total = part = 0
    for count in counts:
        if count >= 1000:
            total += max(part, 1) * count
            part = 0
        elif count == 100:
            part = max(part, 1) * 100
        else:
            part += count
    return total + part


def read_han(numeral: str) -> int:
    """The value of a number in Chinese characters: 二十一 is 21, 二〇二六 is 2026."""
    if not any(char in _UNITS for char in numeral):
        return int("".join(str(_digit(char)) for char in numeral))
    total = section = digit = 0
    for char in numeral:
        unit = _UNITS.get(char)
        if unit is None:
            digit = _digit(char)
        elif unit >= 10_000:
            total = (total + section + digit or 1) * unit
            section = digit = 0
        else:
            section += (digit or 1) * unit
            digit = 0
    return total + section + digit


def _digit(char: str) -> int:
    return 2 if char in "两兩" else max(_ALONE.index(char) - 1, 0)
