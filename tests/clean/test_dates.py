"""When a page was published and last changed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clean.dates import Dates, dates_of_lines, find_dates, is_date_line
from crawler.clean.headline import find_headline
from crawler.clean.page import Page, parse_page
from crawler.records import Precision

URL = "https://karsuma-ledger.example/world/dam-gives-way"
PROSE = "The dam above the town of Karsuma gave way after three days of rain, and the lower streets stood under water. "


def make_page(
    head: str = "", over: str = "", under: str = "", url: str = URL, lang: str = "en", story: str = PROSE
) -> Page:
    return parse_page(
        f'<html lang="{lang}"><head><title>Dam gives way above Karsuma</title>{head}</head><body>'
        f"<header><a href='/'>The Karsuma Ledger</a></header>"
        f"<article><h1>Dam gives way above Karsuma</h1>{over}<p>{story}</p><p>{PROSE}</p></article>"
        f"{under}</body></html>",
        url,
    )


def dates_of(page: Page) -> Dates:
    body = [block.index for block in page.blocks if block.tag == "p" and "Karsuma" in block.text]
    return find_dates(page, find_headline(page), body)


def json_ld(**fields: str) -> str:
    node = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Dam gives way above Karsuma",
        **fields,
    }
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def published(page: Page) -> str | None:
    """Local time as ISO 8601, a bare day where no more is known."""
    found = dates_of(page).published
    if found is None:
        return None
    moment = found.value
    return moment.at.date().isoformat() if moment.precision is Precision.DAY else moment.at.isoformat()


def modified(page: Page) -> str | None:
    found = dates_of(page).modified
    return found.value.at.isoformat() if found else None


def test_json_ld_says_both_dates() -> None:
    page = make_page(json_ld(datePublished="2024-05-13T10:20:31+03:00", dateModified="2024-05-13T11:00:00+03:00"))
    assert published(page) == "2024-05-13T10:20:31+03:00"
    assert modified(page) == "2024-05-13T11:00:00+03:00"
    found = dates_of(page).published
    assert found is not None
    assert (found.origin, found.value.precision, found.value.zone) == ("json-ld", Precision.SECOND, "+03:00")


def test_a_change_before_the_publication_is_none() -> None:
    page = make_page(json_ld(datePublished="2024-05-13T10:20:31+03:00", dateModified="2024-05-13T10:20:31+03:00"))
    assert modified(page) is None


@pytest.mark.parametrize(
    "head",
    [
        meta("article:published_time", "2024-05-13T10:20:00+03:00"),
        '<meta name="parsely-pub-date" content="2024-05-13T10:20:00+03:00">',
        '<meta itemprop="datePublished" content="2024-05-13T10:20:00+03:00">',
        '<meta name="DC.date.issued" content="2024-05-13T10:20:00+03:00">',
        '<meta name="sailthru.date" content="Mon, 13 May 2024 10:20:00 +0300">',
    ],
)
def test_metas_say_when(head: str) -> None:
    assert published(make_page(head)) == "2024-05-13T10:20:00+03:00"


@pytest.mark.parametrize(
    ("over", "lang", "day"),
    [
        ("<p class='date'>13 May 2024</p>", "en", "2024-05-13"),
        ("<div>By Ada Ferran | Published: May 13, 2024</div>", "en", "2024-05-13"),
        ("<time datetime='2024-05-13'>Monday</time>", "en", "2024-05-13"),
        ("<div>نشر في: ١٣ أيار ٢٠٢٤</div>", "ar", "2024-05-13"),
        ("<div>Veröffentlicht am 13.05.2024</div>", "de", "2024-05-13"),
        ("<div>۲۴ اردیبهشت ۱۴۰۳</div>", "fa", "2024-05-13"),
        ("<table><tr><td>13-05-2024</td></tr></table>", "en", "2024-05-13"),
    ],
)
def test_a_date_by_the_headline_is_found_without_any_markup_in_the_head(over: str, lang: str, day: str) -> None:
    assert published(make_page(over=over, lang=lang)) == day


def test_related_articles_comments_and_copyright_do_not_win() -> None:
    under = (
        "<aside class='related'><a href='/a'>Older story</a><span class='date'>3 March 2021</span></aside>"
        "<div class='comments'><p>Said on 14 May 2024: how sad</p></div><footer>© 2019 Ledger, 1 January 2019</footer>"
    )
    assert published(make_page(over="<p class='date'>13 May 2024</p>", under=under)) == "2024-05-13"


def test_an_event_in_the_story_does_not_win() -> None:
    page = make_page(over="<p class='date'>13 May 2024</p>", story=f"{PROSE} The last flood was on 2 April 1998.")
    assert published(page) == "2024-05-13"


def test_the_address_says_the_day_where_nothing_else_does() -> None:
    assert published(make_page(url="https://karsuma-ledger.example/2024/05/13/dam-gives-way")) == "2024-05-13"
    assert published(make_page(url="https://karsuma-ledger.example/news/dam-gives-way-13-05-2024.html")) == "2024-05-13"


def test_the_feed_says_when_where_nothing_else_does() -> None:
    page = make_page()
    page.hint_published_at = datetime(2024, 5, 13, 7, 20, 31, tzinfo=timezone.utc)
    page.time_zone = "Asia/Damascus"
    assert published(page) == "2024-05-13T10:20:31+03:00"


def test_the_end_of_the_title_may_be_a_date() -> None:
    assert published(make_page(meta("og:title", "Dam gives way above Karsuma | Ledger | 13.05.2024"))) == "2024-05-13"


def test_a_date_of_an_update_is_not_that_of_the_publication() -> None:
    page = make_page(json_ld(datePublished="2024-05-13T10:20:00+03:00"), "<p class='date'>Updated: 20 May 2024</p>")
    assert published(page) == "2024-05-13T10:20:00+03:00"
    assert modified(page) == "2024-05-20T00:00:00+03:00"


def test_a_time_shown_to_the_minute_of_the_change_is_the_change() -> None:
    page = make_page(
        json_ld(datePublished="2024-05-13T10:20:31+03:00", dateModified="2024-05-13T15:42:10+03:00"),
        "<time datetime='2024-05-13T15:42:10+03:00'>13 May 2024, 15:42</time>",
    )
    assert published(page) == "2024-05-13T10:20:31+03:00"


def test_a_line_may_say_both() -> None:
    page = make_page(over="<div>Published: 13 May 2024 10:20 | Updated: 14 May 2024 09:00</div>")
    assert published(page) == "2024-05-13T10:20:00+00:00"
    assert modified(page) == "2024-05-14T09:00:00+00:00"


def test_midnight_is_no_time_of_day() -> None:
    page = make_page(json_ld(datePublished="2024-05-13T00:00:00+03:00"))
    assert published(page) == "2024-05-13"
    shown = make_page(json_ld(datePublished="2024-05-13T00:00:00+03:00"), "<p class='date'>13 May 2024 10:20</p>")
    assert published(shown) == "2024-05-13T10:20:00+03:00"


def test_local_time_marked_as_utc_is_put_right_by_the_time_shown() -> None:
    page = make_page(
        json_ld(datePublished="2024-05-13T10:20:00Z", dateModified="2024-05-13T11:00:00+03:00"),
        "<p class='date'>13 May 2024 10:20</p>",
    )
    assert published(page) == "2024-05-13T10:20:00+03:00"


def test_of_one_clock_with_two_zones_the_offset_is_right() -> None:
    page = make_page(
        json_ld(datePublished="2024-05-13T10:20:00Z") + meta("article:published_time", "2024-05-13T10:20:00+03:00")
    )
    assert published(page) == "2024-05-13T10:20:00+03:00"


def test_a_clock_beside_utc_betrays_the_zone() -> None:
    page = make_page(json_ld(datePublished="2024-05-13T22:20:31Z"), "<p class='date'>14 May 2024 01:20</p>")
    assert published(page) == "2024-05-14T01:20:31+03:00"


def test_a_time_without_a_zone_is_in_the_sources_zone() -> None:
    page = make_page(json_ld(datePublished="2024-05-13T10:20:00"))
    page.time_zone = "Asia/Damascus"
    assert published(page) == "2024-05-13T10:20:00+03:00"


def test_a_time_without_a_zone_is_in_that_of_the_pages_other_dates() -> None:
    page = make_page(json_ld(datePublished="2024-05-13T10:20:00", dateModified="2024-05-13T12:00:00+03:00"))
    assert published(page) == "2024-05-13T10:20:00+03:00"


def test_a_time_without_a_zone_is_in_the_countrys_if_it_has_but_one() -> None:
    page = make_page(json_ld(datePublished="2024-05-13T10:20:00"), url="https://defter.example.tr/haber/1")
    assert published(page) == "2024-05-13T10:20:00+03:00"
    found = dates_of(page).published
    assert found is not None
    assert found.confidence <= 0.8


def test_a_time_without_any_zone_is_taken_for_utc_and_says_so() -> None:
    found = dates_of(make_page(json_ld(datePublished="2024-05-13T10:20:00"))).published
    assert found is not None
    assert found.value.at == datetime(2024, 5, 13, 10, 20, tzinfo=timezone.utc)
    assert found.value.zone is None


def test_nothing_is_later_than_the_fetch() -> None:
    page = make_page(json_ld(datePublished="2031-05-13T10:20:00+03:00"), "<p class='date'>13 May 2024</p>")
    page.fetched_at = datetime(2024, 6, 1, tzinfo=timezone.utc)
    assert published(page) == "2024-05-13"


def test_local_time_marked_as_utc_is_put_right_by_the_fetch() -> None:
    page = make_page(json_ld(datePublished="2024-05-13T10:20:00Z"))
    page.time_zone = "Asia/Damascus"
    page.fetched_at = datetime(2024, 5, 13, 7, 45, tzinfo=timezone.utc)
    assert published(page) == "2024-05-13T10:20:00+03:00"


def test_nothing_is_before_1990() -> None:
    assert published(make_page(json_ld(datePublished="1970-01-01T00:00:00Z"))) is None


def test_a_time_ago_counts_from_the_fetch() -> None:
    page = make_page(over="<span class='date'>منذ ساعتين</span>", lang="ar")
    assert published(page) is None
    page.fetched_at = datetime(2024, 5, 13, 10, 20, tzinfo=timezone.utc)
    assert published(page) == "2024-05-13T08:20:00+00:00"


def test_a_time_ago_may_stand_beside_the_authors_name() -> None:
    page = make_page(over="<div>Ada Ferran<span>2 minutes ago</span></div>")
    page.fetched_at = datetime(2024, 5, 13, 10, 20, tzinfo=timezone.utc)
    assert published(page) == "2024-05-13T10:18:00+00:00"


@pytest.mark.parametrize(
    "over",
    [
        "<div>Redazione <span>13 maggio 2024</span><span>10:20</span></div>",
        "<abbr class='published' title='2024-05-13T10:20:00'>a while back</abbr>",
        "<div>By Ada Ferran<span>May 13, 2024</span> <span>10:20</span></div>",
        "<div itemprop='datePublished' content='2024-05-13T10:20:00'><b>Ada Ferran</b></div>",
        "<span data-timestamp='2024-05-13T10:20:00'>some time ago</span>",
    ],
)
def test_odd_markup_of_a_date(over: str) -> None:
    assert published(make_page(over=over)) == "2024-05-13T10:20:00+00:00"


def test_a_day_that_opens_the_story_is_its_date() -> None:
    page = make_page(story=f"13.05.24 - {PROSE}{PROSE}", lang="de")
    assert published(page) == "2024-05-13"


def test_todays_date_in_the_pages_header_is_not_the_storys() -> None:
    page = make_page(over="<p class='date'>13 May 2024</p>")
    with_header = parse_page(
        page.source.replace("<header>", "<header><div class='date'>Saturday, 1 June 2024</div>"), page.url
    )
    with_header.fetched_at = datetime(2024, 6, 1, 12, tzinfo=timezone.utc)
    assert published(with_header) == "2024-05-13"


def test_scripts_say_when_where_nothing_else_does() -> None:
    page = make_page(
        under='<script>window.state = {"title": "Dam", "publishedAt": "2024-05-13T10:20:31+03:00"}</script>'
    )
    assert published(page) == "2024-05-13T10:20:31+03:00"


@pytest.mark.parametrize(
    ("lang", "url", "day"),
    [
        ("en-US", "https://ledger.example.com/a", "2024-03-04"),
        ("en-GB", "https://ledger.example.com/a", "2024-04-03"),
        ("en", "https://ledger.example.co.uk/a", "2024-04-03"),
        ("de", "https://blatt.example.com/a", "2024-04-03"),
        ("ar", "https://daftar.example.com/a", "2024-04-03"),
    ],
)
def test_the_order_of_day_and_month_follows_language_and_country(lang: str, url: str, day: str) -> None:
    assert published(make_page(over="<p class='date'>3/4/2024</p>", lang=lang, url=url)) == day


def test_the_order_of_day_and_month_follows_the_pages_plain_dates() -> None:
    page = make_page(over="<p class='date'>3/4/2024</p>", under="<ul><li>25/12/2023</li></ul>", lang="en-US")
    assert published(page) == "2024-04-03"


def test_the_order_of_day_and_month_follows_what_the_head_says() -> None:
    page = make_page(json_ld(datePublished="2024-04-03"), "<p class='date'>3/4/2024 10:20</p>", lang="en-US")
    assert published(page) == "2024-04-03T10:20:00+00:00"


def test_agreement_makes_sure() -> None:
    stated = dates_of(make_page(json_ld(datePublished="2024-05-13T10:20:00+03:00"))).published
    both = dates_of(
        make_page(json_ld(datePublished="2024-05-13T10:20:00+03:00"), "<p class='date'>13 May 2024</p>")
    ).published
    assert stated is not None
    assert both is not None
    assert both.confidence > stated.confidence


def test_a_page_without_a_date_has_none() -> None:
    assert dates_of(make_page()) == Dates(None, None)


@pytest.mark.parametrize(
    "line",
    [
        "13 May 2024",
        "Monday, 13 May 2024, 10:20",
        "Published: May 13, 2024 10:20 AM",
        "نشر في ١٣ أيار ٢٠٢٤",
        "13.05.2024 | 10:20 Uhr",
        "2024年5月13日 10:20",
        "3 hours ago",
        "Last updated 13 May 2024",
    ],
)
def test_a_line_that_is_a_date(line: str) -> None:
    assert is_date_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "The dam gave way on 13 May 2024",
        "By Ada Ferran, 13 May 2024",
        "Karsuma",
        "",
        "Chapter 12",
        "Floods of 13 May 2024 remembered",
    ],
)
def test_a_line_that_is_more_than_a_date(line: str) -> None:
    assert not is_date_line(line)


def test_lines_of_a_document_without_markup() -> None:
    page = make_page()
    page.time_zone = "Asia/Damascus"
    dates = dates_of_lines(["SITUATION REPORT No. 4", "13 May 2024", "Last updated 15 May 2024, 09:00"], page)
    assert dates.published is not None
    assert dates.modified is not None
    assert dates.published.value.at.date().isoformat() == "2024-05-13"
    assert dates.modified.value.at.isoformat() == "2024-05-15T09:00:00+03:00"
    assert dates.published.origin == "text-line"


@given(
    st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001
    st.integers(0, 400).map(lambda days: timedelta(days=days)),
)
def test_no_date_lies_after_the_fetch(stated: datetime, before: timedelta) -> None:
    page = make_page(json_ld(datePublished=stated.isoformat() + "+03:00"), f"<p class='date'>{stated:%d %B %Y}</p>")
    page.fetched_at = stated.replace(tzinfo=timezone.utc) - before
    found = dates_of(page).published
    assert found is None or found.value.at <= page.fetched_at + timedelta(hours=1)
