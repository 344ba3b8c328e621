"""Stories depend on the articles alone, not on the order or the batches in which they came."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from crawler.stories import rebuild_stories, update_stories
from crawler.stories.spelling import fold_spelling
from tests.stories.articles import Query, Report, change, everything, store
from tests.stories.test_stories import OTHER_TOLL, SHORT_NEWS, TITLE, paragraphs
from tests.stories.texts import ABOUT, FERRY, HARVEST, HARVEST_UNPOINTED, MARKET

CORPUS = [
    Report(MARKET, TITLE),
    Report(OTHER_TOLL, TITLE, "beta"),
    Report(paragraphs(MARKET, 1, 2, 3), TITLE, "gamma", days=0.2),
    Report(MARKET.replace("pulled", "dragged"), TITLE, "delta", days=28),
    Report(MARKET, TITLE, "epsilon", days=33),
    Report(MARKET, TITLE, "zeta", days=65),
    Report(f"{MARKET}\n\n{FERRY}", "The day in brief", "gamma"),
    Report(FERRY),
    Report(f"{FERRY}\n\n{ABOUT}", "Ferry is back", "herald", days=1),
    Report(HARVEST, "موسم القمح", "delta", "ar"),
    Report(HARVEST_UNPOINTED, "موسم القمح", "beta", "ar", days=2),
    *(Report(f"{text}\n\n{ABOUT}", title, "herald", days=n / 3) for n, (title, text) in enumerate(SHORT_NEWS)),
]
CLEAR = (
    "truncate news.article, news.source, news.story, news.story_article, news.story_relation, ingest.story_pending, "
    "ingest.story_text, ingest.story_signature, ingest.story_band, ingest.story_paragraph, ingest.story_boilerplate, "
    "ingest.story_edge cascade"
)


def find(query: Query, there: Any, order: list[int], sizes: list[int], late: set[int]) -> Any:
    """Articles in an order and in batches; `late` ones have another text first."""
    query("set session_replication_role = replica")
    query(CLEAR)
    sizes = [*sizes]
    while order:
        size = sizes.pop() if sizes else len(order)
        batch, order = order[:size], order[size:]
        store(query, ((n + 1, replace(CORPUS[n], text=FERRY) if n in late else CORPUS[n]) for n in batch))
        update_stories(there, batch=max(1, size // 2))
    for n in late:
        change(query, n + 1, CORPUS[n])
    update_stories(there)
    return everything(query)


def test_the_corpus_has_what_can_go_wrong(settings: Any, query: Query) -> None:
    stories, members, relations = find(query, settings, list(range(len(CORPUS))), [], set())
    assert 8 < len(stories) < len(CORPUS) == len(members)
    assert {row[2] for row in relations} == {"other_numbers", "overlap"}


@given(
    seed=st.integers(0, 2**16),
    sizes=st.lists(st.integers(1, 5), max_size=8),
    late=st.sets(st.integers(0, len(CORPUS) - 1), max_size=3),
)
@hypothesis_settings(max_examples=12, suppress_health_check=list(HealthCheck))
def test_any_order_and_any_batches_find_the_same(
    settings: Any, query: Query, seed: int, sizes: list[int], late: set[int]
) -> None:
    expected = find(query, settings, list(range(len(CORPUS))), [], set())
    order = list(range(len(CORPUS)))
    random.Random(seed).shuffle(order)
    assert find(query, settings, order, sizes, late) == expected
    rebuild_stories(settings, batch=4)
    assert everything(query) == expected


@given(st.text())
@hypothesis_settings(max_examples=300)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold_spelling(fold_spelling(text)) == fold_spelling(text)


def test_spellings_of_a_word_are_one() -> None:
    for one, other in [
        ("أُصِيبَ", "اصيب"),
        ("مدرسة", "مدرسه"),
        ("على", "علي"),
        ("الســـلام", "السلام"),
        ("۱۲ ٣٤", "12 34"),
        ("کوردی", "كوردي"),
        ("Élysée", "ELYSEE"),
        ("“it's”", "its"),
        ("Straße", "STRASSE"),
        ("ﷺ", "صلي الله عليه وسلم"),
    ]:
        assert fold_spelling(one) == fold_spelling(other), one


def test_reading_the_same_words_again_calls_up_nobody_else(settings: Any, query: Query) -> None:
    """Each would call up its neighbours in time, and these it: the queue would never be empty."""
    store(query, ((n, Report(FERRY, days=n / 4)) for n in range(1, 8)))
    update_stories(settings)
    before = everything(query)
    query("insert into ingest.story_pending (article_id) select article_id from news.article order by 1")
    report = update_stories(settings, batch=2, most=7)
    assert (report.articles, report.waiting) == (7, 0)
    assert everything(query) == before


def test_those_that_a_changed_text_stood_between_find_each_other(settings: Any, query: Query) -> None:
    store(query, ((n, Report(FERRY, days=n * 9)) for n in range(1, 6)))
    update_stories(settings)
    change(query, 3, Report(MARKET, TITLE, days=27))
    update_stories(settings, batch=1)
    assert query("select story_id, array_agg(article_id order by article_id) from news.story_article group by 1") == [
        (1, [1, 2, 4, 5]),
        (3, [3]),
    ]
