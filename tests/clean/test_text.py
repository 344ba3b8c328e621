"""Text as it is kept."""

from __future__ import annotations

from crawler.clean.text import count_words


def test_words_are_counted_in_any_script() -> None:
    assert count_words("It’s 3.5 kilometres, state-run.") == 4
    assert count_words("قتل سبعة مدنيين") == 3
    assert count_words("東京都") == 3
