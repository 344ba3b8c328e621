from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from crawler.database import connect_url
from crawler.load import load_batch
from crawler.progress import no_progress
from tests.load.builders import Batch


@pytest.fixture
def load(settings) -> Callable[[Batch], None]:
    """Load a batch through the real loader, twice."""

    def run(batch: Batch) -> None:
        folder = batch.write(settings.runs_dir)
        assert load_batch(settings, folder, no_progress) == load_batch(settings, folder, no_progress)

    return run


@pytest.fixture
def ask(database) -> Iterator[Callable[..., list[tuple]]]:
    """Run one statement as an analyst, and get its rows."""
    session = connect_url(database.analyst_url)
    session.autocommit = True

    def run(statement: str, *values: object) -> list[tuple]:
        with session.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall()

    yield run
    session.close()
