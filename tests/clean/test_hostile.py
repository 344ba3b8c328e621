"""Whatever a page holds, extraction ends in bounded time and memory, with an article or a rejection."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crawler.clean.explain import explain_page
from crawler.clean.extract import extract_article
from crawler.clean.reject import Rejected
from crawler.reasons import Reason
from crawler.records import ArticleFields
from tests.clean.hostile_pages import PAGES, RUNS, SENTENCES, TEXT, article

ROOT = Path(__file__).resolve().parents[2]
URL = "https://nahrin.example/2031/05/04/wells"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@pytest.fixture(scope="module")
def ends() -> dict[str, dict[str, Any]]:
    """How each page of `hostile_pages` ended in a process of its own: see tests/clean/limited.py."""
    halves = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.clean.limited", half],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for half in ("pages", "runs")
    ]  # fmt: skip
    found: dict[str, dict[str, Any]] = {}
    for half in halves:
        told, problems = half.communicate()
        assert half.returncode == 0, problems
        found |= {end["name"]: end for end in map(json.loads, told.splitlines())}
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_made_to_take_long_ends_in_bounds(ends: dict[str, dict[str, Any]], name: str) -> None:
    end = ends[name]
    assert end["ended"] in ("article", "rejected"), end
    assert not end.get("reason", "").startswith(Reason.CLEAN_ERROR.value), end


@pytest.mark.parametrize("kind", ["", " in plain text"])
@pytest.mark.parametrize("run", RUNS)
def test_a_long_run_of_the_same_ends_in_bounds(ends: dict[str, dict[str, Any]], run: str, kind: str) -> None:
    end = ends[f"runs of {run!r}{kind}"]
    assert end["ended"] in ("article", "rejected"), end
    assert not end.get("reason", "").startswith(Reason.CLEAN_ERROR.value), end


@pytest.mark.parametrize(
    "name",
    [
        "100,000 blocks in each other after the article",
        "20,000 lists in each other around the article",
        "10 MB of <b>",
        "1,000,000 paragraphs",
        "1,000,000 links",
        "100,000 attributes",
        "a line of 5 MB",
        "an entity bomb",
        "5 MB of linked data",
        "linked data that nests 100,000 deep",
    ],
)
def test_the_article_on_such_a_page_is_found(ends: dict[str, dict[str, Any]], name: str) -> None:
    assert ends[name]["ended"] == "article", ends[name]


# Pages that once broke something


def extract(page: str | bytes, **more: Any) -> ArticleFields:
    payload = page.encode("utf-8", "surrogatepass") if isinstance(page, str) else page
    found = extract_article(payload, url=URL, **more)
    assert isinstance(found, ArticleFields), found
    return found


def strings_of(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for inner in value for text in strings_of(inner)] if isinstance(value, list) else []


def check_strings(fields: ArticleFields) -> None:
    fields.model_dump_json().encode()
    assert not [text for text in strings_of(fields.model_dump(mode="json")) if CONTROL.search(text)]


def test_a_line_end_in_an_address_is_no_part_of_it() -> None:
    found = extract(article(head="<link rel=canonical href='https://nahrin.example/a\n b'>"))
    assert found.canonical_link in ("https://nahrin.example/a b", "https://nahrin.example/a%20b", None)


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x0b", "\x1b", "\x7f", "\x85", "\x9f", "\ud800"])
def test_what_is_no_text_stands_in_no_field(character: str) -> None:
    dirty = f"a{character}b"
    linked = json.dumps(
        {
            "@type": "NewsArticle", "headline": dirty, "author": {"name": f"Salma {dirty}"},
            "publisher": {"name": dirty},
            "image": f"https://nahrin.example/{dirty}.jpg", "keywords": [dirty], "articleSection": dirty,
            "datePublished": f"2031-05-04{dirty}", "description": dirty, "url": f"https://nahrin.example/{dirty}",
        }
    )  # fmt: skip
    page = article(
        head=f"<meta property=og:image content='https://nahrin.example/{dirty}.jpg'>"
        f"<meta property=og:description content='{dirty} of it'><meta name=keywords content='{dirty}, c'>"
        f"<meta name=author content='Salma {dirty}'><link rel=canonical href='https://nahrin.example/{dirty}'>"
        f"<script type='application/ld+json'>{linked}</script>",
        body=f"<p class=byline>By Omar {dirty}</p>{TEXT}<p>See <a href='/{dirty}'>the {dirty}</a> at the well.</p>"
        f"<figure><figcaption>A well in {dirty}</figcaption></figure>",
    )
    check_strings(extract(page.encode("utf-8", "surrogatepass")))
    check_strings(extract(page.encode("utf-16-le", "surrogatepass"), content_type="text/html; charset=utf-16"))
    plain = extract_article(
        "\n\n".join(["Wells", f"By Omar {dirty}", dirty, *SENTENCES]).encode("utf-8", "surrogatepass"),
        content_type="text/plain; charset=utf-8",
    )
    if isinstance(plain, ArticleFields):
        check_strings(plain)


def test_a_link_without_a_host_is_no_picture_of_the_article() -> None:
    found = extract(article(head="<meta property=og:image content='http:well.jpg'>"), asked_url=URL)
    assert found.image_url in (None, "https://nahrin.example/2031/05/04/well.jpg")
    other = extract_article(article(head="<meta property=og:image content='http:well.jpg'>").encode(), url="")
    assert isinstance(other, ArticleFields)
    assert other.image_url is None


def test_no_space_is_left_at_the_end_of_a_title_without_its_tail() -> None:
    title = "Council of Nahrin hears about wells and rain | | Hq"
    page = f"<html><head><title>{title}</title></head><body>{TEXT}</body></html>"
    assert extract(page).title == "Council of Nahrin hears about wells and rain"


def test_two_lines_of_plain_text_are_not_one_agency() -> None:
    text = "\n\n".join(["Wells reopen", "Harun\nLantern News", *SENTENCES])
    found = extract(text, content_type="text/plain; charset=utf-8")
    assert not [name for name in (*found.agencies, *found.authors) if "\n" in name]


def test_numeric_references_to_what_is_no_text_stand_in_no_field() -> None:
    codes = "".join(f"&#{code};" for code in (0, 1, 8, 11, 27, 127, 133, 159, 0xD800, 0xDFFF, 0x110000, 99999999999))
    check_strings(
        extract(article(head=f"<meta property=og:title content='a{codes}'>", body=f"<p>A {codes} b</p>{TEXT}"))
    )


def test_the_same_article_is_found_with_or_without_what_is_hostile_around_it() -> None:
    text = extract(article()).text
    assert extract(article(after="<div>" * 20_000 + "deep")).text == text
    assert extract(article(after="<p " + " ".join(f"a{n}" for n in range(20_000)) + "></p>")).text == text
    assert extract(article(after="<select>" + "<option>x</option>" * 20_000 + "</select>")).text == text


def test_an_address_of_the_page_that_is_none_does_no_harm() -> None:
    for url in ("", "http://[", "//", "x:y", "http://", "https://\x00/", "نهرين", "http://a:99999/"):
        result = extract_article(article().encode(), url=url)
        assert not (isinstance(result, Rejected) and result.reason is Reason.CLEAN_ERROR), (url, result)
        assert "<main>" in explain_page(article().encode(), url=url)
