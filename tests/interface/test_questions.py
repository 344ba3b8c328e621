"""What a new reader asks first, with nothing but psql and the comments. The SQL is that of docs/querying.md."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.sources.model import Source
from tests.interface.stories import tell_story
from tests.load.builders import Batch, at, make_source

HOUR = 60
OUTLETS = tuple(make_source(name) for name in ("alpha", "beta", "gamma"))


class Desk:
    """Articles of three outlets, in one batch a call."""

    def __init__(self, load, query) -> None:
        self._load = load
        self._query = query
        self._runs = 0

    def publish(self, *pages: tuple[str, str, str, float], seen_after: float = 10, **fields: object) -> None:
        """(source, path, text, minutes at which it is published)"""
        self._runs += 1
        batch = Batch(run_id=f"r{self._runs}", sources=OUTLETS)
        for name, path, text, minutes in pages:
            source: Source = next(one for one in OUTLETS if one.id == name)
            dated = {"published_at": at(minutes), "published_precision": "minute", **fields}
            batch.article(path, text, minutes + seen_after, source=source, fields=dated)
        self._load(batch)

    def story(self, *pages: tuple[str, str], family: int | None = None) -> int:
        return tell_story(self._query, [f"https://{name}.example/{path}" for name, path in pages], family=family)


@pytest.fixture
def desk(load, query) -> Desk:
    return Desk(load, query)


def test_which_sources_reported_a_story_first(desk, ask):
    text = "The bridge at Harun has fallen, three drivers said."
    desk.publish(("beta", "b", text, 0), ("alpha", "a", text, 30), ("gamma", "g", text, 90))
    story_id = desk.story(("beta", "b"), ("alpha", "a"), ("gamma", "g"))
    assert ask(
        "select source_id, relation, delay_minutes::int, seen_delay_minutes::int from news.first_report "
        "where story_id = %s order by is_first desc, published_at",
        story_id,
    ) == [("beta", "first", 0, 0), ("alpha", "copy", 30, 30), ("gamma", "copy", 90, 90)]


def test_a_date_without_a_time_of_day_gives_no_delay(desk, ask):
    desk.publish(("beta", "b", "Rain in Marj.", 0))
    desk.publish(("alpha", "a", "Rain in Marj.", 700), published_precision="day")
    desk.story(("beta", "b"), ("alpha", "a"))
    assert ask("select delay_minutes, seen_delay_minutes::int from news.first_report where not is_first") == [
        (None, 700)
    ]


def test_what_changed_in_an_article_overnight(desk, ask):
    desk.publish(("alpha", "a", "At least 12 people died in the flood, the mayor said. Roads are closed.", 0))
    desk.publish(("beta", "b", "Nothing of note.", 0))
    desk.publish(
        ("alpha", "a", "At least 21 people died in the flood, the mayor said. Roads are closed.", 0), seen_after=600
    )
    assert ask(
        "select source_id, text_diff, numbers_removed, numbers_added from news.edit "
        "where observed_at >= %s and observed_at < %s",
        at(HOUR), at(24 * HOUR),
    ) == [
        ("alpha", "~ At least [-12-]{+21+} people died in the flood, the mayor said.", ["12"], ["21"])
    ]  # fmt: skip


def test_which_days_have_gaps_and_why(desk, query, ask):
    desk.publish(("alpha", "a", "Text.", 0))
    query("update news.source set first_seen_at = now() - interval '4 days' returning 1")
    query("update ingest.source_state set watched_until = now() returning 1")
    query(
        "insert into ingest.source_hour select source_id, hour, 3600, 0 from news.source cross join generate_series("
        "date_trunc('day', now(), 'UTC') - interval '4 days', now(), interval '1 hour') as hour "
        "where source_id <> 'beta' or hour < date_trunc('day', now(), 'UTC') - interval '2 days' returning 1"
    )
    query(
        "insert into ingest.source_event (source_id, observed_at, kind, state_before, state, reason, weight) values "
        "('beta', date_trunc('day', now(), 'UTC') - interval '2 days', 'state', 'healthy', 'blocked', 'forbidden', 0) "
        "returning 1"
    )
    gaps = ask(
        "select source_id, day - current_date, status, reason, meaning from news.source_day "
        "where day >= current_date - 4 and day < current_date - 1 and status not in ('published', 'nothing_published') "
        "order by source_id, day"
    )
    assert gaps == [("beta", -2, "not_watched", "forbidden", "It refuses us (401, 403, 451).")]


def test_how_many_independent_reports_a_claim_has(desk, ask):
    wire = "Two bridges fell near Harun, a spokesman said."
    desk.publish(("alpha", "a", wire, 0), ("beta", "b", wire, 20), agencies=("Karsuma Wire",))
    desk.publish(("gamma", "g", "Our reporter counted two bridges fallen near Harun.", 40))
    desk.publish(("gamma", "h", "Three bridges fell near Harun, a spokesman said.", 50))
    desk.publish(("beta", "x", "The market is open.", 50), ("alpha", "u", "Bridges near Harun: a new count.", 60))
    first = desk.story(("alpha", "a"), ("beta", "b"))
    desk.story(("gamma", "g"))
    desk.story(("gamma", "h"), family=first)
    columns = (
        "article_count, source_count, report_count, family_count, first_source_count, first_source_ids, agencies, "
        "unsorted_count"
    )
    assert ask(
        f"select {columns} from news.independent_report(array("
        "select article_id from news.article where published_at >= %s and text ~* '\\mbridges\\M.*\\mharun\\M'))",
        at(-HOUR),
    ) == [(5, 3, 4, 3, 2, ["alpha", "gamma"], ["Karsuma Wire"], 1)]


def test_which_arabic_articles_mention_a_name_in_any_spelling_of_its_alef(desk, ask):
    desk.publish(
        ("alpha", "a", "زار أحمد الأسعد سوق المدينة.", 0),
        ("beta", "b", "قال احمد الاسعد إن الجسر مفتوح.", 5),
        language="ar",
    )
    desk.publish(
        ("gamma", "g", "وصل إحمد الآسعد إلى المرفأ.", 9), ("gamma", "h", "المرفأ مغلق اليوم.", 9), language="ar"
    )
    desk.publish(("alpha", "e", "Ahmad al-Asaad visited the market.", 9), language="en")
    urls = ask("select url from news.search('أحمد', language => 'ar') order by url")
    assert [url for (url,) in urls] == ["https://alpha.example/a", "https://beta.example/b", "https://gamma.example/g"]
    found = "select count(*) from news.matching_articles('\"احمد الاسعد\"', language => 'ar')"
    assert ask(found) == [(3,)]


def test_a_claim_that_is_searched_for_counts_its_reports(desk, ask):
    wire = "Two bridges fell near Harun, a spokesman said."
    desk.publish(("alpha", "a", wire, 0), ("beta", "b", wire, 20))
    desk.story(("alpha", "a"), ("beta", "b"))
    claim = "select article_count, report_count from news.independent_report(array(%s))"
    assert ask(claim % "select news.matching_articles('bridges harun')") == [(2, 1)]


def test_no_article_is_no_report(ask):
    assert ask("select article_count, report_count, first_source_ids from news.independent_report('{}')") == [
        (0, 0, [])
    ]


def test_which_sources_carry_the_same_stories_and_who_is_first(desk, ask):
    for number, (first, lag) in enumerate((("alpha", 10), ("alpha", 30), ("beta", 20))):
        second = "beta" if first == "alpha" else "alpha"
        text = f"Report {number} of the day."
        start = number * 5 * HOUR
        desk.publish((first, f"p{number}", text, start), (second, f"p{number}", text, start + lag))
        desk.story((first, f"p{number}"), (second, f"p{number}"))
    desk.publish(("gamma", "own", "Only here.", 0))
    desk.story(("gamma", "own"))
    pairs = "select * from news.source_agreement(%s, %s)"
    assert ask(pairs, at(0), at(24 * HOUR)) == [("alpha", "beta", 3, 2, 1, 10)]
    assert ask(pairs, at(0), at(5 * HOUR)) == [("alpha", "beta", 1, 1, 0, 10)]
    assert ask(pairs, at(0) - timedelta(days=9), at(0)) == []
