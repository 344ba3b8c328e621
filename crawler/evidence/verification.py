"""Compares the archive with the database: each row with its bytes, and each response in the files with its row.

Rows come from the database in the order of the archive's bytes, so that each file is read once and from its start. What
is in memory does not grow with the number of rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from psycopg2.extensions import connection as Connection  # noqa: N812
from psycopg2.extras import RealDictCursor

from crawler.archive.reader import place_name
from crawler.database.asking import Row, ask_with
from crawler.errors import ArchiveError
from crawler.evidence.files import ArchiveFiles, order_of
from crawler.evidence.gaps import Gap, read_gap
from crawler.evidence.proof import KeptResponse, Proof, Verdict, kept_response, prove
from crawler.progress import Progress
from crawler.resources import read_sql

_ROWS_AT_ONCE = 2000
_SHOW_EVERY = 50


@dataclass(frozen=True)
class Selection:
    """What to compare. `sample` None: everything. The period is of fetching, `until` is outside of it."""

    sample: int | None = None
    seed: int = 0
    source_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is all there is, so that files can be asked for what no row knows."""
        return self.sample is None and self.source_id is None and self.since is None and self.until is None


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be, or that only one side knows. `kind` is a verdict, or as in `Report`."""

    kind: str
    text: str
    archive_file: str
    archive_offset: int
    source_id: str | None = None
    article_id: int | None = None
    version_number: int | None = None


@dataclass
class Report:
    """What was compared so far. Damaged parts of files are those between the records that the database knows."""

    responses: int = 0
    versions: int = 0
    payload_bytes: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    files: int = 0
    endpoint_answers: int = 0
    not_loaded: int = 0
    unknown: int = 0
    damaged_parts: int = 0
    is_complete: bool = False

    @property
    def is_good(self) -> bool:
        """Whether all that was compared is the same. Responses that no row knows are no contradiction."""
        return not self.damaged_parts and self.responses == self.verdicts[Verdict.OK]


def verify(
    archive_url: str,
    rows_from: Connection,
    asks: Connection,
    selection: Selection,
    report: Report,
    tell: Callable[[Finding], None],
    progress: Progress,
) -> None:
    """Compare, counting into `report` and telling each finding as it comes. Raises ArchiveError without an archive.

    `rows_from` streams the rows of one moment; `asks` is a second connection, with autocommit, for what came later.
    """
    verification = _Verification(archive_url, asks, report, tell, progress)
    values = {name: getattr(selection, name) for name in ("sample", "seed", "source_id", "since", "until")}
    with rows_from, rows_from.cursor("verify", cursor_factory=RealDictCursor) as cursor:
        cursor.itersize = _ROWS_AT_ONCE
        cursor.execute(read_sql("queries/verify_responses"), values)
        verification.run(cursor, selection.is_whole)
    report.is_complete = True


class _Verification:
    def __init__(
        self, archive_url: str, asks: Connection, report: Report, tell: Callable[[Finding], None], progress: Progress
    ) -> None:
        self._archive_url = archive_url
        self._files = ArchiveFiles(archive_url)
        self._asks = asks
        self._report = report
        self._tell = tell
        self._progress = progress
        self._done = 0
        self._last: tuple[KeptResponse, Proof] | None = None

    def run(self, rows: Iterable[Any], is_whole: bool) -> None:
        by_file = groupby(rows, key=lambda row: row["archive_file"])
        try:
            if not is_whole:
                for _, group in by_file:
                    if not self._report.files:
                        self._files.require()
                    self._report.files += 1
                    for row in group:
                        self._check(row, kept_response(row))
                return
            for name, rows_of in _merge(self._files.names(), by_file):
                if rows_of is not None and not self._report.files:
                    self._files.require()
                self._report.files += 1
                self._check_file(name, rows_of or ())
        finally:
            self._files.close()

    def _check(self, row: Row, kept: KeptResponse) -> None:
        """Several versions may be read from one response: it is read once."""
        if self._last is None or self._last[0] != kept:
            proof = prove(kept, self._archive_url, self._files.read)
            self._last = (kept, Proof(proof.verdict, proof.problem))
            self._report.responses += 1
            self._report.payload_bytes += kept.payload_bytes or 0
            self._report.verdicts[proof.verdict] += 1
        proof = self._last[1]
        if row["version_number"] is not None:
            self._report.versions += 1
        if proof.problem:
            place = (kept.archive_file, kept.archive_offset)
            article = (row["source_id"], row["article_id"], row["version_number"])
            self._tell(Finding(proof.verdict, proof.problem, *place, *article))
        self._done += 1
        if self._done % _SHOW_EVERY == 0 or self._done == row["total"]:
            self._progress(self._done, row["total"], "responses")

    def _check_file(self, name: str, rows: Iterable[Row]) -> None:
        """Both ways: the rows of a file, and what stands between them."""
        try:
            size = self._files.size(name)
        except ArchiveError:
            size = 0  # each of its rows is told
        gaps = []
        position = 0
        for row in rows:
            kept = kept_response(row)
            gaps.append(self._read_gap(name, position, min(kept.archive_offset, size)))
            self._check(row, kept)
            position = max(position, kept.end)
        gaps.append(self._read_gap(name, position, size))
        self._judge(name, [gap for gap in gaps if gap is not None])

    def _read_gap(self, name: str, start: int, end: int) -> Gap | None:
        """None where there is nothing to tell, as nearly everywhere."""
        if end <= start:
            return None
        try:
            gap = read_gap(lambda offset, length: self._files.read(name, offset, length, "no row"), start, end)
        except ArchiveError:
            return Gap(damaged_offset=start)
        return gap if gap != Gap() else None

    def _judge(self, name: str, gaps: list[Gap]) -> None:
        self._report.endpoint_answers += sum(gap.endpoint_answers for gap in gaps)
        unknown = [record for gap in gaps for record in gap.unknown]
        damaged = [gap.damaged_offset for gap in gaps if gap.damaged_offset is not None]
        if not unknown and not damaged:
            return
        with self._asks.cursor(cursor_factory=RealDictCursor) as cursor:
            ask = ask_with(cursor)
            offsets = [record.offset for record in unknown]
            # What was loaded since the rows were asked for is known now.
            rows = ask("verify_known_places", archive_file=name, offsets=offsets)
            batch = next(iter(ask("verify_batch", **_possible_batches(name))), None)
        by_now = {row["archive_offset"] for row in rows}
        kind, why = _why_unknown(batch)
        for record in unknown:
            if record.offset in by_now:
                continue
            if kind == "not_loaded":
                self._report.not_loaded += 1
            else:
                self._report.unknown += 1
            place = place_name(self._archive_url, name, record.offset)
            self._tell(Finding(kind, f"{place}: {record.url} of {record.date}: {why}", name, record.offset))
        for offset in damaged:
            # The end of a file that is still being written is not damage.
            if kind == "not_loaded":
                continue
            self._report.damaged_parts += 1
            place = place_name(self._archive_url, name, offset)
            self._tell(Finding("damaged_part", f"{place}: no WARC record can be read from here on", name, offset))


def _why_unknown(batch: Row | None) -> tuple[str, str]:
    if batch is None:
        return "unknown", "the database has no batch that wrote this file"
    if batch["state"] == "planned":
        return "not_loaded", f"the batch {batch['run_id']}/{batch['batch_id']} is not loaded yet"
    return "unknown", f"the batch {batch['run_id']}/{batch['batch_id']} is {batch['state']}, and no row points here"


def _possible_batches(name: str) -> dict[str, list[str]]:
    """A folder is called <run>-<batch>, and either may have hyphens."""
    parts = name.rsplit("/", 2)[-2].split("-")
    cuts = range(1, len(parts))
    return {
        "run_ids": ["-".join(parts[:cut]) for cut in cuts],
        "batch_ids": ["-".join(parts[cut:]) for cut in cuts],
    }


def _merge(
    names: Iterator[str], by_file: Iterator[tuple[str, Iterator[Row]]]
) -> Iterator[tuple[str, Iterator[Row] | None]]:
    """The files of both sides in order, each once, with the rows of those that have any."""
    name = next(names, None)
    group = next(by_file, None)
    while name is not None or group is not None:
        if name is not None and (group is None or order_of(name) < order_of(group[0])):
            yield name, None
            name = next(names, None)
        elif group is not None:
            known, rows = group
            yield known, rows
            name = next(names, None) if name == known else name
            group = next(by_file, None)
