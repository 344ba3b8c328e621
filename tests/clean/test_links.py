"""Links of a page: absolute, each once, and whether they stand in the story."""

from __future__ import annotations

import pytest

from crawler.clean.links import MOST_LINKS, find_links
from crawler.clean.page import parse_page
from crawler.records import Link

URL = "https://sada.example/news/wells?id=7"


def links_of(markup: str, body: tuple[int, ...] = (), url: str = URL) -> tuple[Link, ...]:
    return find_links(parse_page(markup, url), body)


def test_a_link_has_its_address_and_its_text() -> None:
    assert links_of("<p>See <a href='https://harun.example/a'>the <b>map</b></a></p>") == (
        Link(url="https://harun.example/a", text="the map"),
    )


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://harun.example/a", "https://harun.example/a"),
        ("http://harun.example", "http://harun.example"),
        ("HTTPS://harun.example/a", "https://harun.example/a"),
        ("Http://harun.example/a", "http://harun.example/a"),
        ("//harun.example/a", "https://harun.example/a"),
        ("/a?b=c", "https://sada.example/a?b=c"),
        ("a/b", "https://sada.example/news/a/b"),
        ("../up", "https://sada.example/up"),
        ("?id=8", "https://sada.example/news/wells?id=8"),
        ("  /spaces \n", "https://sada.example/spaces"),
        ("https://harun.example/a\n b\tc", "https://harun.example/a bc"),
        ("/ar/آبار", "https://sada.example/ar/آبار"),
    ],
)
def test_addresses_are_absolute(href: str, url: str) -> None:
    assert [link.url for link in links_of(f'<a href="{href}">x</a>')] == [url]


@pytest.mark.parametrize(
    "href",
    [
        "",
        "   ",
        "#top",
        "?id=7",
        "?id=7#comments",
        URL + "#comments",
        "javascript:void(0)",
        "JavaScript:alert(1)",
        "mailto:desk@sada.example",
        "tel:+100200",
        "data:text/html,x",
        "whatsapp://send?text=x",
        "http://[broken",
        "//[broken",
        "https://harun.example/\x01\x02",
        "https://harun.example/" + "a" * 2000,
    ],
)
def test_what_leads_to_no_other_page_is_no_link(href: str) -> None:
    assert links_of(f"<p><a href='{href}'>x</a></p>") == ()


def test_an_address_stands_once_with_the_first_text_it_has() -> None:
    markup = "<p><a href='/a'><img src=x></a></p><p><a href='/b'>b</a> <a href='/a'>first</a> <a href='/a'>second</a>"
    assert [(link.url[20:], link.text) for link in links_of(markup)] == [("/a", "first"), ("/b", "b")]


def test_links_of_the_story_are_told_from_those_around_it() -> None:
    markup = "<nav><a href='/a'>a</a></nav><p>Of <a href='/b'>b</a></p><footer><a href='/c'>c</a></footer>"
    assert [link.is_in_text for link in links_of(markup, body=(1,))] == [False, True, False]


def test_a_link_that_stands_around_the_story_too_is_in_the_story() -> None:
    (link,) = links_of("<nav><a href='/a'>a</a></nav><p>Of <a href='/a'>a</a></p>", body=(1,))
    assert link.is_in_text


def test_a_link_around_a_card_has_the_card_s_text() -> None:
    (link,) = links_of("<a href='/a'><div><h3>Wells reopen</h3></div><p>In Harun</p></a>")
    assert link.text == "Wells reopen In Harun"


def test_long_texts_are_cut() -> None:
    (link,) = links_of(f"<a href='/a'>{'word ' * 1000}</a>")
    assert len(link.text) <= 300


def test_at_most_so_many_links_are_kept() -> None:
    links = links_of("".join(f"<p><a href='/{n}'>{n}</a></p>" for n in range(MOST_LINKS + 50)))
    assert len(links) == MOST_LINKS
    assert links[-1].text == str(MOST_LINKS - 1)


def test_a_page_without_an_address_keeps_absolute_links_alone() -> None:
    assert [link.url for link in links_of("<a href='/a'>a</a><a href='https://b.example/'>b</a>", url="")] == [
        "https://b.example/"
    ]


def test_an_address_that_is_none_gives_no_links() -> None:
    page = parse_page("<a href='/a'>a</a>", URL)
    page.url = "http://[broken"
    assert find_links(page, ()) == ()
