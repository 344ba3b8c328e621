"""Exports: rows of one snapshot, streamed into files that appear whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from crawler import __version__
from crawler.config import Settings
from crawler.database import connect
from crawler.errors import ConfigError, DatabaseError, ExportError
from crawler.export.columns import Column, choose_columns, describe_result, read_relation
from crawler.export.folder import ExportFolder, open_folder
from crawler.export.horizon import ExportState, Horizon, find_horizon, read_state
from crawler.export.manifest import MANIFEST_FILE, Manifest, Part, describe_export, new_manifest
from crawler.export.queries import SUBJECTS, RowQuery, open_cursor
from crawler.export.request import STDOUT, ExportRequest, Format, Partition, check_request
from crawler.export.rows import RowWriter, Sink, open_writer
from crawler.export.target import CountedFile, write_whole, written_whole
from crawler.progress import Progress
from crawler.resources import read_sql
from crawler.sources import check_known

_FETCH_ROWS = 250
"""Rows that are in memory at a time: an article may be as large as a page."""


@dataclass(frozen=True)
class ExportReport:
    """What an export wrote. Instants are in UTC."""

    target: str
    format: str
    files: int
    rows: int
    bytes: int
    snapshot_at: datetime
    changed_since: datetime | None
    next_changed_since: datetime | None
    """What the next export has to ask for with --changed-since, to have all that this one lacks. None on a standby."""


def export(settings: Settings, request: ExportRequest, progress: Progress, *, with_total: bool = False) -> ExportReport:
    """Write what is asked for, all of it as of one moment (a folder that is gone on with: each file as of one).

    `with_total` counts the rows first, for the progress. Raises ConfigError for a request that cannot be met,
    ExportError where its target cannot be written, DatabaseError where the database refuses, RunError while another
    process writes into the same folder.
    """
    check_request(request)
    check_target(request)
    previous = read_state(request.state_file, request.parameters()) if request.state_file else None
    if previous:
        request = replace(request, changed_since=previous.horizon.next_changed_since)
    database = connect(settings, role="analyst", check_schema=False)
    try:
        horizon = find_horizon(database, previous.horizon if previous else None)
        if request.state_file and horizon.next_changed_since is None:
            raise ConfigError(
                "this database is a standby, and cannot tell what is being written on its primary: export with --state "
                "from the primary, or with --changed-since and an overlap that is longer than any load"
            )
        with _snapshot(database) as cursor:
            exporter = _Exporter(cursor, request, horizon, progress, with_total=with_total)
            report, horizon = exporter.into_folder() if request.partition else exporter.into_file()
    except psycopg2.Error as error:
        raise _explain(error, request) from error
    finally:
        database.close()
    if request.state_file:
        state = ExportState(dateline=__version__, parameters=request.parameters(), horizon=horizon)
        write_whole(request.state_file, state.model_dump_json(indent=2).encode() + b"\n")
    return report


def check_target(request: ExportRequest) -> None:
    """Raises ExportError where the target is there already, or cannot come into being."""
    path = Path(request.target)
    if request.state_file and not request.state_file.absolute().parent.is_dir():
        raise ExportError(f"{request.state_file.parent} is no folder for a state file: make it first")
    if request.target == STDOUT:
        return
    if request.partition:
        if path.exists() and not path.is_dir():
            raise ExportError(f"{path} is a file, and many files need a folder: choose another name")
    elif path.is_dir():
        raise ExportError(f"{path} is a folder: name a file in it, or choose --by-day, --by-month or --rows-per-file")
    elif path.exists() and not path.is_file():
        raise ExportError(f"{path} is no ordinary file: name one, or write to the standard output with -")
    elif path.exists() and not request.force:
        raise ExportError(f"{path} exists: replace it with --force, or choose another name")
    elif not path.parent.is_dir():
        raise ExportError(f"{path.parent} is no folder: make it first, or choose another")


@contextmanager
def _snapshot(database: Connection) -> Iterator[Cursor]:
    """A cursor that sees one moment and may only read; as the analyst where this login may be that."""
    database.set_session(isolation_level="REPEATABLE READ", readonly=True)
    with database, database.cursor() as cursor:
        cursor.execute(read_sql("export/begin"))
        cursor.execute(read_sql("export/may_be_analyst"))
        if cursor.fetchone()[0]:  # type: ignore[index]
            cursor.execute("set local role dateline_analyst")
        yield cursor


class _Exporter:
    """One export within its snapshot."""

    def __init__(
        self, cursor: Cursor, request: ExportRequest, horizon: Horizon, progress: Progress, *, with_total: bool
    ) -> None:
        self._cursor = cursor
        self._request = request
        self._horizon = horizon
        self._progress = progress
        self._with_total = with_total
        self._done = 0
        self._total: int | None = None
        self._categories: frozenset[str] = frozenset()
        self._names: tuple[str, ...] = ()
        self._key: tuple[str, ...] = ()
        self._rows: RowQuery | None = None
        cursor.execute("select now()")
        (self._snapshot_at,) = cursor.fetchone()  # type: ignore[misc]
        if request.sql is None:
            subject = SUBJECTS[request.what]
            relation = read_relation(cursor, subject.table)
            self._names = choose_columns(relation, request.columns)
            self._key = relation.key
            self._categories = relation.categories
            self._rows = RowQuery(request, subject, relation)
            if request.source_ids:
                cursor.execute("select source_id from news.source")
                check_known(request.source_ids, [source_id for (source_id,) in cursor])

    def into_file(self) -> tuple[ExportReport, Horizon]:
        request = self._request
        self._count()
        self._open(self._names)
        if request.target == STDOUT:
            counted = CountedFile(sys.stdout.buffer)
            rows = self._write(counted, self._batches())
            counted.flush()
        else:
            path = Path(request.target)
            with written_whole(path) as counted:
                rows = self._write(counted, self._batches())
            if request.format is not Format.PARQUET:
                self._describe(path, rows, counted)
        return self._report(1, rows, counted.size, self._snapshot_at, self._horizon), self._horizon

    def into_folder(self) -> tuple[ExportReport, Horizon]:
        with open_folder(self._request, self._horizon) as folder:
            manifest = folder.manifest
            # What goes on after a kill belongs to the horizon of the first attempt: its files are the oldest.
            self._horizon = manifest.horizon
            if not manifest.is_complete:
                self._done = manifest.rows
                if self._request.partition is Partition.ROWS:
                    self._write_by_rows(folder)
                else:
                    self._write_by_time(folder)
                folder.finish()
        snapshot_at = min((part.snapshot_at for part in manifest.parts), default=self._snapshot_at)
        report = self._report(len(manifest.parts), manifest.rows, manifest.bytes, snapshot_at, manifest.horizon)
        return report, manifest.horizon

    def _write_by_time(self, folder: ExportFolder) -> None:
        partition, rows = self._request.partition, self._rows
        if partition is None or rows is None:
            raise TypeError("days and months are parts of tables")
        self._cursor.execute(*rows.parts(partition))
        parts = self._cursor.fetchall()
        self._total = sum(count for _, count in parts)
        finished = folder.finished
        for name, _ in parts:
            file = f"{partition}={name}/part-0{self._request.ending}"
            if file not in finished:
                self._open(self._names, part=name)
                (folder.path / file).parent.mkdir(exist_ok=True)
                with written_whole(folder.path / file) as counted:
                    count = self._write(counted, self._batches())
                folder.add(self._part(file, count, counted))

    def _write_by_rows(self, folder: ExportFolder) -> None:
        limit = self._request.rows_per_file or 1
        parts = folder.manifest.parts
        after = (parts[-1].last_key if parts else None) or ()
        if parts and parts[-1].rows < limit:
            return  # the last file, or the only one and empty
        # The key is read too, even where it is not asked for: the next attempt goes on from there.
        hidden = [name for name in self._key if name not in self._names]
        self._count(after)
        self._open([*self._names, *hidden], after=after, hidden=len(hidden))
        places = [[*self._names, *hidden].index(name) for name in self._key]
        batches = self._batches()
        pending = next(batches, [])
        while pending or not parts:
            file = f"part-{len(parts) + 1:05}{self._request.ending}"
            with written_whole(folder.path / file) as counted:
                count = 0
                last_key = None
                writer = self._writer(counted)
                while pending and count < limit:
                    taken, pending = pending[: limit - count], pending[limit - count :]
                    last_key = tuple(taken[-1][place] for place in places) or None
                    self._put(writer, [row[: len(row) - len(hidden)] for row in taken] if hidden else taken)
                    count += len(taken)
                    pending = pending or next(batches, [])
                writer.close()
            folder.add(self._part(file, count, counted, last_key))

    def _count(self, after: Sequence[object] = ()) -> None:
        if self._with_total and self._rows is not None:
            self._cursor.execute(*self._rows.count(after=after))
            self._total = self._done + self._cursor.fetchone()[0]  # type: ignore[index]

    def _open(
        self, names: Sequence[str], *, part: str | None = None, after: Sequence[object] = (), hidden: int = 0
    ) -> None:
        query = self._request.sql if self._rows is None else self._rows.rows(names, part=part, after=after)
        open_cursor(self._cursor, query or "")
        self._cursor.execute("fetch forward 0 from exported")
        columns = describe_result(self._cursor, self._categories)
        self._columns: tuple[Column, ...] = columns[: len(columns) - hidden]

    def _batches(self) -> Iterator[list[tuple[Any, ...]]]:
        while True:
            try:
                self._cursor.execute(f"fetch forward {_FETCH_ROWS} from exported")
                rows = self._cursor.fetchall()
            except (ValueError, OverflowError) as error:
                raise ExportError(
                    f"a row holds a value that files have no place for ({error}): cast it to text"
                ) from error
            if not rows:
                break
            yield rows
        self._cursor.execute("close exported")

    def _writer(self, sink: Sink) -> RowWriter:
        return open_writer(self._request, sink, self._columns, describe_export(self._request, self._horizon))

    def _write(self, sink: Sink, batches: Iterator[list[tuple[Any, ...]]]) -> int:
        writer = self._writer(sink)
        count = 0
        for rows in batches:
            self._put(writer, rows)
            count += len(rows)
        writer.close()
        return count

    def _put(self, writer: RowWriter, rows: list[tuple[Any, ...]]) -> None:
        writer.write(rows)
        self._done += len(rows)
        self._progress(self._done, self._total, "rows")

    def _describe(self, path: Path, rows: int, counted: CountedFile) -> None:
        """What a Parquet file says of itself is beside a file of another format."""
        manifest: Manifest = new_manifest(self._request, self._horizon)
        manifest.parts = [self._part(path.name, rows, counted)]
        manifest.is_complete = True
        manifest.write(path.with_name(path.name + MANIFEST_FILE))

    def _part(self, file: str, rows: int, counted: CountedFile, last_key: tuple[Any, ...] | None = None) -> Part:
        return Part(
            file=file,
            rows=rows,
            bytes=counted.size,
            sha256=counted.sha256,
            snapshot_at=self._snapshot_at,
            last_key=last_key,
        )

    def _report(self, files: int, rows: int, size: int, snapshot_at: datetime, horizon: Horizon) -> ExportReport:
        return ExportReport(
            target=self._request.target,
            format=self._request.ending.removeprefix("."),
            files=files,
            rows=rows,
            bytes=size,
            snapshot_at=snapshot_at,
            changed_since=self._request.changed_since,
            next_changed_since=horizon.next_changed_since,
        )


def _explain(error: psycopg2.Error, request: ExportRequest) -> ConfigError | DatabaseError:
    said = error.diag.message_primary or " ".join(str(error).split())
    if request.sql is not None and not isinstance(error, psycopg2.OperationalError):
        return ConfigError(f"the query of --sql does not work: {said}. It has to be one SELECT over the schema news")
    if request.query and isinstance(error, psycopg2.errors.UndefinedFunction):
        return DatabaseError(f"this database has no search ({said}): run `dateline db migrate`")
    return DatabaseError(f"the export failed: {said}")
