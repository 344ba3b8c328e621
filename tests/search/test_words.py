"""Which articles a query finds: words in all languages, and the operators of the query."""

from __future__ import annotations

import pytest


def test_a_word_is_found_in_any_form_and_case(publish, search):
    publish(
        ("bridge", "en", "Engineers rebuild the bridge", "The crossing over the river opened."),
        ("market", "en", "Market day", "Traders sold grain."),
    )
    assert search("REBUILDS bridges") == ["bridge"]
    assert search("engineer") == ["bridge"]
    assert search("trader", language="en") == ["market"]
    assert search("harbour") == []


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("أحمد", "احمد"),
        ("إدلب", "ادلب"),
        ("آمال", "امال"),
        ("مُحَمَّد", "محمد"),
        ("محـــمد", "محمد"),
        ("مصطفى", "مصطفي"),
        ("القاهرة", "القاهره"),
        ("مسؤول", "مسوول"),
        ("کرکوک", "كركوك"),
        ("علی", "علي"),
        ("٢٠٢٤", "2024"),
        ("۱۲۳", "١٢٣"),
    ],
)
def test_spellings_of_arabic_are_one(publish, search, written, asked):
    publish(("one", "ar", "خبر", f"قال {written}، أمس"), ("other", "fa", "خبر", f"«{asked}» گفت"))
    for word in (written, asked):
        assert set(search(word)) == {"one", "other"}
    assert search(asked, language="ar") == ["one"]


@pytest.mark.parametrize(
    ("language", "written", "asked"),
    [
        ("fr", "Élysée", "elysee"),
        ("fr", "L’Œuvre", "oeuvre"),
        ("es", "ESPAÑA", "espana"),
        ("tr", "İSTANBUL", "istanbul"),
        ("tr", "Diyarbakır", "diyarbakir"),
        ("tr", "DIYARBAKIR", "diyarbakır"),
        ("de", "Straße", "STRASSE"),
        ("de", "Köln", "koln"),
        ("pl", "Łódź", "lodz"),
        ("ru", "Королёв", "королев"),
        ("ru", "ХАРЬКОВ", "харьков"),
        ("el", "ΑΘΗΝΑΣ", "αθηνας"),
        ("vi", "Hà Nội", "ha noi"),
        ("en", "cafe\u0301", "café"),
        ("en", "ﬁre", "fire"),
        ("en", "１２", "12"),
        (None, "Zürich", "zurich"),
    ],
)
def test_accents_and_case_do_not_matter(publish, search, language, written, asked):
    publish(("one", language, "News", f"«{written}», it says."), ("other", "en", "Else", "Nothing of the sort"))
    assert search(asked) == ["one"]
    assert search(written) == ["one"]


@pytest.mark.parametrize(
    ("language", "written", "asked"),
    [
        ("en", "displaced families", "displacement"),
        ("ar", "المدينة", "مدينة"),
        ("fr", "les réfugiés syriens", "réfugié"),
        ("es", "los bombardeos", "bombardeo"),
        ("ru", "обстрелы города", "обстрел"),
        ("tr", "depremler", "deprem"),
        ("de", "Verhandlungen", "Verhandlung"),
    ],
)
def test_words_are_stemmed_by_the_article_s_language(publish, search, language, written, asked):
    publish(("one", language, "News", written))
    assert search(asked, language=language) == ["one"]
    assert search(asked) == ["one"]


def test_a_name_is_found_in_articles_of_all_languages(publish, search):
    publish(
        ("en", "en", "Report", "Talks with Barzani ended."),
        ("fr", "fr", "Rapport", "Les discussions avec Barzani."),
        ("tr", "tr", "Haber", "Barzani ile görüşme."),
        ("none", None, "x", "Barzani"),
    )
    assert set(search("barzani")) == {"en", "fr", "tr", "none"}
    assert search("barzani", language="tr") == ["tr"]


def test_a_phrase_stands_in_that_order(publish, search):
    publish(
        ("phrase", "en", "A", "The white helmets pulled out two people."),
        ("apart", "en", "B", "Helmets were white, and the white paint was new on helmets."),
        ("arabic", "ar", "ج", "وصل الهلال الأحمر إلى المخيم"),
        ("other", "ar", "د", "الأحمر والهلال"),
    )
    assert search('"white helmets"') == ["phrase"]
    assert search("“white helmets”") == ["phrase"]
    assert search('"الهلال الاحمر"') == ["arabic"]
    assert set(search("white helmets")) == {"phrase", "apart"}


def test_a_word_s_beginning_an_exclusion_and_a_choice(publish, search):
    publish(
        ("shelling", "en", "Shelling", "Shelling in the north, in Tarfa"),
        ("truce", "en", "Truce", "A truce in the south, in Lathwa"),
        ("both", "en", "Truce broken", "Shelling broke the truce, in Tarfa and Lathwa"),
    )
    assert set(search("shell*")) == {"shelling", "both"}
    assert search("truce -shelling") == ["truce"]
    assert search('truce -"shelling broke"') == ["truce"]
    assert set(search('truce -"broke shelling"')) == {"truce", "both"}
    assert set(search("north OR south")) == {"shelling", "truce"}
    assert search("truce tarfa OR nowhere") == ["both"]
    assert set(search("lath* | tarfa")) == {"shelling", "truce", "both"}


@pytest.mark.parametrize(
    ("language", "written", "asked", "other"),
    [
        ("zh", "联合国呼吁停火。", "停火", "火停"),
        ("zh", "联合国呼吁停火。", "联合国", "国合联"),
        ("zh", "联合国呼吁停火。", "火", "水"),
        ("ja", "避難民が増えている", "避難民", "難避"),
        ("th", "ผู้ลี้ภัยเดินทางถึง", "ลี้ภัย", "ภัยลี้"),
        ("zh", "Reuters报道", "报道", "道报"),
        ("zh", "Reuters报道", "reuters", "afp"),
    ],
)
def test_scripts_without_spaces_are_found_by_any_part(publish, search, language, written, asked, other):
    publish(("one", language, "x", written))
    assert search(asked) == ["one"]
    assert search(other) == []


def test_a_part_of_an_address_or_a_joined_word_is_a_word(publish, search):
    publish(("one", "en", "x", "See www.example.org/aid-report and l'Humanité, cross-border aid"))
    for asked in ("aid", "example.org", "humanite", '"cross border"', "cross-border"):
        assert search(asked) == ["one"], asked
