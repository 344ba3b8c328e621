"""What is taken off the story that the model found: pages of invented outlets."""

# ruff: noqa: E501 - markup reads better in one line
from __future__ import annotations

import pytest

from crawler.clean import Rejected, extract_article
from crawler.clean.notices import is_notice_within
from crawler.records import ArticleFields

URL = "https://dune.example/2024/05/wells-run-dry"
STORY = [
    "The last two wells of Omar Hill ran dry on Monday, and the council said that water would come by lorry from Tuesday "
    "on, twelve cubic metres a day for nine thousand people, which is less than half of what they used before.",
    "“We had counted on them until the rains,” said Rima Nadir, who heads the water board, at the gate of the pumping "
    "station. She said that a third well could be drilled within six weeks if a rig were let through the northern road.",
    "Families were queuing with canisters at the mosque from before dawn. Three children and a woman of seventy were "
    "treated for heat in the clinic, its director said, and asked for salt tablets and for shade on the square.",
]


def extract(body: str, head: str = "") -> ArticleFields:
    page = f"<html lang=en><head><title>Wells of Omar Hill run dry</title>{head}</head><body>{body}</body></html>"
    result = extract_article(page.encode(), content_type="text/html; charset=utf-8", url=URL)
    assert not isinstance(result, Rejected), result
    return result


def article(*lines: str) -> str:
    return f"<main><article><h1>Wells of Omar Hill run dry</h1><div class=article-body>{''.join(lines)}</div></article></main>"


def paragraphs(*lines: str) -> list[str]:
    return [f"<p>{line}</p>" for line in lines]


@pytest.mark.parametrize(
    "line",
    [
        "<p>Follow us on Telegram for the latest news</p>",
        "<p>© 2024 The Dune. All rights reserved.</p>",
        "<p>تابعونا على فيسبوك</p>",
        "<figure><img src=/a.jpg><figcaption>A queue for water at the mosque of Omar Hill on Monday.</figcaption></figure>",
    ],
)
def test_lines_that_are_not_of_the_story_go(line: str) -> None:
    found = extract(article(*paragraphs(*STORY[:2]), line, *paragraphs(STORY[2])))
    assert found.text.split("\n\n") == STORY


def test_a_caption_has_its_own_field() -> None:
    figure = "<figure><img src=/a.jpg><figcaption>A queue for water at Omar Hill.</figcaption></figure>"
    assert extract(article(figure, *paragraphs(*STORY))).captions == ("A queue for water at Omar Hill.",)


def test_a_pull_quote_stands_once() -> None:
    pulled = "<blockquote class=pullquote>We had counted on them until the rains</blockquote>"
    found = extract(article(*paragraphs(STORY[0]), pulled, *paragraphs(*STORY[1:])))
    assert found.text.split("\n\n") == STORY


def test_a_quote_of_its_own_between_two_paragraphs_stays() -> None:
    own = "<blockquote><p>My mother carried eight litres in her arms up that hill, and then she went down again.</p></blockquote>"
    found = extract(article(*paragraphs(*STORY[:2]), own, *paragraphs(STORY[2])))
    assert "My mother carried eight litres" in found.text


def test_a_list_of_the_dead_is_whole() -> None:
    names = [
        "Sami Haddad, 52, baker",
        "Huda Haddad, 47, his wife",
        "Ilyas Haddad, 9",
        "Yara Nasr, 3",
        "Zaid Omran, 41, porter",
    ]
    items = "<ul>" + "".join(f"<li>{name}</li>" for name in names) + "</ul>"
    found = extract(
        article(
            *paragraphs(STORY[0], "The council gave the names of the five who died on the way."),
            items,
            *paragraphs(*STORY[1:]),
        )
    )
    assert "\n".join(names) in found.text


def test_the_headline_again_is_no_paragraph() -> None:
    found = extract(article("<p>Wells of Omar Hill run dry</p>", *paragraphs(*STORY)))
    assert found.text.split("\n\n") == STORY


@pytest.mark.parametrize(
    "line",
    [
        "Two of his guards were killed by a bomb hidden... Read more »",
        "قال المتحدث باسم البلدية إن الآبار جفت… اقرأ المزيد",
        "Les deux derniers puits sont à sec… Lire la suite",
    ],
)
def test_a_teaser_that_is_cut_short_is_a_notice(line: str) -> None:
    assert is_notice_within(line)


def test_a_sentence_with_an_ellipsis_is_none() -> None:
    assert not is_notice_within("He waited… and nobody told him more")
