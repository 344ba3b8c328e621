"""The law of differences: from what is shown both texts can be put together again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.evidence.differences import Change, changed_paragraphs, changed_words

WORDS = st.lists(st.sampled_from(["bridge", "12", "21", "killed", "جسر", ",", "\n"]), max_size=12).map(" ".join)
TEXTS = st.lists(WORDS, min_size=1, max_size=8).map("\n\n".join)


def side(paragraphs: list, change: Change) -> str:
    kept = [[text for kind, text in pieces if kind in (Change.SAME, change)] for pieces in paragraphs]
    own = [pieces for pieces, all_pieces in zip(kept, paragraphs, strict=True) if pieces or not all_pieces]
    return "\n\n".join("".join(pieces) for pieces in own)


@given(TEXTS, TEXTS)
def test_both_texts_are_in_the_difference(before: str, after: str) -> None:
    shown = list(changed_paragraphs(before, after))
    assert side(shown, Change.GONE) == before
    assert side(shown, Change.NEW) == after


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert {change for pieces in changed_paragraphs(text, text) for change, _ in pieces} == {Change.SAME}


def test_a_number_is_one_word() -> None:
    assert changed_words("kills 12", "kills 112") == [
        (Change.SAME, "kills "), (Change.GONE, "12"), (Change.NEW, "112"),
    ]  # fmt: skip
