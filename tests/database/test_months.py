from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta, timezone
from typing import Any

import psycopg2
import pytest

from crawler.database import connect_url


@pytest.fixture
def monthly(database: Any) -> Any:
    """A database with one monthly table, `ingest.note`."""
    with closing(connect_url(database.owner_url)) as owner, owner, owner.cursor() as cursor:
        cursor.execute("set local role dateline_owner")
        cursor.execute("create table ingest.note (at timestamptz not null, primary key (at)) partition by range (at)")
        cursor.execute("insert into ingest.monthly_table values ('ingest.note')")
        cursor.execute("grant select, insert on ingest.note to dateline_loader")
    return database


def ensure(url: str, *instants: datetime) -> int:
    with closing(connect_url(url)) as database, database, database.cursor() as cursor:
        cursor.execute("select ingest.ensure_months('ingest.note', %s)", (list(instants),))
        return int(cursor.fetchone()[0])  # type: ignore[index]


def partitions(query: Callable[..., Any]) -> list[str]:
    return [
        row[0]
        for row in query(
            "select inhrelid::regclass::text from pg_inherits where inhparent = 'ingest.note'::regclass order by 1"
        )
    ]


def test_the_loader_makes_the_months_of_its_rows_once(monthly: Any, query: Callable[..., Any]) -> None:
    instants = [
        datetime(2024, 2, 29, 23, 59, 59, tzinfo=timezone.utc),
        datetime(2024, 3, 1, tzinfo=timezone.utc),
        datetime(2016, 10, 13, tzinfo=timezone.utc),
    ]
    assert ensure(monthly.url, *instants) == 3
    assert ensure(monthly.url, *instants) == 0
    assert partitions(query) == ["ingest.note_2016_10", "ingest.note_2024_02", "ingest.note_2024_03"]
    with closing(connect_url(monthly.url)) as database, database, database.cursor() as cursor:
        for instant in instants:
            cursor.execute("insert into ingest.note values (%s)", (instant,))
    assert query("select count(*) from ingest.note_2024_02") == [(1,)]


def test_a_month_is_of_utc_whatever_the_session_says(monthly: Any, query: Callable[..., Any]) -> None:
    beirut = timezone(timedelta(hours=3))
    assert ensure(monthly.url, datetime(2024, 3, 1, 1, tzinfo=beirut)) == 1
    assert partitions(query) == ["ingest.note_2024_02"]


def test_readers_and_writers_go_on_while_a_month_is_made(monthly: Any) -> None:
    now = datetime(2024, 5, 1, tzinfo=timezone.utc)
    ensure(monthly.url, now)
    with closing(connect_url(monthly.url)) as writer, writer.cursor() as cursor:
        cursor.execute("insert into ingest.note values (%s)", (now,))
        with closing(connect_url(monthly.url)) as other, other, other.cursor() as second:
            second.execute("set local lock_timeout = '5s'")
            second.execute("select ingest.ensure_months('ingest.note', %s)", ([now + timedelta(days=40)],))
            assert second.fetchone() == (1,)


def test_only_tables_that_are_registered(monthly: Any) -> None:
    with (
        closing(connect_url(monthly.url)) as database,
        database.cursor() as cursor,
        pytest.raises(psycopg2.errors.InvalidParameterValue, match="is not partitioned by month"),
    ):
        cursor.execute("select ingest.ensure_months('news.article; drop table news.article', '{}')")


def test_analysts_make_none(monthly: Any) -> None:
    with (
        closing(connect_url(monthly.analyst_url)) as database,
        database.cursor() as cursor,
        pytest.raises(psycopg2.errors.InsufficientPrivilege),
    ):
        cursor.execute("select ingest.ensure_months('ingest.note', '{}')")
