"""Names out of credits: split, in order, in their case, without all that is no name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.clean.agencies import is_agency, is_site, is_wire
from crawler.clean.name_case import mend_case
from crawler.clean.names import is_personal, split_credit, strip_lead

SITES = ("Harbour Wire", "harbourwire.example", "harbourwire")


def split_names(text: str) -> list[str]:
    """All that a credit names, whoever it is."""
    people, agencies, outlets = split_credit(text, ())
    return [*people, *agencies, *outlets]


@pytest.mark.parametrize(
    ("credit", "people"),
    [
        ("By Tomas Reh, Ada Quill and Nora Lindqvist", ["Tomas Reh", "Ada Quill", "Nora Lindqvist"]),
        ("Von Max Muster und Erika Beispiel", ["Max Muster", "Erika Beispiel"]),
        ("Par Luce Armand et Paul Vidal", ["Luce Armand", "Paul Vidal"]),
        ("Por Inés Robledo y Mario Cifuentes", ["Inés Robledo", "Mario Cifuentes"]),
        ("Yazan: Deniz Arıkan, Elif Sönmez ve Kaan Tekin", ["Deniz Arıkan", "Elif Sönmez", "Kaan Tekin"]),
        ("كتب: سامر الحلو ومنى درويش", ["سامر الحلو", "منى درويش"]),
        ("بقلم سامر الحلو", ["سامر الحلو"]),
        ("إعداد: ليلى وهبة، سامر الحلو", ["ليلى وهبة", "سامر الحلو"]),
        ("Автор: Олена Бойко и Тарас Мельник", ["Олена Бойко", "Тарас Мельник"]),
        ("نویسنده: آرش نیکو", ["آرش نیکو"]),
        ("Nivîskar: Azad Berwar û Rojda Zana", ["Azad Berwar", "Rojda Zana"]),
        ("מאת: נועה ברק", ["נועה ברק"]),
        ("作者：林海寧", ["林海寧"]),
        ("김하늘 기자", ["김하늘"]),
    ],
)
def test_names_are_split_and_lose_their_lead_in(credit: str, people: list[str]) -> None:
    assert list(split_credit(credit)[0]) == people


@pytest.mark.parametrize(
    ("credit", "person"),
    [
        ("Tomas Reh, Senior Reporter", "Tomas Reh"),
        ("Staff Writer Tomas Reh", "Tomas Reh"),
        ("Tomas Reh Chief Political Correspondent", "Tomas Reh"),
        ("Erika Beispiel, Nahost-Korrespondentin", "Erika Beispiel"),
        ("Tomas Reh in Beirut", "Tomas Reh"),
        ("Tomas Reh in Beirut, Lebanon", "Tomas Reh"),
        ("Tomas Reh, London", "Tomas Reh"),
        ("Tomas Reh, MD", "Tomas Reh"),
        ("Tomas Reh, Jr.", "Tomas Reh Jr."),
        ("Tomas Reh tomas.reh@harbourwire.example", "Tomas Reh"),
        ("Tomas Reh @tomasreh", "Tomas Reh"),
        ("Tomas Reh | Updated 3 May 2020", "Tomas Reh"),
        ("Tomas RehUpdated May 3, 2020", "Tomas Reh"),
        ("By Tomas Reh on Jan 22, 2025", "Tomas Reh"),
        ("Tomas Reh HARBOUR WIRE", "Tomas Reh"),
        ("Tomas Reh Tomas Reh", "Tomas Reh"),
        ("Reh, Tomas", "Tomas Reh"),
        ("ByTomas Reh", "Tomas Reh"),
        ("José Ortega y Gasset", "José Ortega y Gasset"),
        ("<p>Tomas Reh</p>", "Tomas Reh"),
        ("وائل وليد", "وائل وليد"),
    ],
)
def test_only_the_name_is_left_of_a_credit(credit: str, person: str) -> None:
    assert split_credit(credit, SITES)[0] == (person,)


def test_a_comma_in_a_name_is_not_a_second_author() -> None:
    assert split_names("Quill, Ada") == ["Ada Quill"]
    assert split_names("Ada Quill, Tomas Reh") == ["Ada Quill", "Tomas Reh"]


@pytest.mark.parametrize(
    "credit",
    ["admin", "webmaster", "jane@harbourwire.example", "NOC Admin", "https://harbourwire.example", "3 min read", ""],
)
def test_users_and_addresses_are_nobody(credit: str) -> None:
    assert split_names(credit) == []


@pytest.mark.parametrize(
    ("credit", "expected"),
    [
        ("Tomas Reh and AP", (("Tomas Reh",), ("AP",), ())),
        ("Tomas Reh for Reuters", (("Tomas Reh",), ("Reuters",), ())),
        ("Tomas Reh (AFP)", (("Tomas Reh",), ("AFP",), ())),
        ("Erika Beispiel, dpa", (("Erika Beispiel",), ("dpa",), ())),
        ("AP/Reuters", ((), ("AP", "Reuters"), ())),
        ("Harbour Wire", ((), (), ("Harbour Wire",))),
        ("Harbour Wire reporter", ((), (), ("Harbour Wire reporter",))),
        ("Redaktion", ((), (), ("Redaktion",))),
        ("The Harbour Team", ((), (), ("The Harbour Team",))),
        ("Merrow Times (harbourwire.example)", ((), (), ("Merrow Times",))),
        ("Ministry of Roads and Rivers", ((), (), ("Ministry of Roads and Rivers",))),
        ("Tomas Reh, The Merrow Post", (("Tomas Reh",), (), ("The Merrow Post",))),
    ],
)
def test_agencies_and_outlets_are_told_from_people(credit: str, expected: tuple[tuple[str, ...], ...]) -> None:
    assert split_credit(credit, SITES) == expected


def test_acronyms_of_agencies_count_as_they_are_written() -> None:
    assert is_wire("MAP")
    assert not is_wire("Map")
    assert is_wire("dpa")
    assert is_wire("سانا")


def test_a_site_is_known_in_any_spelling() -> None:
    assert is_site("HARBOURWIRE", SITES)
    assert is_site("harbour-wire", SITES)
    assert not is_site("Harbour", SITES)
    assert is_agency("Harbour Wire", SITES)
    assert not is_agency("Tomas Reh", SITES)


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("JOHN SMITH", "John Smith"),
        ("john smith", "John Smith"),
        ("JOHN MCDONALD", "John McDonald"),
        ("SEAN O'HARA", "Sean O'Hara"),
        ("JEAN-LUC VAN DER BERG", "Jean-Luc van der Berg"),
        ("Jean DUPONT", "Jean Dupont"),
        ("Luce d'Almeida", "Luce d'Almeida"),
        ("LUCE D'ALMEIDA", "Luce d'Almeida"),
        ("Sami al-Khatib", "Sami al-Khatib"),
        ("SAMI AL-KHATIB", "Sami al-Khatib"),
        ("JD Quill", "JD Quill"),
        ("A.J. QUILL", "A.J. Quill"),
        ("ОЛЕНА БОЙКО", "Олена Бойко"),
        ("سامر الحلو", "سامر الحلو"),
        ("quill", "quill"),
    ],
)
def test_case_is_mended_where_it_shouts_or_whispers(written: str, mended: str) -> None:
    assert mend_case(written) == mended


def test_the_turkish_i_keeps_its_dot_or_its_lack() -> None:
    assert mend_case("ILGIN YILDIZ", "tr") == "Ilgın Yıldız"
    assert mend_case("İLKER ŞAHİN") == "İlker Şahin"


@pytest.mark.parametrize("text", ["Read More", "Latest News", "Key challenges", "Harbour Team", "3 Things", "Quill"])
def test_buttons_and_headings_do_not_look_like_people(text: str) -> None:
    assert not is_personal(text)


@pytest.mark.parametrize(
    "text", ["Tomas Reh", "Ana de la Vega", "سامر الحلو", "Олена Бойко", "林海寧", "J. R. Quill", "Jan Maart"]
)
def test_people_look_like_people(text: str) -> None:
    assert is_personal(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120))
def test_any_text_splits_into_clean_names(text: str) -> None:
    for names in split_credit(text, SITES):
        assert len(set(names)) == len(names)
        assert all(name and name == name.strip() and "\n" not in name for name in names)


@settings(max_examples=150, deadline=None)
@given(st.text("abmcdXYZI ŞçОлен-'سم", max_size=40))
def test_what_is_mended_stays_mended(text: str) -> None:
    once = mend_case(text)
    assert mend_case(once) == once


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["Tomas Reh", "Ada Quill", "Nora Lindqvist", "Sami al-Khatib"]), min_size=1, unique=True)
)
def test_joined_names_come_apart_again(names: list[str]) -> None:
    joined = ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]
    assert list(split_credit(f"By {joined}")[0]) == names
    assert strip_lead(f"By {joined}") == joined


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Jane Doe and John Q. Public, Senior Editor", ["Jane Doe", "John Q. Public"]),
        ("كتب: سامر الحلو", ["سامر الحلو"]),
        ("Doe, Jane", ["Jane Doe"]),
        ("Jason Ramon | Updated 3 May 2020", ["Jason Ramon"]),
        ("Jane Doe in Beirut", ["Jane Doe"]),
        ("von Max Muster und Erika Beispiel", ["Max Muster", "Erika Beispiel"]),
        ("jane@example.org", []),
        ("admin", []),
    ],
)
def test_bylines_are_split_into_names(byline: str, names: list[str]) -> None:
    assert split_names(byline) == names
