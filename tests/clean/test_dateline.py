"""Datelines of several wires and scripts, and sentences that look like them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.clean.dateline import split_dateline

REST = "More than 200 people left the town on Monday, officials said."
AR_REST = "قتل سبعة مدنيين في قصف على المدينة صباح اليوم الخميس"
RU_REST = "Более двухсот человек покинули город в понедельник, сообщили власти"


@pytest.mark.parametrize(
    ("text", "place", "agencies"),
    [
        (f"KYIV, Ukraine (AP) — {REST}", "KYIV, Ukraine", ("AP",)),
        (f"Berlin/Kiew (dpa) - {REST}", "Berlin/Kiew", ("dpa",)),
        (f"Bruselas, 7 oct (EFE).- {REST}", "Bruselas", ("EFE",)),
        (f"İSTANBUL (AA) - {REST}", "İSTANBUL", ("AA",)),
        (f"(ANSA) - ROMA, 28 LUG - {REST}", "ROMA", ("ANSA",)),
        (f"(HWN) — {REST}", None, ("HWN",)),
        (f"London (HWN){REST}", "London", ("HWN",)),
        (f"MERROW, HARBOURWIRE.com - {REST}", "MERROW", ("HARBOURWIRE.com",)),
        (f"ISTANBUL\n{REST}", "ISTANBUL", ()),
        (f"دمشق-سانا {AR_REST}", "دمشق", ("سانا",)),
        (f"دمشق-سانا\n{AR_REST}", "دمشق", ("سانا",)),
        (f"بيروت (رويترز) - {AR_REST}", "بيروت", ("رويترز",)),
        (f"تهران - ایرنا - {AR_REST}", "تهران", ("ایرنا",)),
        (f"Москва. 5 мая. ИНТЕРФАКС - {RU_REST}", "Москва", ("ИНТЕРФАКС",)),
        (f"МОСКВА, 5 мая – РИА Новости. {RU_REST}", "МОСКВА", ("РИА Новости",)),
        (f"КИЇВ. 5 травня. УНН. {RU_REST}", "КИЇВ", ("УНН",)),
    ],
)
def test_datelines_of_many_wires_are_read(text: str, place: str | None, agencies: tuple[str, ...]) -> None:
    found = split_dateline(text)
    assert found is not None
    assert (found.place, found.agencies) == (place, agencies)
    assert found.rest in (REST, AR_REST, RU_REST)


@pytest.mark.parametrize(
    "text",
    [
        REST,
        AR_REST,
        RU_REST,
        "Merrow – once the country’s largest port – has lost half of its people since the flood began.",
        f"LESSONS LEARNED\n{REST}",
        f"Minister: {REST}",
        f"Breaking – {REST}",
        "MERROW — So it ends",
        "",
    ],
)
def test_sentences_and_headings_are_no_datelines(text: str) -> None:
    assert split_dateline(text) is None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_a_dateline_never_changes_the_text_behind_it(text: str) -> None:
    found = split_dateline(text)
    assert found is None or text.strip().endswith(found.rest)


BEHIND = "More than 200 people left the town on Monday, officials said."


AR_BEHIND = "قتل سبعة مدنيين في قصف على المدينة صباح اليوم الخميس"


@pytest.mark.parametrize(
    ("text", "place", "agencies"),
    [
        (f"Aleppo – {BEHIND}", "Aleppo", ()),
        (f"BEIRUT (Reuters) - {BEHIND}", "BEIRUT", ("Reuters",)),
        (f"DAMASCUS, Syria (AP) — {BEHIND}", "DAMASCUS, Syria", ("AP",)),
        (f"GENEVA/DAMASCUS, Oct 12 (Reuters) - {BEHIND}", "GENEVA/DAMASCUS", ("Reuters",)),
        (f"(Geneva) – {BEHIND}", "Geneva", ()),
        (f"(AFP) — {BEHIND}", None, ("AFP",)),
        (f"حلب – {AR_BEHIND}", "حلب", ()),
        (f"دمشق - سانا: {AR_BEHIND}", "دمشق", ("سانا",)),
        (f"بيروت (رويترز) - {AR_BEHIND}", "بيروت", ("رويترز",)),
    ],
)
def test_a_dateline_is_parted_from_its_sentence(text: str, place: str | None, agencies: tuple[str, ...]) -> None:
    found = split_dateline(text)
    assert found is not None
    assert (found.place, found.agencies) == (place, agencies)
    assert found.rest in (BEHIND, AR_BEHIND)


@pytest.mark.parametrize(
    "text",
    [
        BEHIND,
        "Aleppo – once the country’s largest city – has lost half of its people since the war began.",
        "Aleppo – Syria’s largest city – fell silent on Monday as the truce began.",
        "Assad – who has ruled since 2000 – said on Monday that there would be no talks at all.",
        "Officials said – Three people were killed when the bus left the road near the bridge.",
        "Minister: Nobody will be left behind in the evacuation of the eastern districts.",
        "Breaking – Three people were killed when the bus left the road near the bridge today.",
        "قال الوزير - الذي زار المدينة أمس - إن الطريق سيفتح قريبا أمام المدنيين",
    ],
)
def test_a_dash_alone_makes_no_dateline(text: str) -> None:
    assert split_dateline(text) is None
