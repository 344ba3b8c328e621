"""Description, section, tags, image, caption, publisher and canonical address, on invented pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.clean.captions import strip_credit
from crawler.clean.details import Details, find_details
from crawler.clean.found import Found
from crawler.clean.headline import find_headline
from crawler.clean.page import parse_page

URL = "https://www.harbourpost.example/world/ferry"
STORY = "More than 200 people left the harbour town on Monday, and officials expect as many again tomorrow morning."


def details(head: str = "", above: str = "", below: str = "", json_ld: dict[str, object] | None = None) -> Details:
    if json_ld:
        head += f'<script type="application/ld+json">{json.dumps(json_ld)}</script>'
    page = parse_page(
        f"<html><head>{head}</head><body>{above}<article><h1>Ferry strike ends after nine days</h1>{below}"
        f"<p id=story>{STORY}</p></article></body></html>",
        URL,
    )
    return find_details(page, find_headline(page), [block.index for block in page.blocks if block.text == STORY])


def value_of(found: Found[Any] | None) -> object:
    return found.value if found else None


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def test_the_description_is_plain_text() -> None:
    found = details(
        meta("og:description", "The &amp;lt;b&amp;gt;port&amp;lt;/b&amp;gt; of Joria &amp;amp; its ferries")
    )
    assert value_of(found.description) == "The port of Joria & its ferries"


def test_a_description_cut_short_is_taken_whole_from_the_standfirst() -> None:
    whole = "The port of Joria has stood still for nine days, and nobody knows what comes next."
    found = details(meta("description", whole[:50] + "…"), below=f"<p class='standfirst'>{whole}</p>")
    assert value_of(found.description) == whole


def test_a_description_cut_short_may_be_the_first_paragraph() -> None:
    found = details(meta("description", STORY[:60] + "..."))
    assert value_of(found.description) == STORY


def test_the_slogan_of_the_site_is_no_description() -> None:
    slogan = "All the news from the coast of Joria, every day"
    found = details(meta("description", slogan), json_ld={"@type": "WebSite", "name": "HP", "description": slogan})
    assert found.description is None


def test_the_standfirst_is_the_description_where_the_head_has_none() -> None:
    found = details(below="<p class='standfirst'>Nine days of strike have emptied the shops.</p>")
    assert value_of(found.description) == "Nine days of strike have emptied the shops."
    assert found.description == Found("Nine days of strike have emptied the shops.", "page", 0.8)


def test_the_section_is_stated_by_the_data_before_the_metas() -> None:
    article = {"@type": "NewsArticle", "articleSection": ["Home", "World &amp; Sea"]}
    found = details(meta("article:section", "Europe"), json_ld=article)
    assert value_of(found.section) == "World & Sea"


def test_the_section_may_be_a_step_of_the_breadcrumb() -> None:
    steps = [{"name": name} for name in ("Home", "World", "Ferry strike ends after nine days")]
    found = details(json_ld={"@type": "BreadcrumbList", "itemListElement": steps})
    assert value_of(found.section) == "World"


def test_the_section_may_stand_over_the_headline_and_in_the_menu() -> None:
    menu = "<nav><ul><li><a href=/world>العالم</a></li><li><a href=/sport>رياضة</a></li></ul></nav>"
    found = details(above=f"{menu}<p><a href=/>الرئيسية</a> » <a href=/world>العالم</a></p>")
    assert value_of(found.section) == "العالم"
    assert details(above="<p>العالم</p>").section is None


@pytest.mark.parametrize("section", ["https://harbourpost.example/world", "news_news", "Uncategorized", "12"])
def test_codes_are_no_sections(section: str) -> None:
    assert details(meta("article:section", section)).section is None


def test_tags_are_split_and_told_once_and_without_the_site() -> None:
    head = meta("og:site_name", "Harbour Post") + meta(
        "keywords", "Joria, ferries، ميناء, joria; Harbour Post, #strike"
    )
    found = details(head)
    assert value_of(found.tags) == ("Joria", "ferries", "ميناء", "strike")


def test_tags_of_the_article_come_before_its_keywords() -> None:
    found = details(
        meta("keywords", "coast, news, sea") + meta("article:tag", "Ferries") + meta("article:tag", "Joria")
    )
    assert value_of(found.tags) == ("Ferries", "Joria")


def test_tags_that_a_machine_made_up_are_left_out() -> None:
    article = {"@type": "NewsArticle", "keywords": ["Day: Monday", "Type: Story", "WC: 500", "Joria"]}
    found = details(json_ld=article)
    assert value_of(found.tags) == ("Joria",)


def test_tags_may_be_links_under_the_story() -> None:
    found = details(below="<p>See <a rel=tag href=/t/1>Joria</a> and <a rel='tag nofollow' href=/t/2>Ferries</a></p>")
    assert value_of(found.tags) == ("Joria", "Ferries")


def test_the_image_is_absolute_and_no_logo() -> None:
    article = {"@type": "NewsArticle", "image": [{"url": "/pictures/ferry.jpg"}]}
    found = details(meta("og:image", "https://cdn.example/img/logo.png"), json_ld=article)
    assert value_of(found.image_url) == "https://www.harbourpost.example/pictures/ferry.jpg"


def test_the_image_may_stand_under_the_headline() -> None:
    found = details(
        below="<figure><img src=/pictures/ferry.jpg><figcaption>The last ferry leaves</figcaption></figure>"
    )
    assert str(value_of(found.image_url)).endswith("/pictures/ferry.jpg")
    assert value_of(found.image_caption) == "The last ferry leaves"


def test_a_caption_loses_its_photographer() -> None:
    figure = (
        "<figure><img src=/a.jpg><figcaption>The last ferry leaves Joria. Photo: Ada Brill/AFP</figcaption></figure>"
    )
    found = details(meta("og:image", "/a.jpg"), below=figure)
    assert value_of(found.image_caption) == "The last ferry leaves Joria."


def test_a_credit_alone_is_no_caption() -> None:
    figure = "<figure><img src=/a.jpg><figcaption>Foto: Ada Brill</figcaption></figure>"
    assert details(meta("og:image", "/a.jpg"), below=figure).image_caption is None


def test_a_caption_may_stand_in_the_data() -> None:
    image = {"@type": "ImageObject", "url": "/a.jpg", "caption": "The last ferry leaves Joria"}
    found = details(json_ld={"@type": "NewsArticle", "image": image})
    assert value_of(found.image_caption) == "The last ferry leaves Joria"


def test_the_publisher_is_a_name_before_an_address() -> None:
    article = {"@type": "NewsArticle", "publisher": {"@type": "Organization", "name": "harbourpost.example"}}
    found = details(meta("og:site_name", "Harbour Post"), json_ld=article)
    assert value_of(found.publisher) == "Harbour Post"
    alone = details(json_ld=article)
    assert value_of(alone.publisher) == "harbourpost.example"


def test_the_canonical_link_is_absolute() -> None:
    found = details('<link rel="canonical" href="/world/ferry-strike">')
    assert value_of(found.canonical_link) == "https://www.harbourpost.example/world/ferry-strike"


def test_a_bare_page_has_no_details() -> None:
    assert details() == Details()


@pytest.mark.parametrize(
    ("caption", "left"),
    [
        ("The ferry in port. BERTA VAEL / AFP", "The ferry in port."),
        ("The ferry in port — Jon Vael/AP", "The ferry in port"),
        ("Der Hafen am MorgenBild: AFP/J. Vael", "Der Hafen am Morgen"),
        ("Der Hafen am Morgen (Quelle: Imago/Vael)", "Der Hafen am Morgen"),
        ("The ferry (AP Photo/Jon Vael) (AP Photo/Jon Vael)", "The ferry"),
        ("Порт утром. Фото: Ада Брилль", "Порт утром."),
        ("العبارة في الميناء. تصوير: آدا بريل", "العبارة في الميناء."),
        ("Photo: rescuers search the ruins of the old school", "Photo: rescuers search the ruins of the old school"),
        ("Queues at the port. Nobody knew why", "Queues at the port. Nobody knew why"),
    ],
)  # fmt: skip
def test_credits_at_the_end_of_a_caption_go(caption: str, left: str) -> None:
    assert strip_credit(caption) == left
