"""The stages as the command line and the DAGs call them: a batch path in, a report out.

A batch path is `<run_id>/<batch_id>`, below the runs folder. Every stage may be killed at any instant and called
again with the same path; a stage that has ended returns its saved report.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from time import monotonic

from crawler.clean import clean_batch
from crawler.clean.memory import SiteTemplate
from crawler.config import Settings
from crawler.crawl import crawl_batch, require_contact, settle_batch
from crawler.errors import ConfigError, DatabaseError, RunError
from crawler.health import Standing
from crawler.housekeeping import HouseReport, keep_house
from crawler.imports import (
    FileImport,
    ImportState,
    WaybackImport,
    WaybackState,
    count_files,
    list_mementos,
    read_state,
    read_wayback_state,
)
from crawler.imports import import_files as read_files
from crawler.imports import import_mementos as plan_mementos
from crawler.learning import Learned, learn_sources, read_template
from crawler.load import load_batch
from crawler.manifests import BatchManifest, RunKind, RunManifest, Stage, StageReport
from crawler.plan import accept_source, pause_source, plan_run, release_lease, renew_lease, resume_source
from crawler.plan import plan_reprocess as plan_reprocess_run
from crawler.progress import Progress, no_progress
from crawler.runs import BATCH_FILE, read_record
from crawler.sources import catalogue_dir, read_catalogue
from crawler.stories import update_stories

_log = logging.getLogger(__name__)
_BATCH_PATH = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9][A-Za-z0-9_.-]*$")


def plan(settings: Settings, *, only: Collection[str] = (), run_id: str | None = None) -> RunManifest:
    """Take the sources that are due (or those named in `only`, due or not) and pack them into batches.

    Raises ConfigError, before any source is taken, for what would keep every crawl from starting.
    """
    sources = read_catalogue(settings)
    wanted = [source for source in sources if source.enabled and (not only or source.id in only)]
    if not wanted and not only:
        raise ConfigError(
            f"none of the {len(sources)} sources in {catalogue_dir(settings)} is enabled: set `enabled: true` in the "
            "files of those to crawl, or name another folder (--sources, DATELINE_SOURCES)"
        )
    require_contact(settings, wanted)
    return plan_run(settings, sources, only=only, run_id=run_id)


def plan_reprocess(
    settings: Settings,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    only: Collection[str] = (),
    other_than_extractor: str | None = None,
    run_id: str | None = None,
) -> RunManifest:
    """Pack what the archive holds into batches that are cleaned and loaded again, without a crawl."""
    return plan_reprocess_run(
        settings,
        read_catalogue(settings),
        since=since,
        until=until,
        only=only,
        other_than_extractor=other_than_extractor,
        run_id=run_id,
    )


def pause(settings: Settings, source_id: str, until: datetime | None, because: str) -> None:
    """Leave a source alone until an instant, or until it is resumed."""
    pause_source(settings, source_id, until, because)


def resume(settings: Settings, source_id: str) -> Standing:
    """End a pause; answers where the source stands then."""
    return resume_source(settings, source_id)


def accept(settings: Settings, source_id: str) -> Standing:
    """Take what the pages of a source are like now for its habit."""
    return accept_source(settings, source_id)


def learn_templates(
    settings: Settings, *, only: Collection[str] = (), most: int = 200, progress: Progress = no_progress
) -> list[Learned]:
    """Learn what the sites of the enabled sources, or of those in `only`, are like: from up to `most` pages each."""
    sources = read_catalogue(settings)
    wanted = [source for source in sources if source.enabled or source.id in only]
    return learn_sources(settings, wanted, only=only, most=most, progress=progress)


def site_template(settings: Settings, source_id: str) -> SiteTemplate | None:
    """What is known now of a source's site; None where nothing is."""
    return read_template(settings, source_id)


def import_files(settings: Settings, wanted: FileImport, progress: Progress = no_progress) -> Iterator[str]:
    """Take pages out of WARC files; yields each batch as soon as it is there to be cleaned and loaded."""
    yield from read_files(settings, wanted, progress)


def count_import(settings: Settings, wanted: FileImport, progress: Progress = no_progress) -> ImportState:
    """What `import_files` would find. Nothing is kept."""
    return count_files(settings, wanted, progress)


def import_state(settings: Settings, run_id: str) -> ImportState | None:
    """How far an import has come, and what it left out; None where it has not begun."""
    return read_state(settings, run_id)


def import_mementos(settings: Settings, wanted: WaybackImport, progress: Progress = no_progress) -> Iterator[str]:
    """Ask a web archive what it has of sites; yields batches to be crawled (from there), cleaned and loaded."""
    yield from plan_mementos(settings, wanted, progress)


def count_mementos(settings: Settings, wanted: WaybackImport, progress: Progress = no_progress) -> WaybackState:
    """What `import_mementos` would fetch. Only the archive's index is asked."""
    return list_mementos(settings, wanted, progress)


def wayback_state(settings: Settings, run_id: str) -> WaybackState | None:
    return read_wayback_state(settings, run_id)


def crawl(settings: Settings, batch: str, progress: Progress = no_progress) -> StageReport | None:
    """Fetch the batch's pages into the archive. None for a batch that has its captures already.

    A batch that is loaded or given up is crawled no more: another one may have its hosts. Raises RunError if it has no
    report.
    """
    folder = batch_dir(settings, batch)
    state = renew_lease(settings, folder)
    manifest = read_record(folder / BATCH_FILE, BatchManifest)
    if manifest.kind is not RunKind.NEWS and manifest.web_archive is None:
        return None
    if state in ("loaded", "abandoned"):
        path = folder / f"{Stage.CRAWL}.json"
        if not path.exists():
            raise RunError(f"{batch} is {state}, and crawled no more: the next plan takes its sources again")
        return read_record(path, StageReport)
    return crawl_batch(settings, folder, _keep_lease(settings, folder, progress))


def clean(settings: Settings, batch: str, progress: Progress = no_progress) -> StageReport:
    """Make articles and rejections of the batch's captures, those of a crawl that was killed for good included."""
    folder = batch_dir(settings, batch)
    renew_lease(settings, folder)
    settle_batch(settings, folder)
    return clean_batch(settings, folder, _keep_lease(settings, folder, progress))


def load(settings: Settings, batch: str, progress: Progress = no_progress) -> StageReport:
    """Merge the batch's records into the database, in one transaction; then find the stories of what is new.

    A failure of the latter undoes nothing: the next load goes on with it.
    """
    folder = batch_dir(settings, batch)
    renew_lease(settings, folder)
    report = load_batch(settings, folder, progress)  # holds the batch's row, which is as good as a lease
    try:
        update_stories(settings, progress, wait=False)
    except DatabaseError as error:
        _log.warning("%s", error)
    return report


def release(settings: Settings, batch: str) -> None:
    """Let a batch go that failed: the next plan adopts it at once. Raises RunError for one that is being worked on."""
    release_lease(settings, batch_dir(settings, batch))


def housekeeping(settings: Settings, *, dry_run: bool = False, progress: Progress = no_progress) -> HouseReport:
    """Make the coming months of the tables that go by month, retire old ones as policies say, refresh statistics."""
    return keep_house(settings, dry_run=dry_run, progress=progress)


def _keep_lease(settings: Settings, folder: Path, progress: Progress) -> Progress:
    """`progress` that also renews the batch's lease now and then: no plan adopts what is being worked on."""
    renewed_at = monotonic()

    def show(done: int, total: int | None, note: str) -> None:
        nonlocal renewed_at
        if monotonic() - renewed_at >= settings.lease_seconds / 4:
            renewed_at = monotonic()
            try:
                renew_lease(settings, folder)
            except DatabaseError as error:
                _log.warning("%s", error)
        progress(done, total, note)

    return show


def batch_dir(settings: Settings, batch: str) -> Path:
    """The folder of a batch path. Raises RunError for what is no such path, or does not exist."""
    if not _BATCH_PATH.match(batch):
        raise RunError(f"{batch!r} is not a batch: write it as RUN/BATCH, as `dateline plan` prints it")
    folder = settings.runs_dir / batch
    if not folder.is_dir():
        raise RunError(f"{folder} does not exist: `dateline plan` makes the batches of a run")
    return folder
