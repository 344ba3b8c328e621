"""Links without end are known when they are met, and articles are not taken for them."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.crawl.discovery.traps import Trap, find_trap, repeats_itself

NOW = datetime(2026, 11, 24, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("path", "trap"),
    [
        ("/2031/05/", Trap.CALENDAR),
        ("/archive/2035-01-17", Trap.CALENDAR),
        ("/calendar/2026/11/", Trap.CALENDAR),
        ("/events/2026-11-24/", Trap.CALENDAR),
        ("/list?month=5&year=2031", Trap.CALENDAR),
        ("/list?year=2020&month=12&day=3", Trap.CALENDAR),
        ("/agenda?date=2026-12-01", Trap.CALENDAR),
        ("/تقويم/2026/12", Trap.CALENDAR),
        ("/a/b/a/b/a/b/page", Trap.REPEATING),
        ("/news/news/news", Trap.REPEATING),
        ("/" + "/".join(f"d{n}" for n in range(25)), Trap.DEEP),
        ("/search?sort=date&order=asc", Trap.FACETS),
        ("/list?f[0]=a&f[1]=b&f[2]=c", Trap.FACETS),
        ("/x?" + "&".join(f"p{n}=1" for n in range(15)), Trap.PARAMETERS),
    ],
)
def test_traps(path: str, trap: Trap) -> None:
    assert find_trap(f"https://example.org{path}", NOW) is trap


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/2026/11/24/shelling-in-karsuma",
        "/2026/11/24/183442",
        "/news/2026/11/24",
        "/news/2031",
        "/news/20310511",
        "/story/2026/11",
        "/sc/2999",
        "/2011/11/11/11/article",
        "/11/11/11/11",
        "/news/news/latest-news",
        "/events/flood-of-2031-what-we-know",
        "/events/2026/11/24/convoy-attacked",
        "/politics/agenda-2030-and-the-war",
        "/article.php?id=2031&lang=ar",
        "/index.php?option=com_content&view=article&id=12&catid=3&Itemid=5&lang=ar",
        "/?p=12345",
        "/node/99?page=1",
        "/story?date=2026-11-24&id=8",
        "/story?year=2026",
        "/%D8%AD%D9%84%D8%A8-%D8%AD%D9%84%D8%A8-%D8%AD%D9%84%D8%A8/" + "%D9%82%D8%B5%D9%81-" * 30,
        "/war-war-war-war",
        "/a/b/a/b/story",
        "/search?sort=date",
        "/calendar-of-the-siege",
    ],
)
def test_articles_are_no_traps(path: str) -> None:
    assert find_trap(f"https://example.org{path}", NOW) is None


@given(st.lists(st.sampled_from("abc1"), max_size=4), st.lists(st.sampled_from("ab"), min_size=1, max_size=3))
def test_what_comes_three_times_in_a_row_repeats_itself(before: list[str], run: list[str]) -> None:
    assert repeats_itself([*before, *run, *run, *run])


@given(st.lists(st.integers(0, 99).map(lambda n: f"s{n}"), max_size=12, unique=True))
def test_what_comes_once_or_twice_does_not(segments: list[str]) -> None:
    assert not repeats_itself([*segments, *segments])
