"""What is one story and what is not, in a real database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crawler.database import run_checks
from crawler.stories import rebuild_stories, update_stories
from tests.stories.articles import Query, Report, change, everything, relations, store, stories
from tests.stories.texts import ABOUT, BRIDGE, FERRY, HARVEST, HARVEST_UNPOINTED, MARKET

TITLE = "Rocket hits market in Tal Marwan"
OTHER_TOLL = MARKET.replace("12", "17").replace("21", "30")


@pytest.fixture
def found(settings: Any, query: Query) -> Any:
    """Store reports, numbered from 1, find their stories, and answer the articles of each."""

    def find(*reports: Report) -> list[list[int]]:
        store(query, enumerate(reports, start=1))
        update_stories(settings)
        assert [check for check in run_checks(settings) if check.failures and "stor" in check.name] == []
        return stories(query)

    return find


def paragraphs(text: str, *chosen: int) -> str:
    parts = text.split("\n\n")
    return "\n\n".join(parts[n] for n in chosen)


COPIES = {
    "verbatim": (MARKET, MARKET),
    "other quotes and case": (MARKET, MARKET.replace('"', "“").upper()),
    "a light edit": (MARKET, MARKET.replace("pulled", "dragged").replace("shortly before noon", "around midday")),
    "cut to half": (MARKET, paragraphs(MARKET, 0, 1)),
    "an added intro": (MARKET, f"TAL MARWAN (Northern Wire) - Our correspondent reports from the scene.\n\n{MARKET}"),
    "a credit line": (MARKET, f"{MARKET}\n\nWith material from the agencies; edited by the news desk."),
    "Arabic spelling": (HARVEST, HARVEST_UNPOINTED),
    "Arabic cut": (HARVEST, paragraphs(HARVEST_UNPOINTED, 0, 1)),
    "Chinese cut": (BRIDGE, paragraphs(BRIDGE, 0, 1, 2)),
    "numbers as words": (MARKET, MARKET.replace("12", "twelve").replace("21", "twenty-one")),
}


@pytest.mark.parametrize("name", COPIES)
def test_copies_are_one_story(found: Any, name: str) -> None:
    text, copy = COPIES[name]
    language = {"Arabic": "ar", "Chinese": "zh"}.get(name.split()[0], "en")
    assert found(
        Report(text, TITLE, language=language), Report(copy, TITLE, "beta", language), Report(FERRY, source="beta")
    ) == [[1, 2], [3]]


OTHER_NUMBERS = {
    "higher toll": (MARKET, MARKET.replace("killing 12", "killing 15")),
    "swapped": (MARKET, MARKET.replace("12", "x").replace("21", "12").replace("x", "21")),
    "in words": (MARKET, MARKET.replace("12", "fifteen")),
    "Arabic digits": (HARVEST, HARVEST.replace("٤٢٠", "٣٢٠")),
    "Arabic words": (HARVEST, HARVEST.replace("ثلاثة آلاف", "خمسة آلاف")),
    "Chinese": (BRIDGE, BRIDGE.replace("12人", "22人")),
    "Chinese words": (BRIDGE, BRIDGE.replace("三辆", "五辆")),
    "said otherwise": (MARKET, MARKET.replace("killing 12 people", "15 people were killed")),
}


@pytest.mark.parametrize("name", OTHER_NUMBERS)
def test_the_same_words_with_other_numbers_are_related_and_never_one_story(found: Any, query: Query, name: str) -> None:
    text, other = OTHER_NUMBERS[name]
    language = {"Arabic": "ar", "Chinese": "zh"}.get(name.split()[0], "en")
    assert found(Report(text, TITLE, language=language), Report(other, TITLE, "beta", language)) == [[1], [2]]
    assert relations(query) == {(1, 2): "other_numbers"}
    assert query("select distinct family_id from news.story") == [(1,)]


def test_a_cut_without_the_number_does_not_join_two_tolls(found: Any, query: Query) -> None:
    cut = paragraphs(MARKET, 1, 2, 3)
    assert found(Report(MARKET, TITLE), Report(OTHER_TOLL, TITLE, "beta"), Report(cut, TITLE, "gamma")) in (
        [[1], [2, 3]],
        [[1, 3], [2]],
    )
    assert relations(query) == {(1, 2): "other_numbers"}


def test_a_round_up_does_not_join_the_reports_in_it(found: Any, query: Query) -> None:
    assert found(
        Report(MARKET, TITLE), Report(FERRY, "Ferry is back", "beta"), Report(f"{MARKET}\n\n{FERRY}", "Today", "gamma")
    ) in ([[1, 3], [2]], [[1], [2, 3]])
    assert set(relations(query).values()) == {"overlap"}


SHORT_NEWS = [
    ("New lighthouse keeper sworn in", "Marta Olin took over the lighthouse of Orsa on Monday in front of her family."),
    ("Storm takes roof of school", "The storm of last night carried the roof of the upper school into the harbour."),
    ("Council buys second ambulance", "The council voted for the purchase of an ambulance that can drive on sand."),
    ("Goat found on church tower", "Firefighters brought down a goat that had climbed the tower for the bells."),
    (
        "Bakery opens after sunset",
        "The bakery at the pier opens its doors to the crews of the night boats from now on.",
    ),
]


def test_what_an_outlet_prints_under_every_article_joins_nothing(found: Any, query: Query) -> None:
    reports = [Report(f"{text}\n\n{ABOUT}", title, "herald") for title, text in SHORT_NEWS]
    assert found(*reports) == [[1], [2], [3], [4], [5]]
    assert relations(query) == {}


def test_what_an_outlet_prints_does_not_hide_a_copy_of_its_report(found: Any) -> None:
    reports = [Report(f"{text}\n\n{ABOUT}", title, "herald") for title, text in SHORT_NEWS]
    assert found(*reports, Report(f"{MARKET}\n\n{ABOUT}", TITLE, "herald"), Report(MARKET, TITLE)) == [
        [1],
        [2],
        [3],
        [4],
        [5],
        [6, 7],
    ]


def test_texts_that_lie_more_than_30_days_apart_are_not_compared(found: Any) -> None:
    assert found(
        Report(MARKET, TITLE), Report(MARKET, TITLE, "beta", days=29), Report(MARKET, TITLE, "gamma", days=61)
    ) == [
        [1, 2],
        [3],
    ]


def test_a_text_of_a_few_words_is_a_story_of_its_own(found: Any) -> None:
    assert found(Report("Watch it here.", "Live"), Report("Watch it here.", "Live", "beta")) == [[1], [2]]


def test_a_story_tells_who_was_first_and_how_many_carry_it(found: Any, query: Query) -> None:
    found(
        Report(MARKET, f"{TITLE}, again", "beta", days=2, agencies=("Northern Wire",)),
        Report(MARKET, TITLE, "alpha", days=1, agencies=("Orsa Press", "Northern Wire")),
        Report(MARKET, TITLE, "alpha", days=0.5, is_dated=False),
        Report(paragraphs(MARKET, 0, 1), TITLE, "gamma", days=3),
    )
    assert query(
        "select story_id, family_id, title, first_article_id, first_source_id, article_count, source_count, agencies, "
        "extract(day from last_seen_at - first_seen_at)::integer from news.story"
    ) == [(1, 1, TITLE, 2, "alpha", 4, 3, ["Northern Wire", "Orsa Press"], 2)]
    assert query("select article_id, relation from news.story_article order by 1") == [
        (1, "copy"),
        (2, "first"),
        (3, "copy"),
        (4, "part"),
    ]


def test_a_second_run_changes_nothing(found: Any, settings: Any, query: Query) -> None:
    found(Report(MARKET, TITLE), Report(MARKET, TITLE, "beta"), Report(OTHER_TOLL, TITLE, "gamma"), Report(FERRY))
    tables = ("news.story", "news.story_article", "news.story_relation", "ingest.story_edge", "ingest.story_text")
    before = [query(f"select *, xmin::text from {table} order by 1, 2") for table in tables]
    query("insert into ingest.story_pending (article_id) select article_id from news.article")
    assert update_stories(settings).articles == 4
    assert update_stories(settings).articles == 0
    after = [query(f"select *, xmin::text from {table} order by 1, 2") for table in tables]
    assert after[:3] == before[:3]
    assert [row[:-1] for row in after[3]] == [row[:-1] for row in before[3]]


def test_an_article_that_changes_leaves_its_story(found: Any, settings: Any, query: Query) -> None:
    found(Report(MARKET, TITLE), Report(MARKET, TITLE, "beta"), Report(MARKET, TITLE, "gamma", days=1))
    change(query, 2, Report(OTHER_TOLL, TITLE))
    update_stories(settings)
    assert stories(query) == [[1, 3], [2]]
    assert relations(query) == {(1, 2): "other_numbers"}
    change(query, 1, Report(FERRY))
    update_stories(settings)
    assert stories(query) == [[1], [2], [3]]
    assert relations(query) == {(2, 3): "other_numbers"}
    assert query("select story_id, family_id from news.story order by 1") == [(1, 1), (2, 2), (3, 2)]
    change(query, 1, Report(MARKET, TITLE))
    change(query, 2, Report(MARKET, TITLE))
    update_stories(settings)
    assert stories(query) == [[1, 2, 3]]
    assert relations(query) == {}
    assert [check for check in run_checks(settings) if check.failures and "stor" in check.name] == []


def test_a_rebuild_finds_the_same_and_touches_no_row(found: Any, settings: Any, query: Query) -> None:
    reports = [Report(f"{text}\n\n{ABOUT}", title, "herald") for title, text in SHORT_NEWS]
    reports += [Report(MARKET, TITLE), Report(OTHER_TOLL, TITLE, "beta"), Report(MARKET, TITLE, "gamma")]
    found(*reports)
    before = everything(query)
    versions = query("select xmin::text from news.story union all select xmin::text from news.story_article")
    assert rebuild_stories(settings, batch=3).articles == len(reports)
    assert everything(query) == before
    assert query("select xmin::text from news.story union all select xmin::text from news.story_article") == versions


def test_what_is_found_is_bounded_by_most(settings: Any, query: Query, tmp_path: Path) -> None:
    store(query, enumerate([Report(MARKET, TITLE), Report(MARKET, TITLE, "beta"), Report(FERRY)], start=1))
    assert update_stories(settings, most=2).waiting == 1
    assert stories(query) == [[1, 2]]
    assert update_stories(settings).waiting == 0
