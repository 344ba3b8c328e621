"""Crawls that are killed, stopped or run out of room: nothing is lost, nothing doubled, no process is left."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawler.archive import read_response
from crawler.crawl import settle_batch
from crawler.crawl.child import STOP_GRACE_SECONDS
from crawler.errors import ArchiveError
from crawler.runs import CAPTURES_FILE


def crawl_processes(batch: Any) -> list[int]:
    """Ids of living crawl processes of a batch."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    return [
        int(pid)
        for pid, state, line in (row for row in rows if len(row) == 3)
        if "crawler.crawl.process" in line and str(batch.folder) in line and not state.startswith("Z")
    ]


def wait_for(condition: Callable[[], Any], seconds: float = 20) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError("it did not come about in time")


def captured_lines(batch: Any) -> int:
    path = batch.folder / CAPTURES_FILE
    return path.read_bytes().count(b"\n") if path.exists() else 0


def serve_pages(site: Any, answer: Any, count: int, wait: float = 0.0) -> list[str]:
    names = [f"/{n}" for n in range(count)]
    site.feed(*names)
    site.pages.update({name: answer(f"<h1>{name}</h1>" + "x" * 2000, wait=wait) for name in names})
    return names


def assert_archive_is_whole(batch: Any) -> None:
    assert batch.warc_files
    for path in batch.warc_files:
        for command in (["warcio", "check"], ["fastwarc", "check", "-q", "-p"]):
            tool = Path(sys.executable).parent / command[0]
            run = subprocess.run([tool, *command[1:], path], capture_output=True, text=True, check=False)
            assert run.returncode == 0, run.stdout + run.stderr
    for capture in batch.captures:
        assert read_response(batch.settings.archive_url, capture).status == 200


def test_kill_9_loses_nothing_and_doubles_nothing(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    names = serve_pages(site, answer, 12)
    site.pages["/gone"] = answer("gone", 410)
    site.feed("/gone", *names)
    batch = make_batch(source_of(site, politeness={"delay_seconds": 0.1}))

    def kill() -> None:
        wait_for(lambda: captured_lines(batch) >= 5)
        os.kill(crawl_processes(batch)[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    report = batch.crawl()
    killer.join()
    assert not report.is_complete
    assert "signal 9" in (report.problem or "")
    kept = {capture.url_key for capture in batch.captures}
    assert 5 <= len(kept) < 12
    assert set(batch.ends().values()) <= {"pending:crawl_stopped", "failed:gone"}

    # What a kill can leave besides: a torn line, a torn record, a page that was archived and not noted.
    not_noted = batch.captures[-1].url.removeprefix(site.url)
    with (batch.folder / CAPTURES_FILE).open("rb+") as file:
        lines = file.readlines()
        file.seek(0)
        file.truncate()
        file.writelines(lines[:-1])
        file.write(lines[-1][:50])
    with batch.warc_files[0].open("ab") as file:
        file.write(b"\x1f\x8b\x08\x00torn")
    report = batch.crawl()
    assert report.is_complete, report.problem
    assert batch.ends() == {"gone": "failed:gone"}
    assert len(batch.captures) == 12
    assert kept <= {capture.url_key for capture in batch.captures}
    assert len(site.asked_for(not_noted)) == 1, "what the archive holds is not fetched again"
    counts = {name: len(site.asked_for(name)) for name in [*names, "/gone"]}
    assert sum(counts.values()) <= 13 + 1, "only what was on its way when the kill came is asked again"
    assert_archive_is_whole(batch)
    before = len(site.asked)
    assert batch.crawl() == report
    assert len(site.asked) == before


def test_time_limit_ends_the_crawl_and_leaves_the_rest(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    serve_pages(site, answer, 60)
    batch = make_batch(source_of(site, politeness={"delay_seconds": 0.5}))
    batch.settings = replace(batch.settings, crawl_seconds=7)
    report = batch.crawl()
    assert (report.finished_at - report.started_at).total_seconds() < 7 + STOP_GRACE_SECONDS
    assert report.is_complete
    assert 1 <= len(batch.captures) < 30
    assert set(batch.ends().values()) == {"pending:time_limit"}
    assert crawl_processes(batch) == []
    assert_archive_is_whole(batch)


STAGE = """
import sys
from pathlib import Path
from crawler.config import load_settings
from crawler.crawl import crawl_batch
from crawler.progress import no_progress
report = crawl_batch(load_settings(), Path(sys.argv[1]), no_progress, use_database=False)
"""


def start_stage(batch: Any) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DATELINE_HOME": str(batch.settings.home), "DATELINE_CONTACT": "ops@example.org"}
    return subprocess.Popen([sys.executable, "-c", STAGE, str(batch.folder)], env=environment)


def test_sigterm_of_the_stage_ends_the_crawl_in_order(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    serve_pages(site, answer, 30)
    batch = make_batch(source_of(site, politeness={"delay_seconds": 0.3}))
    stage = start_stage(batch)
    wait_for(lambda: captured_lines(batch) >= 2)
    stage.terminate()
    assert stage.wait(15) == -signal.SIGTERM
    assert crawl_processes(batch) == []
    report = (batch.folder / "crawl.json").read_text()
    assert '"is_complete": false' in report
    assert "stopped from outside" in report
    assert len(batch.fetches) + len(batch.captures) == 30


def test_kill_9_of_the_stage_leaves_no_crawl_process(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    """A next try waits for the end of the process that was left: two must not write to one file."""
    names = serve_pages(site, answer, 12, wait=0.5)
    batch = make_batch(source_of(site, politeness={"delay_seconds": 0.3}))
    stage = start_stage(batch)
    wait_for(lambda: captured_lines(batch) >= 2)
    assert len(crawl_processes(batch)) == 1
    stage.kill()
    stage.wait()
    report = batch.crawl()
    assert report.is_complete, report.problem
    assert len(batch.captures) == 12
    assert sum(len(site.asked_for(name)) for name in names) == 12
    assert crawl_processes(batch) == []
    assert_archive_is_whole(batch)


def test_a_crawl_that_is_not_gone_on_with_is_settled(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    """The stage and its process are killed, the machine loses the end of the file, and nobody crawls again."""
    serve_pages(site, answer, 12, wait=0.2)
    batch = make_batch(source_of(site, politeness={"delay_seconds": 0.2}))
    stage = start_stage(batch)
    wait_for(lambda: captured_lines(batch) >= 3)
    (crawler_process,) = crawl_processes(batch)
    os.kill(crawler_process, signal.SIGKILL)
    stage.kill()
    stage.wait()
    litter = batch.folder / "articles.jsonl.0123.part"
    litter.touch()
    os.truncate(batch.warc_files[0], batch.warc_files[0].stat().st_size - 10)
    noted = len(batch.captures)
    settle_batch(batch.settings, batch.folder)
    assert len(batch.captures) in (noted - 1, noted), "at most one may have been archived and not noted"
    assert len(batch.captures) + len(batch.fetches) == 12
    assert set(batch.ends().values()) == {"pending:crawl_stopped"}
    assert 'is_complete": false' in (batch.folder / "crawl.json").read_text()
    assert not litter.exists()
    assert_archive_is_whole(batch)
    before = (batch.folder / "crawl.json").read_bytes()
    settle_batch(batch.settings, batch.folder)
    assert (batch.folder / "crawl.json").read_bytes() == before


def test_an_archive_that_cannot_be_written_stops_the_crawl(
    site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    """A limit on the size of files stands for a full disk."""
    serve_pages(site, answer, 6)
    noise = {f"/{n}": answer(os.urandom(20_000).hex()) for n in range(6)}
    site.pages.update(noise)
    batch = make_batch(source_of(site))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (70_000, limits[1]))
        report = batch.crawl()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not report.is_complete
    assert "cannot be written" in (report.problem or "")
    assert "make room" in (report.problem or "")
    assert 1 <= len(batch.captures) < 6
    assert set(batch.ends().values()) == {"pending:crawl_stopped"}
    assert_archive_is_whole(batch)
    cleaned = batch.folder / "clean.json"
    cleaned.touch()
    assert batch.crawl().is_complete
    assert not cleaned.exists(), "clean would take its report for one of all pages"
    assert len(batch.captures) == 6
    assert_archive_is_whole(batch)


def test_an_archive_that_cannot_be_read_is_one_message(site: Any, make_batch: Any, source_of: Any) -> None:
    batch = make_batch(source_of(site))
    batch.settings.home.mkdir(exist_ok=True)
    Path(batch.settings.archive_url).write_text("a file where a folder should be")
    with pytest.raises(ArchiveError, match="cannot be listed"):
        batch.crawl()


def test_an_object_store_gets_what_a_killed_crawl_had_spooled(
    site: Any, make_batch: Any, source_of: Any, answer: Any, tmp_path: Path
) -> None:
    """A caching filesystem stands for the store: fsspec takes it for a remote one, and two processes can see it."""
    names = serve_pages(site, answer, 8)
    store = tmp_path / "store"
    store.mkdir()
    batch = make_batch(
        source_of(site, politeness={"delay_seconds": 0.2}),
        environment={"DATELINE_ARCHIVE_URL": f"simplecache::file://{store}"},
    )

    def kill() -> None:
        wait_for(lambda: captured_lines(batch) >= 3)
        assert list((batch.folder / "spool").iterdir())
        os.kill(crawl_processes(batch)[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    report = batch.crawl()
    killer.join()
    assert not report.is_complete
    assert list((batch.folder / "spool").iterdir()) == []
    assert batch.crawl().is_complete
    assert len(batch.captures) == 8
    assert sum(len(site.asked_for(name)) for name in names) <= 9
    assert len(list(store.rglob("*.warc.gz"))) == 2
    for capture in batch.captures:
        assert read_response(batch.settings.archive_url, capture).status == 200
