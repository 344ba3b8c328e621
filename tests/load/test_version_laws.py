"""Laws of versions, tried on random histories."""

from __future__ import annotations

import itertools

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from crawler.database import run_checks
from tests.load.builders import Batch


def runs_of(texts: list[str]) -> list[str]:
    """What one after the other differs: the versions that a history needs."""
    return [text for text, _ in itertools.groupby(texts)]


@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), texts=st.lists(st.sampled_from(["A.", "B.", "C."]), min_size=1, max_size=7))
def test_versions_are_the_runs_of_the_history_however_it_is_batched(load_once, query, data, texts):
    path = f"p{query('select count(*) from ingest.url')[0][0]}-{query('select count(*) from ingest.run')[0][0]}"
    cuts = data.draw(st.lists(st.integers(1, len(texts)), max_size=3))
    bounds = sorted({0, len(texts), *cuts})
    for start, end in itertools.pairwise(bounds):
        batch = Batch(run_id=f"{path}-{start}")
        for place in data.draw(st.permutations(range(start, end))):
            batch.article(path, texts[place], minutes=10 * (place + 1))
        load_once(batch)
    rows = query(
        "select v.text from news.article_version v join news.article a using (article_id)"
        " where a.url like %s order by v.version_number",
        f"%/{path}",
    )
    assert [text for (text,) in rows] == runs_of(texts)
    assert query("select text from news.article where url like %s", f"%/{path}") == [(texts[-1],)]


@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), texts=st.lists(st.sampled_from(["A.", "B.", "C."]), min_size=1, max_size=5))
def test_the_current_text_is_the_newest_in_whatever_order_it_comes(settings, load_once, query, data, texts):
    path = f"q{query('select count(*) from ingest.run')[0][0]}"
    for place in data.draw(st.permutations(range(len(texts)))):
        batch = Batch(run_id=f"{path}-{place}")
        batch.article(path, texts[place], minutes=10 * (place + 1))
        load_once(batch)
    where = f"%/{path}"
    assert query("select text from news.article where url like %s", where) == [(texts[-1],)]
    assert [check for check in run_checks(settings) if check.failures] == []
    seen = query(
        "select distinct v.text from news.article_version v join news.article a using (article_id) where a.url like %s",
        where,
    )
    assert {text for (text,) in seen} == set(texts)
