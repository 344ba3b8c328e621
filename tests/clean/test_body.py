"""Which blocks are chosen, given what the model thinks of each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean.blocks import Block
from crawler.clean.body import BELONGS, choose_body, choose_threshold, read_body
from crawler.clean.features import NAMES
from crawler.clean.page import parse_page

SENTENCE = "The council of Harun met on Tuesday to hear about the wells of the valley, and what they will cost."
ARTICLE = (
    "<html lang=en><head><title>Council hears about wells</title></head><body>"
    "<nav><ul><li><a href=/a>Home</a><li><a href=/b>World</a></ul></nav>"
    "<article><h1>Council hears about wells</h1>"
    + "".join(f"<p>{SENTENCE} This was read out to the {n} engineers of the district.</p>" for n in range(2, 9))
    + "</article><footer><p>All rights reserved. <a href=/c>Contact</a></p></footer></body></html>"
)


def blocks_of(*texts: str) -> list[Block]:
    page = parse_page("".join(f"<p>{text}</p>" for text in texts), "")
    return page.blocks


def test_the_paragraphs_of_a_plain_article_are_its_body() -> None:
    page = parse_page(ARTICLE, "https://sada.example/wells")
    reading = read_body(page)
    assert [page.blocks[index].tag for index in reading.body] == ["p"] * 7
    assert page.blocks[reading.headline or 0].tag == "h1"
    assert reading.threshold == BELONGS
    assert reading.features.shape == (len(NAMES), len(page.blocks))
    assert reading.probabilities.shape == (len(page.blocks),)


def test_a_page_without_a_line_has_no_body() -> None:
    reading = read_body(parse_page("<html><body><script>x</script></body></html>", ""))
    assert reading.body == []
    assert reading.probabilities.shape == (0,)


def test_probabilities_do_not_hang_on_how_many_blocks_are_scored_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_body(parse_page(ARTICLE, "")).probabilities
    monkeypatch.setattr("crawler.clean.trees.ROWS_AT_ONCE", 3)
    assert np.array_equal(read_body(parse_page(ARTICLE, "")).probabilities, whole)


def test_a_sure_page_keeps_what_is_more_likely_than_not() -> None:
    probabilities, words = np.array([0.97, 0.95, 0.45, 0.02]), np.array([80.0, 90.0, 10.0, 30.0])
    assert choose_threshold(probabilities, words) == BELONGS


def test_the_bar_is_lower_where_the_model_knows_little() -> None:
    probabilities, words = np.array([0.4, 0.35, 0.3, 0.01]), np.array([80.0, 90.0, 60.0, 30.0])
    assert choose_threshold(probabilities, words) == pytest.approx(0.3)


def test_the_bar_is_never_so_low_that_anything_goes() -> None:
    assert choose_threshold(np.full(20, 0.03), np.full(20, 50.0)) == pytest.approx(0.2)


@given(st.lists(st.tuples(st.floats(0.001, 0.999), st.integers(1, 500)), min_size=1, max_size=60))
def test_the_bar_is_between_a_fifth_and_a_half(blocks: list[tuple[float, int]]) -> None:
    probabilities, words = (np.array(values, np.float32) for values in zip(*blocks, strict=True))
    assert 0.2 <= choose_threshold(probabilities, words) <= BELONGS


def test_blocks_from_the_bar_on_are_chosen_in_the_page_s_order() -> None:
    blocks = blocks_of("a", "b", "c", "d")
    assert choose_body(blocks, np.array([0.5, 0.49, 0.9, 0.51]), 0.5) == [0, 2, 3]


def test_a_line_that_the_page_repeats_is_chosen_once() -> None:
    blocks = blocks_of(SENTENCE, "Another line of the story.", SENTENCE)
    assert choose_body(blocks, np.full(3, 0.9), 0.5) == [0, 1]


def test_a_repeated_line_is_chosen_where_it_is_likely() -> None:
    blocks = blocks_of(SENTENCE, "Another line of the story.", SENTENCE)
    assert choose_body(blocks, np.array([0.1, 0.9, 0.9]), 0.5) == [1, 2]


def test_short_lines_may_come_again() -> None:
    blocks = blocks_of("Yes.", SENTENCE, "Yes.")
    assert choose_body(blocks, np.full(3, 0.9), 0.5) == [0, 1, 2]


@given(st.lists(st.sampled_from(["<p>", "<li>", "<a href=/x>", "word ", SENTENCE, "<h1>", "<br>", "© ", "</p>"])))
def test_any_page_has_a_probability_for_each_block(parts: list[str]) -> None:
    page = parse_page("".join(parts) or "x", "")
    reading = read_body(page)
    assert len(reading.probabilities) == len(page.blocks)
    assert np.isfinite(reading.features).all()
    assert ((reading.probabilities >= 0) & (reading.probabilities <= 1)).all()
    assert reading.body == sorted(set(reading.body))
