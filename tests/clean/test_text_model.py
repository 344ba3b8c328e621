"""The model of the text, its features, and the words that they are made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean import text_model
from crawler.clean.features import NAMES, compute_features
from crawler.clean.headline import find_headline
from crawler.clean.lexicon import hear
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


def test_what_moved_a_block_adds_up_to_what_the_model_says_of_it() -> None:
    page = parse_page(PAGE, "https://dune.example/wells")
    features = compute_features(page, find_headline(page))
    model = load_trees(text_model.MODEL_FILE)
    start = float(model.leaves.reshape(len(model.features), -1).mean(axis=1).sum()) + model.bias
    moved = text_model.explain_blocks(features)
    assert moved.shape == features.shape
    log_odds = start + moved.sum(axis=0)
    assert 1 / (1 + np.exp(-log_odds)) == pytest.approx(text_model.score_blocks(features), abs=1e-3)


@pytest.mark.parametrize(
    "line",
    [
        "Read more",
        "Sign up for our newsletter",
        "جميع الحقوق محفوظة",
        "© Lantern",
        "بقلم: سامر الحلو",
        "Kommentare",
    ],
)
def test_furniture_is_heard(line: str) -> None:
    assert hear(line).spoken


def test_a_long_line_says_nothing() -> None:
    line = "Read more about it in the newsletter, he said, " * 9
    assert hear(line).spoken == 0


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
