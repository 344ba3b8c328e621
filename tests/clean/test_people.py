"""Who wrote a page: what its head states against what its lines say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.clean.bylines import read_byline, read_credit_sentence, read_credits, read_signature, read_source
from crawler.clean.headline import find_headline
from crawler.clean.page import parse_page
from crawler.clean.people import Credits, choose_authors, find_credits

STORY = (
    "The road out of Merrow was open again on Monday after three weeks of flooding, officials of the province said.",
    "Two buses left at noon, and the clinic on the hill took in the first patients since the bridge was washed away.",
    "Nobody could say how many people were still waiting on the other side of the river, where the fields are mined.",
)
SITES = ("Harbour Wire",)


def read(head: str = "", above: str = "", below: str = "", ld: Any = None, language: str = "en") -> Credits:
    script = f'<script type="application/ld+json">{json.dumps(ld)}</script>' if ld is not None else ""
    page = parse_page(
        f'<html lang="{language}"><head><title>Road open</title><meta property="og:site_name" content="Harbour Wire">'
        f"{head}{script}</head><body><nav><ul><li>World</li><li>Opinion</li></ul></nav><article>"
        f"<h1>Road open after flood</h1>{above}{''.join(f'<p>{text}</p>' for text in STORY)}{below}"
        "</article></body></html>",
        "https://harbourwire.example/2024/road-open",
    )
    body = [block.index for block in page.blocks if block.text in STORY]
    return find_credits(page, find_headline(page), body)


def people(credits: Credits) -> tuple[str, ...]:
    return credits.people.value if credits.people else ()


def article(author: Any) -> dict[str, Any]:
    return {"@type": "NewsArticle", "headline": "Road open after flood", "author": author}


@pytest.mark.parametrize(
    "author",
    [
        "Tomas Reh and Ada Quill",
        ["Tomas Reh", "Ada Quill"],
        [{"@type": "Person", "name": "Tomas Reh"}, {"@type": "Person", "name": "Ada Quill"}],
        {"@type": "Person", "name": "By TOMAS REH and ADA QUILL"},
        {"@type": "Organization", "name": ["Tomas Reh", "Ada Quill"]},
        [{"@type": "Person", "name": "Tomas Reh", "url": "https://harbourwire.example/staff/reh"}, "Quill, Ada"],
    ],
)
def test_authors_are_read_from_json_ld_of_any_shape(author: Any) -> None:
    assert people(read(ld=article(author))) == ("Tomas Reh", "Ada Quill")


def test_authors_are_found_by_reference() -> None:
    graph = {"@graph": [article({"@id": "#reh"}), {"@type": "Person", "@id": "#reh", "name": "Tomas Reh"}]}
    assert people(read(ld=graph)) == ("Tomas Reh",)


@pytest.mark.parametrize(
    "author", [None, "", [], {}, {"name": None}, {"@id": "#nobody"}, 7, [[[[[["Tomas"]]]]]], "https://x.example/reh"]
)
def test_an_odd_author_is_nobody(author: Any) -> None:
    assert people(read(ld=article(author))) == ()


@pytest.mark.parametrize("name", ["author", "parsely-author", "sailthru.author", "byl", "dc.creator", "article:author"])
def test_authors_are_read_from_metas(name: str) -> None:
    found = read(f'<meta name="{name}" content="By Tomas Reh">')
    assert found.people is not None
    assert (found.people.value, found.people.origin) == (("Tomas Reh",), "meta")


def test_a_label_says_what_a_social_card_holds() -> None:
    card = '<meta name="twitter:label1" content="{}"><meta name="twitter:data1" content="Tomas Reh">'
    assert people(read(card.format("Written by"))) == ("Tomas Reh",)
    assert people(read(card.format("Reading time"))) == ()


@pytest.mark.parametrize("user", ["admin", "Harbour Wire", "webmaster", "Newsroom", "tomr"])
def test_a_person_on_the_page_beats_a_newsroom_or_a_user_in_the_head(user: str) -> None:
    found = read(ld=article({"@type": "Person", "name": user}), above="<p>By Tomas Reh</p>")
    assert people(found) == ("Tomas Reh",)


@pytest.mark.parametrize(
    "line",
    [
        '<p class="byline">Tomas Reh</p>',
        "<p>By Tomas Reh in Beirut</p>",
        "<p>ByTomas RehPublished: Jan 29, 2025</p>",
        '<div><a href="/author/tomas-reh">Tomas Reh</a></div>',
        '<div><a rel="author" href="/x">Tomas Reh</a> Senior Reporter</div>',
        "<div>May 3, 2024 | By Tomas Reh</div>",
        "<address>Tomas Reh, Harbour Wire</address>",
        "<p>Tomas Reh</p><p>3 May 2024</p>",
        "<p>By Tomas Reh. Edited by Ada Quill</p>",
        '<p class="byline">Text: Tomas Reh | Photos: Ada Quill</p>',
    ],
)
def test_a_byline_under_the_headline_is_read(line: str) -> None:
    assert people(read(above=line)) == ("Tomas Reh",)


@pytest.mark.parametrize(
    ("line", "name", "language"),
    [
        ("بقلم: سامر الحلو", "سامر الحلو", "ar"),
        ("كتب سامر الحلو", "سامر الحلو", "ar"),
        ("Von Erika Beispiel, Nahost-Korrespondentin", "Erika Beispiel", "de"),
        ("Par Luce Armand", "Luce Armand", "fr"),
        ("Por Inés Robledo", "Inés Robledo", "es"),
        ("Yazan: ILGIN YILDIZ", "Ilgın Yıldız", "tr"),
        ("Автор: Олена Бойко", "Олена Бойко", "ru"),
        ("نویسنده: آرش نیکو", "آرش نیکو", "fa"),
        ("מאת: נועה ברק", "נועה ברק", "he"),
    ],
)
def test_bylines_of_many_languages_are_read(line: str, name: str, language: str) -> None:
    assert people(read(above=f"<p>{line}</p>", language=language)) == (name,)


@pytest.mark.parametrize(
    "line",
    [
        "<p>Middle East</p><p>3 May 2024</p>",
        '<p><a href="/topics/tomas-reh">Tomas Reh</a></p>',
        "<p>By Monday the road was open again</p>",
        '<figcaption class="credit">By Tomas Reh</figcaption>',
        "<p>Tomas Reh</p>",
    ],
)
def test_other_lines_under_the_headline_name_nobody(line: str) -> None:
    assert people(read(above=line)) == ()


@pytest.mark.parametrize(
    "below",
    [
        '<div class="comments"><div class="comment-author">Ada Quill</div></div>',
        '<div class="related-stories"><p class="byline">By Ada Quill</p></div>',
    ],
)
def test_commenters_and_authors_of_teasers_are_not_the_author(below: str) -> None:
    assert people(read(below=below)) == ()
    assert people(read(above="<p>By Tomas Reh</p>", below=below)) == ("Tomas Reh",)


def test_a_byline_that_names_more_people_than_the_head_completes_it() -> None:
    found = read(ld=article("Tomas Reh"), above="<p>By Tomas Reh and Ada Quill</p>")
    assert people(found) == ("Tomas Reh", "Ada Quill")


def test_a_byline_that_names_another_person_than_the_head_is_right() -> None:
    assert people(read(ld=article("Ada Quill"), above="<p>By Tomas Reh</p>")) == ("Tomas Reh",)


def test_a_byline_that_names_fewer_people_than_the_head_is_incomplete() -> None:
    found = read(ld=article(["Tomas Reh", "Ada Quill"]), above="<p>By Tomas Reh</p>")
    assert people(found) == ("Tomas Reh", "Ada Quill")


def test_agreement_of_head_and_byline_raises_the_confidence() -> None:
    alone, agreed = (
        read(ld=article("Tomas Reh")).people,
        read(ld=article("Tomas Reh"), above="<p>By Tomas Reh</p>").people,
    )
    assert alone is not None
    assert agreed is not None
    assert (alone.origin, agreed.origin) == ("json-ld", "json-ld+")
    assert agreed.confidence > alone.confidence


@pytest.mark.parametrize(
    ("below", "names"),
    [
        ("<p>Reporting by: Tomas Reh</p>", ("Tomas Reh",)),
        ("<p>(Reporting by Tomas Reh and Ada Quill; Editing by Nora Lindqvist)</p>", ("Tomas Reh", "Ada Quill")),
        ("<p>(Tomas Reh)</p>", ("Tomas Reh",)),
        ("<p>Text: Tomas Reh</p>", ("Tomas Reh",)),
    ],
)
def test_signatures_under_the_story_are_read_without_their_editors(below: str, names: tuple[str, ...]) -> None:
    found = read(below=below)
    assert people(found) == names
    assert len(found.lines) == 1


@pytest.mark.parametrize(
    ("below", "agency"),
    [
        ("<p>(AP/Reuters)</p>", "Reuters"),
        ("<p>Quelle: dpa</p>", "dpa"),
        ("<p>المصدر: سانا</p>", "سانا"),
        ("<p>Source: Tidewatch</p>", "Tidewatch"),
    ],
)
def test_sources_under_the_story_are_agencies_and_no_people(below: str, agency: str) -> None:
    found = read(ld=article("Tomas Reh"), above="<p>By Tomas Reh</p>", below=below)
    assert people(found) == ("Tomas Reh",)
    assert agency in found.agencies
    assert len(found.lines) == 2


def test_the_storys_own_lines_are_no_credits() -> None:
    assert read(ld=article("Tomas Reh")).lines == frozenset()


def test_authors_are_the_people_and_those_named_beside_them() -> None:
    found = choose_authors(read(ld=article(["Tomas Reh", "AP"])))
    assert found is not None
    assert found.value == ("Tomas Reh", "AP")


@pytest.mark.parametrize(
    ("author", "names", "origin"),
    [
        ("Harbour Wire", ("Harbour Wire",), "outlet"),
        ("AFP", ("AFP",), "agency"),
        (["dpa", "Redaktion"], ("dpa", "Redaktion"), "outlet"),
    ],
)
def test_without_people_who_signs_is_the_author(author: Any, names: tuple[str, ...], origin: str) -> None:
    found = choose_authors(read(ld=article(author)))
    assert found is not None
    assert (found.value, found.origin) == (names, origin)


def test_a_page_without_credits_has_no_authors() -> None:
    found = read()
    assert found == Credits(None, (), (), frozenset())
    assert choose_authors(found) is None


@pytest.mark.parametrize(
    "line",
    [
        "By nightfall the bridge was gone.",
        "By the time help came, three had died",
        "Opinion: The Bridge Must Not Be Built Again In The Valley This Year",
        "Von der Brücke blieb nach dem Hochwasser nichts als ein Pfeiler",
        "Source code of the drones was found later.",
        "Harbour Wire praises the brave in a letter to all its readers",
        "“By God,” he said.",
        "",
    ],
)
def test_sentences_are_no_credits(line: str) -> None:
    assert read_credits(line, SITES) == ([], [])


def test_single_lines_of_credit_are_read() -> None:
    assert read_byline("Reporting by: Dara Nouri") == ["Dara Nouri"]
    assert read_byline("VON MAX MUSTER am 21. April 2020") == ["Max Muster"]
    assert read_source("Source: Tidewatch, AFP") == ["Tidewatch", "AFP"]
    assert read_credit_sentence("With reporting by Tomas Reh and AP.") == ["Tomas Reh", "AP"]
    assert read_signature("(Tomas Reh, dpa)") == ["Tomas Reh", "dpa"]
    assert read_signature("(see page 4)") == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_credit_is_read_without_failing(author: str, line: str) -> None:
    escaped = line.replace("&", "&amp;").replace("<", "&lt;")
    found = read(ld=article(author), above=f'<p class="byline">{escaped}</p>', below=f"<p>({escaped})</p>")
    assert all(name.strip() for name in people(found))
    assert not found.people or 0 < found.people.confidence < 1


def test_lines_of_credit() -> None:
    assert read_byline("Reporting by: Dara Nouri") == ["Dara Nouri"]
    assert read_byline("By Monday the road was open again.") == []
    assert read_byline("By the time help came, three had died") == []
    assert read_source("Source: Harbour Wire") == ["Harbour Wire"]
