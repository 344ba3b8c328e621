"""What `dateline status` asks the database."""

from __future__ import annotations

from crawler.records import Reason
from crawler.resources import read_sql
from tests.load.builders import Batch


def test_a_source_whose_feed_failed_is_shown_as_failing(load, query):
    batch = Batch(run_id="r1")
    batch.article("a", "Text.", 1)
    batch.visit(1, http_status=None, reason=Reason.DNS, etag=None, links=0)
    load(batch)
    query("update ingest.source_state set next_due_at = now() + interval '1 hour'")
    rows = query(read_sql("queries/status_sources"))
    assert [row[1] for row in rows] == ["failing"]


def test_the_newest_runs_are_counted(load, query):
    batch = Batch(run_id="r1")
    batch.article("a", "Text.", 1)
    batch.reject("b")
    load(batch)
    (run,) = query(read_sql("queries/status_runs").replace("%(run_limit)s", "5"))
    assert run[0] == "r1"
    discovered, *outcomes = run[5:]
    assert discovered == sum(outcomes) == 2
