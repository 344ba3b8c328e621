from __future__ import annotations

from crawler.load import load_batch
from crawler.progress import no_progress
from crawler.reasons import Outcome, Reason
from tests.load.builders import Batch


def test_each_url_gets_its_outcome(settings, query):
    batch = Batch(known=4)
    batch.visit()
    batch.article("a", "First text.")
    batch.reject("b")
    batch.fetch("c", Outcome.FAILED, Reason.NOT_FOUND)
    batch.fetch("d", Outcome.BLOCKED, Reason.FORBIDDEN, evidence=True)
    batch.fetch("e", Outcome.PENDING, Reason.PAGE_LIMIT)
    report = load_batch(settings, batch.write(settings.runs_dir), no_progress)
    counts = report.sources["alpha"]
    assert counts.discovered == 5
    assert counts.known == 4
    assert counts.captured == 3
    assert counts.reasons == {
        "stored:new": 1,
        "rejected:no_text": 1,
        "failed:not_found": 1,
        "blocked:forbidden": 1,
        "pending:page_limit": 1,
    }
    assert query("select title, text, version_number from news.article") == [("Title of a", "First text.", 1)]
