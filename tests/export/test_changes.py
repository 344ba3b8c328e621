"""Incremental exports: a row may come twice, and is never missed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import psycopg2
import pytest

from crawler.errors import ConfigError
from crawler.export import ExportRequest, Format, export, horizon
from crawler.export.horizon import Horizon, bound_starts
from crawler.progress import no_progress
from tests.export.conftest import as_analyst, read_lines

NOON = datetime(2026, 11, 1, 12, tzinfo=timezone.utc)


@pytest.fixture(params=["loader", "owner"])
def changes(request, database, tmp_path: Path, monkeypatch) -> Callable[..., set[int]]:
    """Export what changed since the last call; the articles' numbers.

    The owner sees when other transactions began; from the loader it is hidden. Without the margin for clocks, which
    would hide mistakes in the little time that a test takes.
    """
    monkeypatch.setattr(horizon, "_CLOCK_MARGIN", timedelta())
    url = database.owner_url if request.param == "owner" else database.url
    configured = as_analyst(request.getfixturevalue("settings"), url)

    def run() -> set[int]:
        target = tmp_path / "changes.jsonl"
        asked = ExportRequest(str(target), Format.JSONL, state_file=tmp_path / "state.json", force=True)
        export(configured, asked, no_progress)
        return {row["article_id"] for row in read_lines(target)}

    return run


@pytest.fixture
def session(database) -> Iterator[psycopg2.extensions.connection]:
    made = psycopg2.connect(database.owner_url)
    yield made
    made.close()


def touch(session, article_id: int) -> None:
    with session.cursor() as cursor:
        cursor.execute("update news.article set updated_at = now() where article_id = %s", [article_id])


def test_only_what_changed_comes_again(changes, add_articles, query) -> None:
    add_articles(count=5, updated_at="2026-11-01T00:00:00Z")
    assert changes() == {1, 2, 3, 4, 5}
    assert changes() == set()
    query("update news.article set updated_at = now() where article_id = 3")
    (new,) = add_articles()
    assert changes() == {3, new}
    assert changes() == set()


def test_a_transaction_that_was_open_during_an_export_is_not_missed(changes, add_articles, session) -> None:
    add_articles(count=5, updated_at="2026-11-01T00:00:00Z")
    changes()
    touch(session, 2)
    assert changes() == set()
    session.commit()
    assert changes() == {2}


def test_nor_one_that_was_open_during_the_very_first(changes, add_articles, session) -> None:
    add_articles(count=5, updated_at="2026-11-01T00:00:00Z")
    touch(session, 2)
    changes()
    session.commit()
    assert 2 in changes()


def test_nor_one_that_stays_open_over_several(changes, add_articles, session) -> None:
    add_articles(count=5, updated_at="2026-11-01T00:00:00Z")
    changes()
    touch(session, 2)
    for _ in range(3):
        assert changes() == set()
    session.commit()
    assert changes() == {2}


def test_nor_one_that_writes_only_after_the_export(changes, add_articles, session) -> None:
    add_articles(count=5, updated_at="2026-11-01T00:00:00Z")
    changes()
    with session.cursor() as cursor:
        cursor.execute("select 1")
    assert changes() == set()
    touch(session, 2)
    session.commit()
    assert changes() == {2}


def test_when_it_has_ended_the_exports_are_small_again(changes, add_articles, session) -> None:
    add_articles(count=5, updated_at="2026-11-01T00:00:00Z")
    changes()
    touch(session, 2)
    changes()
    session.commit()
    changes()
    changes()
    assert changes() == set()


def horizon_at(moment: datetime, since: datetime, **seen: datetime) -> Horizon:
    return Horizon(moment=moment, next_changed_since=since, open_transactions=seen)


def test_a_hidden_transaction_began_after_the_look_that_did_not_see_it() -> None:
    hour = timedelta(hours=1)
    before = horizon_at(NOON, NOON - 3 * hour, seen=NOON - 3 * hour)
    found = [("seen", None, False), ("new", None, False), ("shown", NOON + hour, False), ("prepared", None, True)]
    assert bound_starts(found, before, NOON - 99 * hour) == {
        "seen": NOON - 3 * hour,
        "new": NOON,
        "shown": NOON + hour,
        "prepared": NOON - 3 * hour,
    }
    assert bound_starts([("new", None, False)], None, NOON - 99 * hour) == {"new": NOON - 99 * hour}


def test_a_state_file_is_written_only_when_all_is_well(settings, add_articles, tmp_path) -> None:
    add_articles(count=2)
    state = tmp_path / "state.json"

    def fail(done: int, total: int | None, note: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(settings, ExportRequest(str(tmp_path / "a.jsonl"), Format.JSONL, state_file=state), fail)
    assert not state.exists()
    assert not (tmp_path / "a.jsonl").exists()


def test_a_state_file_is_for_the_same_rows_only(run_export, add_articles, tmp_path) -> None:
    add_articles(count=2)
    state = tmp_path / "state.json"
    run_export(tmp_path / "a.jsonl", state_file=state, source_ids=("alpha",))
    before = state.read_bytes()
    for other in ({}, {"source_ids": ("alpha",), "columns": ("title",)}, {"what": "versions"}):
        with pytest.raises(ConfigError, match="other rows"):
            run_export(tmp_path / "b.jsonl", state_file=state, **other)
    assert state.read_bytes() == before
    # The format does not matter: what was read from CSV may go on with Parquet.
    run_export(tmp_path / "b.parquet", Format.PARQUET, state_file=state, source_ids=("alpha",))


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"dateline": 1}'])
def test_another_file_is_no_state_file(text, run_export, tmp_path) -> None:
    state = tmp_path / "state.json"
    state.write_text(text)
    with pytest.raises(ConfigError, match="no state file"):
        run_export(tmp_path / "a.jsonl", state_file=state)
    assert state.read_text() == text


def test_changed_since_the_moment_that_a_report_gives(run_export, add_articles, query, tmp_path) -> None:
    add_articles(count=3, updated_at="2026-11-01T00:00:00Z")
    report = run_export(tmp_path / "a.jsonl")
    query("update news.article set updated_at = now() where article_id = 2")
    run_export(tmp_path / "b.jsonl", changed_since=report.next_changed_since)
    assert [row["article_id"] for row in read_lines(tmp_path / "b.jsonl")] == [2]
    assert json.loads((tmp_path / "b.jsonl_export.json").read_text())["changed_since"]
