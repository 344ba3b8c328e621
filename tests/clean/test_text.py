"""Text as it is kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.clean.text import count_words, normalize_line


def test_words_are_counted_in_any_script() -> None:
    assert count_words("It’s 3.5 kilometres, state-run.") == 4
    assert count_words("قتل سبعة مدنيين") == 3
    assert count_words("東京都") == 3


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_a_word_of_another_script_adds_one_to_the_words_of_a_text(text: str) -> None:
    assert count_words(f"{text} سبعة") == count_words(text) + 1


@given(st.lists(st.one_of(st.text(), st.sampled_from(("\xa0", "\t", "  ", "\ufffd", "\u200b", "e\u0301")))))
def test_a_line_is_normalised_once_and_for_all(parts: list[str]) -> None:
    line = normalize_line("".join(parts))
    assert line == " ".join(line.split())
    assert "\ufffd" not in line
    assert "\u200b" not in line
    assert normalize_line(line) == line
