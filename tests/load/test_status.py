"""What `dateline status` asks the database."""

from __future__ import annotations

from click.testing import CliRunner

from crawler.cli.status import status
from crawler.plan import pause_source
from crawler.reasons import Reason
from crawler.resources import read_sql
from tests.load.builders import Batch, make_source


def test_sources_in_trouble_come_first_with_reason_since_and_remedy(load, query):
    for number, name in enumerate(("alpha", "beta")):
        source = make_source(name)
        batch = Batch(run_id=f"r{number}", sources=(source,))
        batch.visit(1, **({"http_status": None, "reason": Reason.DNS, "links": 0} if name == "beta" else {}))
        load(batch)
    with_names = f"select to_jsonb(t) from ({read_sql('queries/status_sources').rstrip().rstrip(';')}) as t"
    beta, alpha = (row for (row,) in query(with_names))
    assert (beta["source"], beta["state"], beta["reason"]) == ("beta", "degraded", "unreachable")
    assert beta["since (UTC)"] == "2026-11-01 12:01"
    assert "https://beta.example/feed: dns" in beta["detail"]
    assert "dateline sources check" in beta["remedy"]
    assert (alpha["source"], alpha["state"], alpha["reason"]) == ("alpha", "healthy", None)


def test_the_newest_runs_are_counted(load, query):
    batch = Batch(run_id="r1")
    batch.article("a", "Text.", 1)
    batch.reject("b")
    load(batch)
    (run,) = query(read_sql("queries/status_runs").replace("%(run_limit)s", "5"))
    assert run[0] == "r1"
    discovered, *outcomes = run[5:]
    assert discovered == sum(outcomes) == 2


def test_a_source_is_due_when_one_of_its_urls_is(load, query):
    batch = Batch()
    batch.article("a", "Text.", 1)
    load(batch)
    query("update ingest.source_state set next_due_at = '2100-01-01'")
    told = f'select t.turn, t."next (UTC)" from ({read_sql("queries/status_sources").rstrip().rstrip(";")}) as t'
    assert query(told)[0][0] == "due"
    query("update ingest.url set next_due_at = '2099-02-03 04:05' where next_due_at is not null")
    assert query(told) == [("waiting", "02-03 04:05")]
    query("update ingest.source_state set state = 'paused', state_reason = 'by_operator'")
    assert query(told) == [(None, None)]


def test_the_screen_tells_why_a_source_is_paused_and_which_one_to_resume(settings, load, monkeypatch):
    load(Batch())
    monkeypatch.setenv("DATELINE_DATABASE_URL", settings.database_url)
    pause_source(settings, "alpha", None, "a strike")
    result = CliRunner().invoke(status, [])
    assert "a strike" in result.output
    assert "`dateline sources resume alpha`" in result.output
    assert "next (UTC)" not in result.output  # nobody has one: the column is left out
