"""A template at work on a new page."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean.body import Reading
from crawler.clean.memory import SiteTemplate, adjust, learn, observe
from crawler.clean.memory.keys import line_key, path_keys
from crawler.clean.memory.template import Furniture, PathPrior
from crawler.clean.page import Page, parse_page
from tests.memory.site import APPEAL, html, read, read_story, story

EMPTY = SiteTemplate(version="0" * 12, pages=4, stories=4, days=0)


def learned(count: int = 5) -> SiteTemplate:
    template = learn([observe(*read_story(n)) for n in range(count)])
    assert template is not None
    return template


def text_of(page: Page, reading: Reading) -> list[str]:
    return [page.blocks[index].text for index in reading.body]


def test_a_new_story_loses_the_site_s_appeal_and_nothing_of_its_own() -> None:
    page, reading = read_story(30)
    assert APPEAL in text_of(page, reading)
    assert text_of(page, adjust(page, reading, learned())) == story(30)


def test_a_page_that_was_learned_from_is_read_the_same_way() -> None:
    page, reading = read_story(2)
    assert text_of(page, adjust(page, reading, learned())) == story(2)


def test_the_line_is_known_with_another_number_in_it() -> None:
    pages = [
        observe(*read_story(n, f"<p>{n + 3} readers have shared this</p>", more={f"{n + 3} readers": 0.8}))
        for n in range(5)
    ]
    template = learn(pages)
    assert template is not None
    page, reading = read_story(40, "<p>871 readers have shared this</p>", more={"871 readers": 0.8})
    assert text_of(page, adjust(page, reading, template)) == story(40)


def test_a_story_keeps_its_beginning_though_other_pages_show_it_in_a_box() -> None:
    box = f"<aside class='more'><p>{story(60)[0]}</p></aside>"
    template = learn([observe(*_with_box(n, box)) for n in range(5)])
    assert template is not None
    assert line_key(story(60)[0]) in template.lines
    page, reading = read_story(60)
    assert text_of(page, adjust(page, reading, template)) == story(60)


def _with_box(number: int, box: str) -> tuple[Page, Reading]:
    page = parse_page(html(number, box), f"https://ledger.example/{number}")
    kept = dict.fromkeys((*(line[:40] for line in story(number)), APPEAL[:30]), 0.9)
    return page, read(page, kept)


def test_a_path_that_is_story_on_all_pages_keeps_a_line_in_doubt() -> None:
    page, reading = read_story(7, "<p>They will come back tomorrow.</p>", more={"They will": 0.46})
    key = path_keys(page.blocks)[reading.body[0]]
    kept = EMPTY.model_copy(update={"paths": {key: PathPrior(total=210, weight=60, stories=20, path="p")}})
    dropped = EMPTY.model_copy(update={"paths": {key: PathPrior(total=-210, weight=60, stories=20, path="p")}})
    assert "They will come back tomorrow." in text_of(page, adjust(page, reading, kept))
    assert "They will come back tomorrow." not in text_of(page, adjust(page, reading, EMPTY))
    assert "They will come back tomorrow." not in text_of(page, adjust(page, reading, dropped))


def test_a_path_does_not_overrule_a_model_that_is_sure() -> None:
    page, reading = read_story(7)
    paths = {key: PathPrior(total=-2400, weight=600, stories=200, path="p") for key in path_keys(page.blocks)}
    assert story(7)[0] in text_of(page, adjust(page, reading, EMPTY.model_copy(update={"paths": paths})))


def test_a_page_is_not_evidence_of_itself() -> None:
    def reads(number: int) -> tuple[Page, Reading]:
        page = parse_page(html(number), f"https://ledger.example/{number}")
        return page, read(page, dict.fromkeys(("The", "Engineers", "People", "Readers"), 0.7 if number else 0.45))

    template = learn([observe(*reads(n)) for n in range(4)])
    assert template is not None
    page, reading = reads(0)
    key = path_keys(page.blocks)[next(block.index for block in page.blocks if block.text.startswith("Engineers"))]
    others = template.paths[key].odds
    again = adjust(page, reading, template)
    elsewhere = adjust(page, reading, template.model_copy(update={"seen": ()}))
    at = next(block.index for block in page.blocks if block.text.startswith("Engineers"))
    assert others > 0
    # Its own doubt is in the mean: without it, the others' certainty counts for more.
    assert again.probabilities[at] != elsewhere.probabilities[at]
    assert again.probabilities[at] > 0.45


def test_lines_that_are_all_link_are_told_from_the_paragraphs_around_them() -> None:
    link = "<p><a href='/x'>See the pictures of {}</a></p>"
    told = [observe(*read_story(n, link.format(n), more={"See the": 0.1 if n else 0.45})) for n in range(6)]
    template = learn(told)
    assert template is not None
    page, reading = read_story(50, link.format("it"), more={"See the": 0.6})
    lines = template.model_copy(update={"lines": {}})
    assert "See the pictures of it" not in text_of(page, adjust(page, reading, lines))


def test_a_template_that_would_empty_the_page_is_left_aside() -> None:
    page, reading = read_story(7)
    lines = {line_key(text): Furniture(stories=9, kept=9, example=text) for text in story(7)}
    assert adjust(page, reading, EMPTY.model_copy(update={"lines": lines})) is reading


def test_a_page_without_lines_stays_as_it_is() -> None:
    page = parse_page("<html><body></body></html>", "https://ledger.example/")
    reading = Reading(None, np.zeros((1, 0), np.float32), np.zeros(0), 0.5, [])
    assert adjust(page, reading, learned()) is reading


def test_the_places_of_headline_byline_and_date_are_told() -> None:
    page, reading = read_story(3)
    told = observe(page, reading)
    assert told.headline_path is not None
    assert told.paths[told.headline_path].endswith("article.story/h1")
    assert told.date_path is not None


def test_a_page_of_a_million_lines_is_observed_in_part() -> None:
    page = parse_page(html(1, *("<p>Flood</p>" for _ in range(9000))), "https://ledger.example/flood")
    told = observe(page, read(page, {"Flood": 0.9}))
    assert len(told.lines) <= 1500


def test_copies_of_a_story_in_a_script_without_spaces_are_one() -> None:
    lines = [
        "橋の修理が終わり、川の両岸の住民が久しぶりに市場へ歩いて渡った。",
        "議会は費用の一部を来年の予算から出すと決めた。",
    ]
    told = []
    for n in range(6):
        body = "".join(f"<p>{line}</p>" for line in lines)
        page = parse_page(f"<h1>橋が開通 {n}</h1><main>{body}<p>第{n}報</p></main>", f"https://a.example/{n}")
        told.append(observe(page, read(page, dict.fromkeys(lines, 0.9))))
    assert learn(told) is None


TEMPLATE = learned()


@given(st.lists(st.floats(0, 1), min_size=40, max_size=40), st.sets(st.integers(0, 39)))
def test_whatever_a_model_says_the_body_is_in_order_and_no_page_is_emptied(
    probabilities: list[float], furniture: set[int]
) -> None:
    page, reading = read_story(9)
    count = len(page.blocks)
    said = Reading(
        reading.headline, reading.features, np.array(probabilities[:count]), 0.5,
        [index for index in range(count) if probabilities[index] >= 0.5],
    )  # fmt: skip
    lines = {
        line_key(page.blocks[index].text): Furniture(stories=9, kept=9, example="x")
        for index in furniture
        if index < count
    }
    found = adjust(page, said, TEMPLATE.model_copy(update={"lines": lines}))
    assert found.body == sorted(found.body)
    if any(probabilities[index] >= 0.8 for index in said.body):
        assert found.body
    if found is not said:
        assert not {line_key(page.blocks[index].text) for index in found.body} & (lines.keys() - {""})
