"""Imports WARC files: reads them as streams, and cuts what is wanted into batches of bounded size."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timezone
from time import monotonic

from crawler.config import Settings
from crawler.errors import ConfigError, SiteError
from crawler.imports.batch import KnownCaptures, OpenBatch, capture_of, register_batch
from crawler.imports.inflate import DamagedError, ForeignFileError, Inflated, Position
from crawler.imports.inputs import is_remote
from crawler.imports.raw import STDIN, open_raw
from crawler.imports.reading import Page, Step, read_pages
from crawler.imports.selection import TAKEN, LeftOut, Selection
from crawler.imports.state import (
    ImportState,
    InputState,
    import_run_id,
    read_state,
    whole_batches,
    write_run,
    write_state,
)
from crawler.locks import lock_work
from crawler.manifests import BatchManifest, Stage
from crawler.progress import Progress
from crawler.runs import BATCH_FILE, read_record

MAX_CAPTURES = 5000
"""Captures in one batch: some minutes of cleaning, and one transaction of a size that PostgreSQL likes."""
NOTE_SECONDS = 5.0
"""How often the position is written down."""
_MAX_PROBLEMS = 20
"""Damaged places that are kept word by word, of one file. All are counted."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FileImport:
    """What to import. `limit` is of captures, over all calls; `allow_private` lets inputs be on private addresses."""

    inputs: tuple[str, ...]
    selection: Selection
    limit: int | None = None
    batch_captures: int = MAX_CAPTURES
    allow_private: bool = False

    @property
    def run_id(self) -> str:
        """The same for the same inputs and filters. A source file that says otherwise what is wanted makes another."""
        chosen = self.selection
        rules = [(one.id, one.host_patterns, one.include, one.exclude, one.url_rules) for one in chosen.sources]
        return import_run_id("import", sorted(self.inputs), sorted(chosen.hosts), chosen.since, chosen.until, rules)


def import_files(settings: Settings, wanted: FileImport, progress: Progress) -> Iterator[str]:
    """Archive what is wanted; yields the path of each batch as soon as it is whole, to be cleaned and loaded.

    Called again with the same it goes on where it was cut off, first with the batches that were not loaded. An input
    that cannot be read is noted in the state, and the others are read all the same. Raises ConfigError for a public
    address without DATELINE_CONTACT, RunError where the same import runs already, and ArchiveError or DatabaseError
    where nothing can be kept.
    """
    _require_contact(settings, wanted)
    run_dir = settings.runs_dir / wanted.run_id
    run_dir.mkdir(parents=True, exist_ok=True)
    with lock_work(run_dir, "import"):
        running = _FileImport(settings, wanted, progress)
        try:
            yield from running.unloaded_batches()
            yield from running.read_all()
        finally:
            running.close()


def count_files(settings: Settings, wanted: FileImport, progress: Progress) -> ImportState:
    """What an import would take and leave out. Nothing is archived; what is known already is counted as taken."""
    _require_contact(settings, wanted)
    now = datetime.now(timezone.utc)
    inputs: dict[str, InputState] = {}
    for address in wanted.inputs:
        count = _Count(InputState())
        try:
            with closing(open_raw(address, settings.user_agent, allow_private=wanted.allow_private)) as raw:
                data = Inflated(raw, Position(), address)
                for step in read_pages(data, wanted.selection, now, address):
                    count.add(step, TAKEN if step.page else step.left_out)
                    progress(data.used, raw.size, address)
            inputs[address] = count.note(None, Position(), is_finished=True)
        except (SiteError, ForeignFileError, DamagedError) as error:
            inputs[address] = count.note(None, Position(), problem=str(error))
    return ImportState(run_id=wanted.run_id, created_at=now, inputs=inputs)


def _require_contact(settings: Settings, wanted: FileImport) -> None:
    remote = [address for address in wanted.inputs if is_remote(address)]
    if remote and not wanted.allow_private and not settings.contact:
        raise ConfigError(
            f"DATELINE_CONTACT is not set: {remote[0]} is on the public internet, and its operator must be able to "
            "reach us. Set it to a web or e-mail address of yours"
        )


class _Count:
    """The counts of one input, on top of those of earlier calls."""

    def __init__(self, before: InputState) -> None:
        self.counts = Counter(before.counts)
        self.problems = list(before.problems)

    def add(self, step: Step, what: str | None) -> None:
        if what is not None:
            self.counts[what] += 1
        if step.problem:
            _log.warning("%s", step.problem)
            if len(self.problems) < _MAX_PROBLEMS:
                self.problems.append(step.problem)

    def note(
        self, version: str | None, position: Position, *, is_finished: bool = False, problem: str | None = None
    ) -> InputState:
        return InputState(
            version=version,
            member=position.member,
            inner=position.inner,
            is_finished=is_finished,
            counts={str(name): count for name, count in sorted(self.counts.items())},
            problems=tuple(self.problems),
            problem=problem,
        )


class _FileImport:
    """One call of an import."""

    def __init__(self, settings: Settings, wanted: FileImport, progress: Progress) -> None:
        self._settings = settings
        self._wanted = wanted
        self._progress = progress
        self._now = datetime.now(timezone.utc)
        run_id = wanted.run_id
        self._run_dir = settings.runs_dir / run_id
        self._state = read_state(settings, run_id) or ImportState(run_id=run_id, created_at=self._now)
        self._sources = {source.id: source for source in wanted.selection.sources}
        self._known = KnownCaptures(settings)
        self._noted_at = monotonic()
        self._pass_whole_batch()
        self._batch = OpenBatch(settings, self._state)

    def unloaded_batches(self) -> Iterator[str]:
        for path in self._write_run():
            if not (self._settings.runs_dir / path / f"{Stage.LOAD}.json").exists():
                register_batch(self._settings, _manifest(self._settings, path))
                yield path

    def read_all(self) -> Iterator[str]:
        for address in self._wanted.inputs:
            if self._is_enough():
                break
            yield from self._read(address)
        if self._batch.captures:
            yield from self._seal()

    def close(self) -> None:
        self._batch.close()
        self._known.close()

    def _read(self, address: str) -> Iterator[str]:
        before = self._state.inputs.get(address, InputState())
        if before.is_finished and is_remote(address):
            return
        count = _Count(before)
        try:
            raw = open_raw(address, self._settings.user_agent, allow_private=self._wanted.allow_private)
        except SiteError as error:
            self._note(address, count.note(before.version, _position(before), problem=str(error)))
            return
        with closing(raw):
            if before.is_finished and raw.version == before.version:
                return
            if address == STDIN or before.is_finished or raw.version != before.version:
                before = InputState(version=raw.version)
                count = _Count(before)
            position = _position(before)
            try:
                data = Inflated(raw, position, address)
                for step in read_pages(data, self._wanted.selection, self._now, address):
                    count.add(step, self._take(step.page, address) if step.page else step.left_out)
                    position = step.position
                    self._progress(data.used, raw.size, f"{address}, {count.counts[TAKEN]} taken")
                    if len(self._batch.captures) >= self._wanted.batch_captures:
                        self._note(address, count.note(raw.version, position))
                        yield from self._seal()
                    elif monotonic() - self._noted_at >= NOTE_SECONDS:
                        self._note(address, count.note(raw.version, position))
                    if self._is_enough(address, count.counts[TAKEN]):
                        self._note(address, count.note(raw.version, position))
                        return
                self._note(address, count.note(raw.version, position, is_finished=address != STDIN))
            except (SiteError, ForeignFileError) as error:
                self._note(address, count.note(raw.version, position, problem=str(error)))
            except DamagedError as error:
                self._note(address, count.note(raw.version, position, problem=f"{address}: {error}"))

    def _take(self, page: Page, address: str) -> str:
        try:
            payload_sha256 = hashlib.sha256(page.message.body).hexdigest()
            capture = capture_of(page, address, self._state.created_at, payload_sha256)
        except ValueError:
            return LeftOut.NOT_HTTP
        if self._batch.resumes(capture):
            return TAKEN
        if self._batch.holds(capture):
            return LeftOut.DUPLICATE
        if self._known.has(capture):
            return LeftOut.KNOWN
        self._batch.add(page, capture)
        return TAKEN

    def _is_enough(self, reading: str = "", taken: int = 0) -> bool:
        """Whether the limit is reached. Of the input that is being read the state may not have the newest count."""
        if self._wanted.limit is None:
            return False
        others = (one.counts.get(TAKEN, 0) for name, one in self._state.inputs.items() if name != reading)
        return sum(others) + taken >= self._wanted.limit

    def _note(self, address: str, state: InputState) -> None:
        self._noted_at = monotonic()
        self._state = self._state.model_copy(update={"inputs": {**self._state.inputs, address: state}})
        write_state(self._settings, self._state)

    def _seal(self) -> Iterator[str]:
        path = self._batch.path
        self._batch.seal(self._sources)
        self._pass_whole_batch()
        self._write_run()
        register_batch(self._settings, _manifest(self._settings, path))
        self._batch = OpenBatch(self._settings, self._state)
        yield path

    def _pass_whole_batch(self) -> None:
        """A batch that is whole is filled no more."""
        names = whole_batches(self._run_dir, self._state.run_id, self._state.open_batch)
        if names and names[-1].endswith(f"/b{self._state.open_batch:05}"):
            self._state = self._state.model_copy(update={"open_batch": self._state.open_batch + 1})
            write_state(self._settings, self._state)

    def _write_run(self) -> list[str]:
        paths = whole_batches(self._run_dir, self._state.run_id, self._state.open_batch)
        write_run(self._settings, self._state, paths)
        return paths


def _position(state: InputState) -> Position:
    return Position(state.member, state.inner)


def _manifest(settings: Settings, path: str) -> BatchManifest:
    return read_record(settings.runs_dir / path / BATCH_FILE, BatchManifest)
