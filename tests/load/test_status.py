"""What `dateline status` asks the database."""

from __future__ import annotations

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
