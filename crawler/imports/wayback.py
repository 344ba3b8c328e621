"""Imports what a web archive has of a site: its index first, then the captures in batches that the crawl fetches.

    <run_id>/wayback.json            WaybackState
    <run_id>/index/<number>.jsonl    CdxRow, as the archive's index listed them

The index is asked once. What a call of the import did not get for a reason that passes, the next call asks for again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path

from pydantic import Field

from crawler.config import Settings
from crawler.database import connect
from crawler.errors import ConfigError
from crawler.imports.batch import make_manifest, register_batch
from crawler.imports.cdx import Captures, CdxRow, cdx_parameters, choose_rows, fetch_page
from crawler.imports.selection import LeftOut, Selection
from crawler.imports.state import ImportState, batch_name, import_run_id, whole_batches, write_run
from crawler.locks import lock_work
from crawler.manifests import BatchManifest, Memento, MementoEnd, Stage, WebArchive
from crawler.progress import Progress
from crawler.reasons import Reason
from crawler.records import Instant, Record
from crawler.resources import read_sql
from crawler.runs import (
    BATCH_FILE,
    MEMENTO_ENDS_FILE,
    MEMENTOS_FILE,
    read_record,
    read_records,
    write_record,
    write_records,
)
from crawler.sources.fetching import Fetcher, FetchLimits
from crawler.sources.model import Source
from crawler.urls import host_of, is_web_address, url_key

WAYBACK_FILE = "wayback.json"
MAX_MEMENTOS = 400
"""Captures in one batch: a quarter of an hour at the default delay."""
_PASSING = frozenset(
    {
        Reason.RATE_LIMITED,
        Reason.SERVER_ERROR,
        Reason.TIMEOUT,
        Reason.CONNECTION,
        Reason.DNS,
        Reason.TLS,
        Reason.TIME_LIMIT,
        Reason.CRAWL_STOPPED,
    }
)
"""Why a capture was not had, and may be had another time."""
_FIRST = datetime(1990, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class WaybackImport:
    """What to bring back. `prefixes` are addresses that the wanted ones begin with; none: all of the sources' hosts.

    `limit` is of captures, over all calls.
    """

    selection: Selection
    cdx_url: str
    replay_url: str
    prefixes: tuple[str, ...] = ()
    captures: Captures = Captures.CHANGES
    limit: int | None = None
    delay_seconds: float = 2.0
    batch_captures: int = MAX_MEMENTOS
    allow_private: bool = False

    @property
    def run_id(self) -> str:
        chosen = self.selection
        rules = [(one.id, one.host_patterns, one.include, one.exclude, one.url_rules) for one in chosen.sources]
        asked = (chosen.since, chosen.until, sorted(self.prefixes), self.captures, self.cdx_url, self.replay_url)
        return import_run_id("wayback", rules, *asked)

    @property
    def queries(self) -> list[tuple[str, str]]:
        """Address and matchType of each question to the index, whose keys know no `www.`."""
        if self.prefixes:
            return [(prefix, "prefix") for prefix in self.prefixes]
        found: dict[tuple[str, str], None] = {}
        for source in self.selection.sources:
            bare = {pattern.removeprefix("www.") for pattern in source.host_patterns}
            for pattern in sorted(bare):
                is_tree = pattern.startswith("*.")
                found[pattern.removeprefix("*."), "domain" if is_tree else "host"] = None
        return list(found)


class Listing(Record):
    """How far one question to the index has come."""

    resume_key: str | None = None
    is_finished: bool = False


class WaybackState(Record):
    """One import from a web archive. `counts`: see LeftOut, with the captures that are `listed`."""

    run_id: str
    created_at: Instant
    pages: int = 0
    listings: dict[str, Listing] = Field(default_factory=dict)
    open_batch: int = 1
    counts: dict[str, int] = Field(default_factory=dict)
    problem: str | None = None
    """Why it ended before all was asked for."""

    @property
    def is_listed(self) -> bool:
        return bool(self.listings) and all(one.is_finished for one in self.listings.values())


def list_mementos(settings: Settings, wanted: WaybackImport, progress: Progress) -> WaybackState:
    """Ask the index what there is, or for what an earlier call had not asked yet, and count what would be fetched.

    Raises ConfigError without DATELINE_CONTACT, and SiteError when the archive does not answer.
    """
    if not wanted.allow_private and not settings.contact:
        raise ConfigError(
            f"DATELINE_CONTACT is not set: {host_of(wanted.cdx_url)} is on the public internet, and its operator must "
            "be able to reach us. Set it to a web or e-mail address of yours"
        )
    run_dir = _run_dir(settings, wanted)
    state = _read_state(run_dir) or WaybackState(run_id=wanted.run_id, created_at=datetime.now(timezone.utc))
    limits = FetchLimits(seconds=180.0, max_bytes=50_000_000)
    fetcher = Fetcher(settings.user_agent, allow_private=wanted.allow_private, limits=limits, delay_seconds=2.0)
    rows = 0
    for url, match_type in wanted.queries:
        name = f"{match_type} {url}"
        listing = state.listings.get(name, Listing())
        while not listing.is_finished:
            chosen = wanted.selection
            query = cdx_parameters(url, match_type, chosen.since, chosen.until, listing.resume_key)
            page = fetch_page(fetcher, wanted.cdx_url, query)
            rows += len(page.rows)
            progress(rows, None, f"index of {url}")
            write_records(_index_file(run_dir, state.pages + 1), page.rows)
            is_stuck = page.resume_key == listing.resume_key
            listing = Listing(resume_key=page.resume_key, is_finished=page.resume_key is None or is_stuck)
            state = state.model_copy(
                update={"pages": state.pages + 1, "listings": {**state.listings, name: listing}, "problem": None}
            )
            write_record(run_dir / WAYBACK_FILE, state)
    counts: Counter[str] = Counter()
    counts["listed"] = sum(1 for _ in _chosen(run_dir, state, wanted, counts))
    state = state.model_copy(update={"counts": {str(name): count for name, count in sorted(counts.items())}})
    write_record(run_dir / WAYBACK_FILE, state)
    return state


def import_mementos(settings: Settings, wanted: WaybackImport, progress: Progress) -> Iterator[str]:
    """Yield batches to crawl, clean and load, one after the other; first those that an earlier call had left.

    Ends early, with the `problem` in the state, when the archive wants to be left alone. One import at a time from an
    archive: raises RunError for a second.
    """
    host = host_of(wanted.replay_url)
    settings.runs_dir.mkdir(parents=True, exist_ok=True)
    with lock_work(settings.runs_dir, f"wayback-{host.replace(':', '-')}"):
        state = list_mementos(settings, wanted, progress)
        run_dir = _run_dir(settings, wanted)
        for path in _write_run(settings, state):
            if not (settings.runs_dir / path / f"{Stage.LOAD}.json").exists():
                register_batch(settings, read_record(settings.runs_dir / path / BATCH_FILE, BatchManifest))
                yield path
                if problem := _problem(settings, path, host):
                    _save(run_dir, state, problem)
                    return
        mementos = _remaining(settings, wanted, state)
        while part := list(islice(mementos, wanted.batch_captures)):
            state = _write_batch(settings, wanted, state, part)
            path = f"{state.run_id}/{batch_name(state.open_batch - 1)}"
            yield path
            if problem := _problem(settings, path, host):
                _save(run_dir, state, problem)
                return
        _save(run_dir, state, None)


def read_wayback_state(settings: Settings, run_id: str) -> WaybackState | None:
    return _read_state(settings.runs_dir / run_id)


def count_ends(settings: Settings, run_id: str) -> Counter[str]:
    """What became of the captures that were asked for: `captured`, or outcome and reason; the last word on each."""
    ends = _ends(settings, run_id)
    return Counter("captured" if one.outcome is None else f"{one.outcome}:{one.reason}" for one in ends.values())


def _run_dir(settings: Settings, wanted: WaybackImport) -> Path:
    run_dir = settings.runs_dir / wanted.run_id
    (run_dir / "index").mkdir(parents=True, exist_ok=True)
    return run_dir


def _read_state(run_dir: Path) -> WaybackState | None:
    path = run_dir / WAYBACK_FILE
    return read_record(path, WaybackState) if path.exists() else None


def _index_file(run_dir: Path, number: int) -> Path:
    return run_dir / "index" / f"{number:05}.jsonl"


def _chosen(run_dir: Path, state: WaybackState, wanted: WaybackImport, counts: Counter[str]) -> Iterator[Memento]:
    """The captures that are wanted, in the order of the index; `counts` has why others are left out."""
    rows = (row for number in range(state.pages) for row in read_records(_index_file(run_dir, number + 1), CdxRow))
    for row in choose_rows(_pages_of_sites(rows, wanted, counts), wanted.captures):
        source = wanted.selection.find_source(row.original)
        if isinstance(source, Source):
            yield Memento(source_id=source.id, timestamp=row.timestamp, url=row.original, digest=row.digest)


def _pages_of_sites(rows: Iterable[CdxRow], wanted: WaybackImport, counts: Counter[str]) -> Iterator[CdxRow]:
    for row in rows:
        cause: str | None = None
        source = wanted.selection.find_source(row.original)
        if isinstance(source, LeftOut):
            cause = source
        elif row.statuscode not in (None, "200"):
            cause = LeftOut.OTHER_STATUS
        elif row.mimetype not in (None, "text/html", "application/xhtml+xml"):
            cause = LeftOut.OTHER_TYPE
        elif (made := _instant(row.timestamp)) is None or not wanted.selection.takes_time(made):
            cause = LeftOut.OTHER_DATE
        if cause is None:
            yield row
        else:
            counts[cause] += 1


def _remaining(settings: Settings, wanted: WaybackImport, state: WaybackState) -> Iterator[Memento]:
    """What was not had yet, and may be had. What is in the database from elsewhere is passed over."""
    done = {key: end for key, end in _ends(settings, state.run_id).items() if end.reason not in _PASSING}
    known = _known_times(settings, wanted)
    by_id = {source.id: source for source in wanted.selection.sources}
    asked = sum(end.outcome is None for end in done.values())
    for memento in _chosen(_run_dir(settings, wanted), state, wanted, Counter()):
        if wanted.limit is not None and asked >= wanted.limit:
            return
        if (memento.url, memento.timestamp) in done:
            continue
        key = url_key(by_id[memento.source_id].canonicalize(memento.url))
        if (key, memento.timestamp) in known:
            continue
        asked += 1
        yield memento


def _known_times(settings: Settings, wanted: WaybackImport) -> set[tuple[str, str]]:
    values = {
        "source_ids": [source.id for source in wanted.selection.sources],
        "since": wanted.selection.since or _FIRST,
        "until": wanted.selection.until or datetime.now(timezone.utc),
    }
    with closing(connect(settings)) as database, database.cursor() as cursor:
        cursor.execute(read_sql("queries/select_fetch_times"), values)
        return {(key, f"{fetched_at.astimezone(timezone.utc):%Y%m%d%H%M%S}") for key, fetched_at in cursor}


def _ends(settings: Settings, run_id: str) -> dict[tuple[str, str], MementoEnd]:
    run_dir = settings.runs_dir / run_id
    return {
        (end.url, end.timestamp): end
        for folder in sorted(run_dir.glob("b*"))
        for end in read_records(folder / MEMENTO_ENDS_FILE, MementoEnd)
    }


def _write_batch(settings: Settings, wanted: WaybackImport, state: WaybackState, part: list[Memento]) -> WaybackState:
    name = batch_name(state.open_batch)
    folder = settings.runs_dir / state.run_id / name
    folder.mkdir(parents=True, exist_ok=True)
    write_records(folder / MEMENTOS_FILE, part)
    archive = WebArchive(
        replay_url=wanted.replay_url,
        delay_seconds=wanted.delay_seconds,
        # Twice what the pace takes, and time for the pauses that the archive asks for.
        max_seconds=int(600 + 2 * len(part) * (wanted.delay_seconds + 1)),
        allow_private_addresses=wanted.allow_private,
    )
    ids = {memento.source_id for memento in part}
    sources = [source for source in wanted.selection.sources if source.id in ids]
    manifest = make_manifest(_import_state(state), name, sources, archive)
    # The number is used up before the batch is whole: cut off between the two, another would be written over it.
    state = state.model_copy(update={"open_batch": state.open_batch + 1})
    write_record(settings.runs_dir / state.run_id / WAYBACK_FILE, state)
    write_record(folder / BATCH_FILE, manifest)
    _write_run(settings, state)
    register_batch(settings, manifest)
    return state


def _write_run(settings: Settings, state: WaybackState) -> list[str]:
    paths = whole_batches(settings.runs_dir / state.run_id, state.run_id, state.open_batch)
    write_run(settings, _import_state(state), paths)
    return paths


def _import_state(state: WaybackState) -> ImportState:
    return ImportState(run_id=state.run_id, created_at=state.created_at)


def _problem(settings: Settings, path: str, host: str) -> str | None:
    """Why no more should be asked for now: the archive said so, or had nothing but failures of its own to answer."""
    ends = list(read_records(settings.runs_dir / path / MEMENTO_ENDS_FILE, MementoEnd))
    limited = next((end for end in ends if end.reason is Reason.RATE_LIMITED), None)
    if limited is not None:
        return f"{host} asks for fewer requests ({limited.detail}): run the same command later, it goes on from here"
    if ends and all(end.reason in _PASSING for end in ends):
        return f"{host} gave no capture ({ends[-1].reason}: {ends[-1].detail}): run the same command later"
    return None


def _save(run_dir: Path, state: WaybackState, problem: str | None) -> None:
    write_record(run_dir / WAYBACK_FILE, state.model_copy(update={"problem": problem}))


def _instant(timestamp: str) -> datetime | None:
    try:
        return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def check_prefixes(prefixes: Iterable[str], selection: Selection) -> None:
    """Raises ConfigError for a prefix that no chosen source has."""
    for prefix in prefixes:
        address = prefix if "://" in prefix else f"http://{prefix}"
        if not is_web_address(address) or not any(one.allows_host(host_of(address)) for one in selection.sources):
            raise ConfigError(f"--url {prefix}: this is no address of the sources that were named")
