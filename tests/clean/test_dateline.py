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
