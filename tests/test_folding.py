"""The form of text that titles, names and menus are compared by."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.folding import fold


@given(st.text())
def test_folding_drops_marks_and_whatever_is_no_letter_or_digit(text: str) -> None:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(char if char.isalnum() else " " for char in decomposed if not unicodedata.combining(char))
    assert fold(text) == " ".join(kept.split())


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ferry–Strike: DAY 9!", "ferry strike day 9"),
        ("Straße", "strasse"),
        ("İstanbul'da grev", "istanbul da grev"),
        ("إِضْراب العبّارات", "اضراب العبارات"),
        ("ΟΔΟΣ ᾴδω", "οδοσ αιδω"),
        ("Ａ１", "a1"),
        ("x" * 400 + "É", "x" * 400 + "e"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded
