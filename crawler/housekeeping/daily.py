"""The daily round. The loader's rights do for months ahead and statistics; to take months out needs the owner's."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import date

import psycopg2
from psycopg2 import sql
from pydantic import BaseModel, ConfigDict

from crawler.config import Settings
from crawler.database import connect, database_url
from crawler.database.lock_waits import LockWaits, Tell, log_wait
from crawler.progress import Progress, no_progress
from crawler.resources import read_sql

MONTHS_AHEAD = 3
_LOCK_SECONDS = 60.0
_LONGEST_NAME = 50
"""Of a retired table or index, before what makes it unique; PostgreSQL cuts names at 63 bytes."""
_AS_OWNER = "set local role dateline_owner"
_STEPS = 4


class Month(BaseModel):
    """A partition. `is_half_out`: a detachment of it was broken off; `is_due`: older than the policy keeps."""

    model_config = ConfigDict(frozen=True)

    table: str
    keep_months: int | None
    partition: str
    ends_before: date
    size_bytes: int
    is_half_out: bool
    is_due: bool | None


class MonthlyTable(BaseModel):
    """A table that is kept by month: how many there are (those ahead included), from when to when, how large."""

    model_config = ConfigDict(frozen=True)

    table: str
    months: int
    first_ends_before: date
    last_ends_before: date
    size_bytes: int
    keep_months: int | None


class HouseReport(BaseModel):
    """What a round did, or would do. `waiting` says for each month that is due and still there why that is."""

    model_config = ConfigDict(frozen=True)

    is_dry_run: bool
    made: tuple[str, ...]
    retired: tuple[str, ...]
    waiting: tuple[str, ...]
    analyzed: tuple[str, ...]
    tables: tuple[MonthlyTable, ...]
    retired_bytes: dict[str, int]


def keep_house(
    settings: Settings, *, dry_run: bool = False, progress: Progress = no_progress, tell: Tell = log_wait
) -> HouseReport:
    """Make the coming months, retire what policies no longer keep, refresh statistics. Safe to run at any time, and
    twice. Raises DatabaseError as `connect`; a month that cannot be retired now is in the report.
    """
    with closing(connect(settings)) as database:
        progress(0, _STEPS, "months ahead")
        with database, database.cursor() as cursor:
            cursor.execute(read_sql("queries/select_missing_months"), {"ahead": MONTHS_AHEAD})
            missing = cursor.fetchall()
            for table, instants in missing:
                if not dry_run:
                    cursor.execute("select ingest.ensure_months(%s, %s::timestamptz[])", (table, instants))
            months = _read_months(cursor)
        progress(1, _STEPS, "old months")
        due = [month for month in months if month.is_due or month.is_half_out]
        retired, waiting = ([], []) if dry_run or not due else _retire(settings, due, tell)
        progress(2, _STEPS, "statistics")
        with database, database.cursor() as cursor:
            if not dry_run:
                cursor.execute("select ingest.analyze_monthly_tables()")
            analyzed = () if dry_run else tuple(name for (name,) in cursor)
        progress(3, _STEPS, "sizes")
        with database, database.cursor() as cursor:
            tables = _sum_up(_read_months(cursor))
            cursor.execute(read_sql("queries/select_retired"))
            sizes = dict(cursor.fetchall())
    progress(_STEPS, _STEPS, "done")
    return HouseReport(
        is_dry_run=dry_run,
        made=tuple(f"{table}_{instant:%Y_%m}" for table, instants in missing for instant in instants),
        retired=tuple(f"{_schema(month)}.{month.partition}" for month in due) if dry_run else tuple(retired),
        waiting=tuple(waiting),
        analyzed=analyzed,
        tables=tables,
        retired_bytes=sizes,
    )


def _read_months(cursor: psycopg2.extensions.cursor) -> list[Month]:
    cursor.execute(read_sql("queries/select_months"), {})
    return [Month(**dict(zip(Month.model_fields, row, strict=True))) for row in cursor.fetchall()]


def _sum_up(months: list[Month]) -> tuple[MonthlyTable, ...]:
    tables = []
    for name in sorted({month.table for month in months}):
        own = [month for month in months if month.table == name]
        tables.append(
            MonthlyTable(
                table=name,
                months=len(own),
                first_ends_before=own[0].ends_before,
                last_ends_before=own[-1].ends_before,
                size_bytes=sum(month.size_bytes for month in own),
                keep_months=own[0].keep_months,
            )
        )
    return tuple(tables)


def _schema(month: Month) -> str:
    return month.table.split(".")[0]


def _retire(settings: Settings, due: list[Month], tell: Tell) -> tuple[list[str], list[str]]:
    """Take months out of their tables, into the schema `retired`: those that went, and why others did not."""
    waiting: list[str] = []
    url = database_url(settings, "owner")
    with (
        closing(connect(settings, role="owner")) as database,
        LockWaits(database, url, _LOCK_SECONDS, tell) as waits,
    ):
        ((may_act,),) = waits.run(read_sql("queries/select_may_act_as_owner"))
        if not may_act:
            why = "only the owner of the tables may take months out: set DATELINE_OWNER_DATABASE_URL"
            return [], [f"{_schema(month)}.{month.partition}: {why}" for month in due]
        for month in due:
            name = f"{_schema(month)}.{month.partition}"
            try:
                _detach(waits, month)
            except psycopg2.errors.LockNotAvailable:
                waiting.append(f"{name}: in use by {waits.blockers()}; the next round goes on with it")
            except psycopg2.Error as error:
                waiting.append(f"{name}: {' '.join(str(error).split())}")
        return _move_detached(waits), waiting


def _detach(waits: LockWaits, month: Month) -> None:
    """Each statement leaves a state that the next round goes on from."""
    waits.run(
        _AS_OWNER,
        (read_sql("queries/update_kept_since"), {"table_name": month.table, "ends_before": month.ends_before}),
    )
    # `concurrently` waits for those who have the table open, and nobody waits for it. Broken off, it is half done:
    # nobody sees the month any more, and another statement has to finish it.
    detach = sql.SQL("alter table {} detach partition {} {}").format(
        sql.Identifier(*month.table.split(".")),
        sql.Identifier(_schema(month), month.partition),
        sql.SQL("finalize" if month.is_half_out else "concurrently"),
    )
    waits.run_alone(detach.as_string(waits.database))


def _move_detached(waits: LockWaits) -> list[str]:
    """Those of this round, and of one that was killed before it came to that.

    A month that was retired before, and got rows again, lies there twice: the second with the time behind its name.
    """
    moved = []
    for schema, name, is_name_free, indexes in waits.run(read_sql("queries/select_detached")):
        suffix = "" if is_name_free else f"_{int(time.time())}"
        renamed = [] if is_name_free else [("index", index) for index in indexes] + [("table", name)]
        statements = [
            sql.SQL("alter {} {} rename to {}").format(
                sql.SQL(kind), sql.Identifier(schema, old), sql.Identifier(f"{old[:_LONGEST_NAME]}{suffix}")
            )
            for kind, old in renamed
        ]
        kept_as = sql.Identifier(schema, f"{name[:_LONGEST_NAME]}{suffix}")
        statements.append(sql.SQL("alter table {} set schema retired").format(kept_as))
        waits.run(_AS_OWNER, *(statement.as_string(waits.database) for statement in statements))
        moved.append(f"{schema}.{name}")
    return moved
