"""The crawl stage: one batch, crawled in a process of its own, with one end for each URL."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from crawler.archive import salvage_folder
from crawler.archive.places import archive_folder, spool_dir
from crawler.config import Settings
from crawler.crawl.child import LOG_FILE, ChildEnd, run_child
from crawler.crawl.reconcile import CrawlFiles
from crawler.errors import ConfigError, RunError
from crawler.locks import lock_batch
from crawler.manifests import BatchManifest, RunKind, Stage, StageReport
from crawler.progress import Progress
from crawler.reasons import Reason
from crawler.runs import BATCH_FILE, read_record, write_record
from crawler.sources.model import Source

CRAWL_FILE = f"{Stage.CRAWL}.json"
CLEAN_FILE = f"{Stage.CLEAN}.json"


def crawl_batch(settings: Settings, batch_dir: Path, progress: Progress, *, use_database: bool = True) -> StageReport:
    """Crawl a batch, or go on where an earlier try was cut off. A complete one is left as it is.

    The time limit is the batch's own bound: what it leaves is pending, and the report complete. After a crash, a
    full disk or a stop from outside the report is not complete and says why; what was fetched is kept, and another
    call goes on.

    `use_database=False` takes every link for a new one.

    Raises ConfigError when a public source is to be crawled without DATELINE_CONTACT, RunError for a folder that is no
    crawl batch or is being crawled, and ArchiveError when the archive cannot be read.
    """
    batch = read_record(batch_dir / BATCH_FILE, BatchManifest)
    if batch.kind is not RunKind.NEWS and batch.web_archive is None:
        raise RunError(f"{batch_dir} is a {batch.kind} batch: its captures are in the archive, start with clean")
    sources = [Source.model_validate(source) for source in batch.sources]
    require_contact(settings, sources)
    with lock_batch(batch_dir, Stage.CRAWL) as lock:
        if (batch_dir / CRAWL_FILE).exists():
            report = read_record(batch_dir / CRAWL_FILE, StageReport)
            if report.is_complete:
                return report
        started_at = datetime.now(timezone.utc)
        # What was cleaned after an earlier try lacks the pages of this one, which has not ended before it says so.
        (batch_dir / CLEAN_FILE).unlink(missing_ok=True)
        (batch_dir / CRAWL_FILE).unlink(missing_ok=True)
        files = _salvage(settings, batch, batch_dir)
        files.drop_temporary()
        files.write(batch_dir)
        if batch.web_archive is not None:
            settings = replace(settings, crawl_seconds=batch.web_archive.max_seconds)
        end = run_child(settings, batch_dir, progress, use_database=use_database, lock=lock)
        # A crawl that closed with a problem may have left half an exchange, and captures whose bytes never arrived.
        is_in_order = end.was_closed and end.problem is None
        files = CrawlFiles.read(batch_dir) if is_in_order else _salvage(settings, batch, batch_dir)
        reason = Reason.TIME_LIMIT if end.ran_out_of_time else Reason.CRAWL_STOPPED
        report = _settle(batch, batch_dir, files, reason, started_at, _problem(end, batch_dir))
    if end.stopped_by is not None:
        os.kill(os.getpid(), end.stopped_by)  # held back until the files were in order
    return report


def settle_batch(settings: Settings, batch_dir: Path) -> None:
    """Put the files of a crawl in order that was killed together with its stage and is not gone on with.

    A crawl that has ended is left as it is. Raises RunError while it goes on, and ArchiveError when the archive cannot
    be read.
    """
    batch = read_record(batch_dir / BATCH_FILE, BatchManifest)
    is_crawled = batch.kind is RunKind.NEWS or batch.web_archive is not None
    if not is_crawled:
        return
    with lock_batch(batch_dir, Stage.CRAWL):
        if not (batch_dir / CRAWL_FILE).exists():
            files = _salvage(settings, batch, batch_dir)
            problem = "The crawl was killed: run it again to go on"
            _settle(batch, batch_dir, files, Reason.CRAWL_STOPPED, datetime.now(timezone.utc), problem)


def _settle(
    batch: BatchManifest, batch_dir: Path, files: CrawlFiles, reason: Reason, started_at: datetime, problem: str | None
) -> StageReport:
    """Give each URL one end, `reason` to those without, and write the report. `problem`: why it is not complete."""
    files.settle(reason)
    files.write(batch_dir)
    report = StageReport(
        stage=Stage.CRAWL,
        run_id=batch.run_id,
        batch_id=batch.batch_id,
        started_at=started_at,
        finished_at=datetime.now(timezone.utc),
        is_complete=problem is None,
        problem=problem,
        sources=files.count(str(source["id"]) for source in batch.sources),
    )
    write_record(batch_dir / CRAWL_FILE, report)
    return report


def _salvage(settings: Settings, batch: BatchManifest, batch_dir: Path) -> CrawlFiles:
    files = CrawlFiles.read(batch_dir)
    salvaged = salvage_folder(settings.archive_url, archive_folder(batch), spool_dir(batch_dir))
    sources = map(Source.model_validate, batch.sources)
    files.adopt_archive(salvaged, {source.id: source for source in sources})
    return files


def _problem(end: ChildEnd, batch_dir: Path) -> str | None:
    """Why the crawl is not complete; None when it is."""
    if end.problem:
        return end.problem
    if end.stopped_by is not None:
        return "The crawl was stopped from outside: run it again to go on"
    if end.ran_out_of_time or (end.was_closed and end.exit_code == 0):
        return None
    how = f"was killed by signal {-end.exit_code}" if end.exit_code < 0 else f"ended with status {end.exit_code}"
    return f"The crawl process {how}: see {batch_dir / LOG_FILE}, and run it again to go on"


def require_contact(settings: Settings, sources: Iterable[Source]) -> None:
    """Raise ConfigError when a source on the public internet is to be crawled and nobody could reach us."""
    public = [source.id for source in sources if not source.allow_private_addresses]
    if public and not settings.contact:
        raise ConfigError(
            f"DATELINE_CONTACT is not set: {', '.join(public[:5])} {'are' if len(public) > 1 else 'is'} on the public "
            "internet, and a site's operator must be able to reach us. Set it to a web or e-mail address of yours"
        )
