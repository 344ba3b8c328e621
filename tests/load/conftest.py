from __future__ import annotations

from collections.abc import Callable

import pytest

from crawler.database import run_checks
from crawler.load import load_batch
from crawler.manifests import SourceCounts, StageReport
from crawler.progress import no_progress
from tests.load.builders import Batch
from tests.load.snapshot import snapshot


@pytest.fixture
def load(settings, query) -> Callable[[Batch], SourceCounts]:
    """Write a batch's folder and load it twice: the second time must change nothing. Then all checks must hold."""

    def run(batch: Batch) -> SourceCounts:
        folder = batch.write(settings.runs_dir)
        report: StageReport = load_batch(settings, folder, no_progress)
        before = snapshot(query)
        saved = (folder / "load.json").read_bytes()
        assert load_batch(settings, folder, no_progress) == report
        assert snapshot(query) == before
        assert (folder / "load.json").read_bytes() == saved
        failed = [check for check in run_checks(settings) if check.failures]
        assert failed == []
        return report.sources[batch.sources[0].id]

    return run


@pytest.fixture
def load_once(settings) -> Callable[[Batch], SourceCounts]:
    """Just load, for tests that do so hundreds of times."""

    def run(batch: Batch) -> SourceCounts:
        return load_batch(settings, batch.write(settings.runs_dir), no_progress).sources[batch.sources[0].id]

    return run


@pytest.fixture
def versions(query) -> Callable[[], list[tuple]]:
    """(number, kind, text) of all versions, in order."""
    statement = "select version_number, change_kind, text from news.article_version order by article_id, 1"
    return lambda: query(statement)
