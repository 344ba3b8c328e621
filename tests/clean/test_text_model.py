"""The model of the text, its features, and the words that they are made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean import text_model
from crawler.clean.features import NAMES, compute_features
from crawler.clean.headline import find_headline
from crawler.clean.lexicon import Speech, hear
from crawler.clean.page import parse_page
from crawler.clean.roles import Role, role_of_names, role_of_tag
from crawler.clean.trees import load_trees

PAGE = """<html><head><title>Wells of Omar Hill run dry</title></head><body>
<nav><ul><li><a href=/a>World</a><li><a href=/b>Sport</a></ul></nav>
<main><article><h1>Wells of Omar Hill run dry</h1><p class=byline>By Rima Nadir</p>
<p>The last two wells of Omar Hill ran dry on Monday, and the council said that water would come by lorry.</p>
<p>Families were queuing with canisters at the mosque from before dawn, the director of the clinic said.</p></article>
<aside class=related><h3>Read more</h3><ul><li><a href=/c>Third well to be drilled within six weeks</a></ul></aside>
</main>
<footer>© 2024 The Dune. All rights reserved.</footer></body></html>"""


def test_the_model_was_fitted_on_the_features_that_there_are() -> None:
    assert load_trees(text_model.MODEL_FILE).names == NAMES
    assert len(set(NAMES)) == len(NAMES)


def test_each_feature_is_a_number_for_each_block() -> None:
    page = parse_page(PAGE, "https://dune.example/wells")
    features = compute_features(page, find_headline(page))
    assert features.shape == (len(NAMES), len(page.blocks))
    assert np.isfinite(features).all()


def test_the_story_is_likelier_than_what_is_around_it() -> None:
    page = parse_page(PAGE, "https://dune.example/wells")
    probabilities = text_model.score_blocks(compute_features(page, find_headline(page)))
    story = [b.index for b in page.blocks if b.tag == "p" and "By " not in b.text]
    rest = [b.index for b in page.blocks if b.index not in story]
    assert probabilities[story].min() > 0.5 > probabilities[rest].max()


def test_an_explanation_adds_up_to_the_difference_from_the_mean() -> None:
    page = parse_page(PAGE, "https://dune.example/wells")
    features = compute_features(page, find_headline(page))
    log_odds = [float(np.log(p / (1 - p))) for p in text_model.score_blocks(features)]
    for block in (0, 4, len(page.blocks) - 1):
        moved = sum(text_model.explain(features, block).values())
        other = sum(text_model.explain(features, 5).values())
        assert moved - other == pytest.approx(log_odds[block] - log_odds[5], abs=1e-3)


@pytest.mark.parametrize(
    ("line", "speech"),
    [
        ("Read more", Speech.MORE),
        ("Sign up for our newsletter", Speech.NEWSLETTER),
        ("جميع الحقوق محفوظة", Speech.COPYRIGHT),
        ("© Lantern", Speech.COPYRIGHT),
        ("بقلم: سامر الحلو", Speech.BYLINE),
        ("Kommentare", Speech.COMMENT),
    ],
)
def test_furniture_is_heard(line: str, speech: int) -> None:
    assert hear(line).speech & speech
    assert hear(line).spoken


def test_a_long_line_says_nothing() -> None:
    line = "Read more about it in the newsletter, he said, " * 9
    assert (hear(line).speech, hear(line).spoken) == (0, 0)


@pytest.mark.parametrize(
    ("names", "role"),
    [
        ("article-body", Role.BODY),
        ("articleBody", Role.BODY),
        ("article__body", Role.BODY),
        ("entry-content", Role.BODY),
        ("wp-caption-text", Role.CAPTION),
        ("relatedPosts", Role.RELATED),
        ("sr-only", Role.HIDDEN),
        ("comment-list", Role.COMMENT),
    ],
)
def test_names_tell_roles(names: str, role: int) -> None:
    assert role_of_names(names) & role


def test_names_that_a_build_made_up_tell_nothing() -> None:
    assert role_of_names("css-1q9x7AD _3WjAb") == 0


def test_elements_that_a_site_made_up_tell_their_role_by_their_name() -> None:
    assert role_of_tag("article-body") & Role.BODY
    assert role_of_tag("x") == 0


@given(st.text(max_size=200))
def test_any_names_have_roles(names: str) -> None:
    assert role_of_names(names) >= 0
    assert hear(names).spoken >= 0
