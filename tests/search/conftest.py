from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crawler.database import connect_url, run_checks
from crawler.load import load_batch
from crawler.progress import no_progress
from tests.load.builders import Batch, make_source


@pytest.fixture
def publish(settings: Any) -> Callable[..., None]:
    """Load articles as (path, language, title, text), or with more fields, through the real loader."""
    numbers = iter(range(1, 1000))

    def run(*articles: tuple[Any, ...], source_id: str = "alpha", minutes: float = 1) -> None:
        batch = Batch(run_id=f"r{next(numbers)}", sources=(make_source(source_id),))
        for path, language, title, text, *more in articles:
            fields = {"title": title, "language": language, **(more[0] if more else {})}
            batch.article(path, text, minutes, fields=fields)
        load_batch(settings, batch.write(settings.runs_dir), no_progress)
        assert [check for check in run_checks(settings) if check.failures] == []

    return run


@pytest.fixture
def analyst(database: Any) -> Iterator[Callable[..., list[tuple]]]:
    """Run one statement as an analyst, and get its rows."""
    session = connect_url(database.analyst_url)
    session.autocommit = True

    def run(statement: str, *values: object) -> list[tuple]:
        with session.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall()

    run.notices = session.notices  # type: ignore[attr-defined]
    yield run
    session.close()


@pytest.fixture
def search(analyst: Callable[..., list[tuple]]) -> Callable[..., list[str]]:
    """The last parts of the addresses that `news.search` finds for the analyst, best first."""

    def run(query: str | None, **options: object) -> list[str]:
        named = "".join(f", {name} => %s" for name in options)
        rows = analyst(f"select url from news.search(%s{named})", query, *options.values())
        return [url.rpartition("/")[2] for (url,) in rows]

    return run
