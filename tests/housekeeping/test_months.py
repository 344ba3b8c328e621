"""The daily round over a real database."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli.main import dateline
from crawler.config import Settings
from crawler.database import connect_url, run_checks
from crawler.errors import ConfigError
from crawler.housekeeping import keep_house, set_keep_months
from crawler.load import load_batch
from crawler.manifests import RunKind
from crawler.progress import no_progress
from tests.load.builders import Batch

Query = Callable[..., list[tuple[Any, ...]]]


def months_of(query: Query, table: str) -> list[str]:
    found = "select inhrelid::regclass::text from pg_inherits where inhparent = %s::regclass order by 1"
    return [name for (name,) in query(found, table)]


def coming(table: str, count: int = 4) -> list[str]:
    now = datetime.now(timezone.utc)
    month = now.year * 12 + now.month - 1
    return [f"{table}_{(month + n) // 12}_{(month + n) % 12 + 1:02}" for n in range(count)]


def load_into_the_past(settings: Settings, query: Query, months: int) -> None:
    """A batch whose outcomes are filed under a month of the past, and whose captures are of that time."""
    batch = Batch(run_id="old")
    batch.visit()
    batch.article("a", "The well at Tel Harun is dry.")
    folder = batch.write(settings.runs_dir)
    query("insert into ingest.run values ('old', 'news', now())")
    query(
        "insert into ingest.batch (run_id, batch_id, kind, path, state, hosts, lease_until, planned_at, logged_at)"
        " select 'old', 'b001', 'news', 'old/b001', 'planned', '{}', now(), now(), now() - make_interval(months => %s)",
        months,
    )
    load_batch(settings, folder, no_progress)


def test_the_coming_months_are_made_once(settings: Settings, query: Query) -> None:
    report = keep_house(settings)
    assert set(coming("ingest.outcome")) <= set(report.made)
    assert months_of(query, "ingest.outcome") == coming("ingest.outcome")
    assert set(coming("ingest.capture")) <= set(months_of(query, "ingest.capture"))
    again = keep_house(settings)
    assert (again.made, again.retired, again.waiting) == ((), (), ())


def test_a_dry_run_changes_nothing(settings: Settings, query: Query) -> None:
    load_into_the_past(settings, query, 5)
    set_keep_months(settings, "ingest.outcome", 3)
    before = months_of(query, "ingest.outcome")
    report = keep_house(settings, dry_run=True)
    assert report.retired == tuple(before[:1])
    assert set(report.made) >= set(coming("ingest.outcome")[1:])
    assert months_of(query, "ingest.outcome") == before


def test_a_round_needs_no_more_than_the_loaders_rights(settings: Settings) -> None:
    report = keep_house(replace(settings, owner_database_url=None))
    assert report.made
    assert "ingest.outcome" in report.analyzed


def test_old_outcomes_are_retired_and_nothing_that_reads_history_breaks(settings: Settings, query: Query) -> None:
    load_into_the_past(settings, query, 5)
    keep_house(settings)
    old = months_of(query, "ingest.outcome")[0]
    set_keep_months(settings, "ingest.outcome", 3)
    report = keep_house(settings)
    assert report.retired == (old,)
    assert months_of(query, "ingest.outcome") == coming("ingest.outcome")
    name = old.removeprefix("ingest.")
    assert list(report.retired_bytes) == [name]
    assert query(f"select url, outcome from retired.{name}") == [("https://alpha.example/a", "stored")]
    # What is gone is not known, which is something else than nothing.
    assert query("select discovered, stored, reasons from ingest.source_run") == [(1, None, None)]
    assert [check for check in run_checks(settings) if check.failures] == []
    load_batch(settings, settings.runs_dir / "old/b001", no_progress)
    reprocess = Batch(run_id="again", kind=RunKind.REPROCESS)
    reprocess.article("a", "The well at Tel Harun is dry.", capture=Batch(run_id="old").capture("a"))
    load_batch(settings, reprocess.write(settings.runs_dir), no_progress)
    assert query("select count(*) from ingest.capture") == [(1,)]
    assert keep_house(settings).retired == ()
    shown = CliRunner().invoke(dateline, ["status", "--json"], env=environment(settings))
    assert shown.exit_code == 0, shown.output


def test_what_lies_in_retired_is_for_the_owner_alone(settings: Settings, query: Query, database: Any) -> None:
    load_into_the_past(settings, query, 5)
    set_keep_months(settings, "ingest.outcome", 3)
    (old,) = keep_house(settings).retired
    for url in (database.url, database.analyst_url):
        with closing(connect_url(url)) as session, session.cursor() as cursor, pytest.raises(Exception, match="denied"):
            cursor.execute(f"select * from retired.{old.removeprefix('ingest.')}")


def test_a_month_in_use_waits_and_the_next_round_goes_on(
    settings: Settings, query: Query, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_into_the_past(settings, query, 5)
    set_keep_months(settings, "ingest.outcome", 3)
    old = months_of(query, "ingest.outcome")[0]
    monkeypatch.setattr("crawler.housekeeping.daily._LOCK_SECONDS", 1.0)
    with closing(connect_url(database.url)) as reader, reader.cursor() as cursor:
        cursor.execute("select count(*) from ingest.outcome")
        report = keep_house(settings, tell=lambda message: None)
        assert report.retired == ()
        assert f"pid {reader.info.backend_pid} (dateline_loader" in report.waiting[0]
        # Nobody waits for it meanwhile, and it is gone for all who come now.
        query("set lock_timeout = '1s'")
        assert query("select count(*) from ingest.outcome") == [(0,)]
    assert keep_house(settings).retired == (old,)


def test_a_month_that_was_taken_out_by_a_round_that_was_killed_is_moved(settings: Settings, query: Query) -> None:
    load_into_the_past(settings, query, 5)
    load_old = months_of(query, "ingest.outcome")[0]
    query(f"alter table ingest.outcome detach partition {load_old}")
    set_keep_months(settings, "ingest.outcome", 3)
    query("select ingest.ensure_months('ingest.outcome', array[now() - interval '6 months'])")
    assert load_old in keep_house(settings).retired


def test_a_name_that_is_taken_in_retired_is_no_obstacle(settings: Settings, query: Query) -> None:
    set_keep_months(settings, "ingest.outcome", 3)
    for _ in range(2):
        query("select ingest.ensure_months('ingest.outcome', array[now() - interval '6 months'])")
        assert len(keep_house(settings).retired) == 1
    assert query("select count(*) from pg_tables where schemaname = 'retired'") == [(2,)]


def test_captures_are_all_kept(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="each version of an article rests on a capture"):
        set_keep_months(settings, "ingest.capture", 12)


def environment(settings: Settings) -> dict[str, str]:
    return {
        "DATELINE_HOME": str(settings.home),
        "DATELINE_DATABASE_URL": settings.database_url or "",
        "DATELINE_OWNER_DATABASE_URL": settings.owner_database_url or "",
    }


def test_the_command_sets_a_policy_and_says_what_it_did(settings: Settings, query: Query, tmp_path: Path) -> None:
    load_into_the_past(settings, query, 5)
    run = CliRunner()
    env = environment(settings)
    done = run.invoke(dateline, ["housekeeping", "--keep", "ingest.outcome=3", "--json"], env=env)
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert len(report["retired"]) == 1
    assert {one["table"]: one["keep_months"] for one in report["tables"]}["ingest.outcome"] == 3
    shown = run.invoke(dateline, ["housekeeping", "--keep", "ingest.outcome=all"], env=env)
    assert "retired.outcome_" in shown.output
    assert query("select keep_months from ingest.monthly_table where table_name = 'ingest.outcome'") == [(None,)]


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("ingest.url=3", "'ingest.url' is not kept by month: name one of ingest.capture"),
        ("ingest.outcome=0", "write it as TABLE=MONTHS"),
        ("ingest.outcome; drop table news.article=3", "write it as TABLE=MONTHS"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(settings: Settings, policy: str, message: str) -> None:
    done = CliRunner().invoke(dateline, ["housekeeping", "--keep", policy], env=environment(settings))
    assert isinstance(done.exception, ConfigError)
    assert message in str(done.exception)


def test_without_the_owners_rights_what_is_due_is_named(settings: Settings, query: Query) -> None:
    load_into_the_past(settings, query, 5)
    set_keep_months(settings, "ingest.outcome", 3)
    report = keep_house(replace(settings, owner_database_url=None))
    assert report.retired == ()
    assert "set DATELINE_OWNER_DATABASE_URL" in report.waiting[0]
