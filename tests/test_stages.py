from __future__ import annotations

from dataclasses import replace

import pytest

from crawler import stages
from crawler.errors import RunError
from crawler.load import load_batch
from crawler.plan import plan_run
from crawler.progress import no_progress
from tests.load.builders import Batch, make_source


@pytest.fixture
def no_crawl(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("it was crawled")

    monkeypatch.setattr(stages, "crawl_batch", refuse)


def planned(settings) -> tuple[str, Batch]:
    (path,) = plan_run(settings, [make_source()], run_id="r1").batches
    return path, Batch(run_id="r1", is_complete=False)


def test_a_loaded_batch_is_crawled_no_more(settings, no_crawl):
    path, batch = planned(settings)
    batch.discover("a")
    load_batch(settings, batch.write(settings.runs_dir), no_progress)
    report = stages.crawl(settings, path)
    assert report is not None
    assert not report.is_complete


def test_an_abandoned_batch_is_crawled_no_more(settings, query, no_crawl):
    path, _ = planned(settings)
    query("update ingest.batch set state = 'abandoned'")
    query("update ingest.source_state set lease_run_id = null, lease_batch_id = null")
    with pytest.raises(RunError, match="crawled no more"):
        stages.crawl(settings, path)


def test_a_stage_keeps_its_lease_while_it_works(settings, query, monkeypatch):
    path, _ = planned(settings)
    left = []

    def work(settings, folder, progress):
        query("update ingest.batch set lease_until = now()")
        progress(1, 2, "page")
        left.extend(query("select lease_until > now() + interval '50 minutes' from ingest.batch"))

    monkeypatch.setattr(stages, "clean_batch", work)
    stages.clean(settings, path)
    assert left == [(False,)], "not at each page"
    left.clear()
    now = stages.monotonic()
    times = iter([now, now + 901, now + 901])
    monkeypatch.setattr(stages, "monotonic", lambda: next(times))
    stages.clean(replace(settings, lease_seconds=3600), path)
    assert left == [(True,)]
