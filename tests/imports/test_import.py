"""`dateline import`, from WARC files of several tools to rows of news.article, with kills and broken connections."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner

from crawler.cli.main import dateline
from crawler.database import run_checks
from tests.imports.conftest import make_source
from tests.imports.warcs import (
    HOST,
    HTML,
    Shot,
    article,
    at,
    members,
    page_url,
    record,
    shot_record,
    shots,
    write_with_fastwarc,
    write_with_warcio,
    write_with_wget,
)
from tests.load.snapshot import snapshot

needs_wget = pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed: apt-get install wget")


class FileServer:
    """Serves bytes, with ranges or without, and can break off."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.break_after: list[int] = []
        self.has_ranges = True
        self.asked: list[tuple[str, str | None]] = []
        self.chunk_pages = False
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                span = self.headers.get("Range")
                server.asked.append((self.path, span))
                body = server.files.get(self.path)
                if body is None:
                    self.send_response(404)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                is_page = self.path.startswith("/news")
                start = int(span.removeprefix("bytes=").removesuffix("-")) if span and server.has_ranges else 0
                self.send_response(206 if start else 200)
                self.send_header("Content-Type", HTML if is_page else "application/octet-stream")
                if server.chunk_pages and is_page:
                    self.send_header("Transfer-Encoding", "chunked")
                    self.end_headers()
                    for at_byte in range(0, len(body), 200):
                        part = body[at_byte : at_byte + 200]
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                    self.wfile.write(b"0\r\n\r\n")
                    return
                self.send_header("Content-Length", str(len(body) - start))
                self.send_header("ETag", '"v1"')
                self.end_headers()
                end = start + server.break_after.pop(0) if server.break_after else len(body)
                self.wfile.write(body[start:end])
                self.close_connection = end < len(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[FileServer]:
    found = FileServer()
    yield found
    found.close()


def captures_of(query) -> list[tuple]:
    return query("select final_url, fetched_at, payload_sha256 from ingest.capture order by 1, 2, 3")


def test_files_of_python_libraries_become_articles_with_their_dates(run, articles, tmp_path, query, settings):
    first = write_with_warcio(tmp_path / "a.warc.gz", shots(3))
    second = write_with_fastwarc(tmp_path / "b.warc.gz", shots(3, first=4))
    plain = write_with_warcio(tmp_path / "c.warc", shots(2, first=7), gzipped=False)
    ended = run("import", first, second, plain)
    assert ended.counts == {"taken": 8}
    assert ended.said["loaded"]["sources"][0]["outcomes"] == {"stored": 8}
    expected = [(shot.url, shot.date, shot.date) for shot in shots(8)]
    assert [(url, fetched, first_fetched) for url, fetched, first_fetched, *_ in articles()] == expected
    assert query("select kind, state from ingest.batch") == [("import", "loaded")]
    assert query("select count(*), count(next_due_at) from ingest.url where discovered_via = 'import'") == [(8, 0)]
    (origin,) = query("select record -> 'origin' from ingest.capture where final_url = %s", page_url(4))[0]
    assert origin["file"] == str(second)
    assert origin["record_id"].startswith("urn:")
    data = second.read_bytes()[origin["offset"] :]
    assert data.startswith(b"\x1f\x8b")
    assert [check for check in run_checks(settings) if check.failures] == []


def test_a_second_import_changes_nothing_and_reads_nothing_again(run, tmp_path, query):
    folder = tmp_path / "in"
    folder.mkdir()
    write_with_warcio(folder / "a.warc.gz", shots(3))
    run("import", folder)
    before = snapshot(query)
    assert run("import", folder).counts == {"taken": 3}
    assert snapshot(query) == before
    # Under another name, and beside a new file: what is known is not taken again.
    shutil.copy(folder / "a.warc.gz", folder / "copy.warc.gz")
    write_with_warcio(folder / "b.warc.gz", shots(2, first=3))
    ended = run("import", folder / "*.warc.gz")
    assert ended.counts == {"taken": 1, "known": 4, "duplicate": 3} or ended.counts == {"taken": 1, "known": 7}
    assert query("select count(*) from news.article_version") == [(4,)]
    assert query("select count(*) from ingest.capture") == [(4,)]


@needs_wget
@pytest.mark.parametrize("options", [(), ("--no-warc-compression",), ("--no-warc-digests",)])
def test_files_of_wget(run, articles, tmp_path, server, catalogue, options):
    catalogue(make_source(home_page=f"{server.url}/", feeds=[f"{server.url}/feed"], allow_private_addresses=True))
    server.files = {f"/news/{number}": article(number) for number in (1, 2, 3)}
    server.chunk_pages = True
    name = "w.warc" if "--no-warc-compression" in options else "w.warc.gz"
    urls = [f"{server.url}{path}" for path in (*server.files, "/missing")]
    path = write_with_wget(tmp_path / name, urls, *options)
    ended = run("import", path)
    assert ended.counts["taken"] == 3
    assert ended.counts["other_status"] == 1
    assert [row[0] for row in articles()] == [f"{server.url}/news/{number}" for number in (1, 2, 3)]


def test_filters(run, articles, tmp_path, catalogue):
    other = make_source("sada", home_page="https://sada.example/", feeds=["https://sada.example/f"], enabled=False)
    catalogue(make_source(exclude=["/news/4$"], allowed_hosts=[HOST, f"*.{HOST}"]), other)
    items = [
        *shots(4),
        Shot("https://sada.example/a", at(9), article(9)),
        Shot(f"https://en.{HOST}/a", at(10), article(10)),
    ]
    path = write_with_warcio(tmp_path / "a.warc.gz", items)
    counted = run("import", path, "--dry-run")
    assert counted.counts == {"taken": 4, "other_url": 1, "other_host": 1}
    assert articles() == []
    assert run("import", path, "--since", "2019-03-03", "--until", "2019-03-04").counts == {
        "taken": 1,
        "other_date": 3,
        "other_url": 1,
        "other_host": 1,
    }
    assert run("import", path, "--host", f"en.{HOST}").counts == {"taken": 1, "other_host": 5}
    assert run("import", path, "--source", "sada").counts == {"taken": 1, "other_host": 5}
    assert [row[0] for row in articles()] == [f"https://en.{HOST}/a", page_url(2), "https://sada.example/a"]
    assert "there is no source 'nobody'" in run("import", path, "--source", "nobody", code=1).errors


def test_limit_and_batches(run, articles, tmp_path, query):
    path = write_with_warcio(tmp_path / "a.warc.gz", shots(7))
    assert run("import", path, "--limit", 3, "--batch-captures", 2).counts == {"taken": 3}
    assert run("import", path, "--limit", 3, "--batch-captures", 2).counts == {"taken": 3}
    assert run("import", path, "--batch-captures", 2).counts == {"taken": 7}
    assert len(articles()) == 7
    sizes = query("select captured from ingest.batch_source order by batch_id")
    assert [size for (size,) in sizes] == [2, 1, 2, 2]


def test_an_older_capture_goes_where_it_belongs_among_the_versions(run, tmp_path, query):
    """Files come in any order: the current text is the newest that was captured, not the last that was imported."""
    days = {2: 12, 4: 21, 6: 21, 8: 30}
    for day in (6, 2, 8, 4):
        shot = Shot(page_url(1), at(day), article(1, killed=days[day]))
        run("import", write_with_warcio(tmp_path / f"{day}.warc.gz", [shot]))
    versions = query("select fetched_at, (regexp_match(text, 'least (\\d+)'))[1] from news.article_version order by 1")
    assert [(fetched.day, killed) for fetched, killed in versions] == [(2, "12"), (6, "21"), (8, "30")]
    current = query("select fetched_at, first_fetched_at, checked_at, text like '%%least 30%%' from news.article")
    assert current == [(at(8), at(2), at(8), True)]


def test_an_import_beside_a_live_source_leaves_its_state_alone(run, tmp_path, query):
    """What an import could not use must not keep the crawl from a page; what the crawl knows stays as it is."""
    path = write_with_warcio(tmp_path / "a.warc.gz", [Shot(page_url(1), at(5), b"<html><title>Wait</title></html>")])
    ended = run("import", path)
    assert ended.said["loaded"]["sources"][0]["outcomes"] == {"rejected": 1}
    assert query("select count(*) from ingest.url") == [(0,)]
    assert query("select count(*) from ingest.source_state where lease_batch_id is not null") == [(0,)]
    good = write_with_warcio(tmp_path / "b.warc.gz", shots(1))
    run("import", good)
    assert query("select discovered_via, last_outcome, next_due_at from ingest.url") == [("import", "stored", None)]


def test_what_was_imported_can_be_cleaned_again(run, tmp_path, query):
    run("import", write_with_warcio(tmp_path / "a.warc.gz", shots(2)))
    (tmp_path / "a.warc.gz").unlink()
    assert run("reprocess").said["sources"][0]["outcomes"] == {"unchanged": 2}


def test_a_call_that_finds_all_of_it_done_says_so(environment, tmp_path):
    path = write_with_warcio(tmp_path / "a.warc.gz", shots(2))
    calls = [CliRunner().invoke(dateline, ["import", str(path)], env=environment) for _ in range(2)]
    assert [call.exit_code for call in calls] == [0, 0]
    assert ["An earlier call took all of it" in call.stdout for call in calls] == [False, True]


def test_damage_is_counted_and_named(run, articles, tmp_path):
    raw = [gzip.compress(shot_record(shot), mtime=0) for shot in shots(4)]
    broken = bytearray(raw[1])
    broken[len(broken) // 2] ^= 0xFF
    path = tmp_path / "a.warc.gz"
    path.write_bytes(raw[0] + bytes(broken) + raw[2] + raw[3][:-20])
    ended = run("import", path)
    assert ended.counts == {"taken": 2, "damaged": 2}
    assert [f"{path} at offset {len(raw[0])}: " in text for text in ended.said["damage"]] == [True, False]
    assert [row[0] for row in articles()] == [page_url(1), page_url(3)]


def test_an_input_that_cannot_be_read_stops_no_other(run, articles, tmp_path):
    (tmp_path / "no.warc").write_bytes(b"%PDF-1.4")
    good = write_with_warcio(tmp_path / "z.warc.gz", shots(1))
    ended = run("import", tmp_path / "no.warc", good, code=1)
    (problem,) = ended.said["problems"]
    assert problem.startswith(f"{tmp_path / 'no.warc'} is no WARC file")
    assert len(articles()) == 1
    assert "there is no such file" in run("import", tmp_path / "nothing.warc.gz", code=1).errors
    assert "no file in this folder ends in" in run("import", tmp_path / "sources", code=1).errors
    assert "Nothing to import is named" in run("import", code=1).errors


def test_from_standard_input_and_again(run, articles):
    data = members(*map(shot_record, shots(3)))
    assert run("import", "-", stdin=data).counts == {"taken": 3}
    more = data + members(*map(shot_record, shots(1, first=4)))
    assert run("import", "-", stdin=more).counts == {"taken": 1, "known": 3}
    assert len(articles()) == 4


@pytest.mark.parametrize("has_ranges", [True, False])
def test_over_the_web_with_a_connection_that_breaks(run, articles, server, has_ranges, monkeypatch):
    monkeypatch.setattr("crawler.imports.raw.time.sleep", lambda _: None)
    server.has_ranges = has_ranges
    server.files["/CC-NEWS-1.warc.gz"] = members(*map(shot_record, shots(20)))
    server.break_after = [3000, 3000] if has_ranges else [3000, 6000]
    ended = run("import", f"{server.url}/CC-NEWS-1.warc.gz", "--allow-private-addresses")
    assert ended.counts == {"taken": 20}
    assert len(articles()) == 20
    assert [span for _, span in server.asked] == [None, "bytes=3000-", "bytes=6000-"]
    asked = len(server.asked)
    run("import", f"{server.url}/CC-NEWS-1.warc.gz", "--allow-private-addresses")
    assert len(server.asked) == asked, "what was read to its end is not fetched again"


def test_a_list_of_paths_as_common_crawl_has_it(run, articles, server, tmp_path):
    for number in (1, 2):
        server.files[f"/crawl-data/{number}.warc.gz"] = members(*map(shot_record, shots(2, first=2 * number)))
    listing = tmp_path / "warc.paths.gz"
    listing.write_bytes(gzip.compress(b"crawl-data/1.warc.gz\ncrawl-data/2.warc.gz\n"))
    options = ("--base-url", server.url, "--allow-private-addresses")
    assert run("import", "--list", listing, *options).counts == {"taken": 4}
    server.files["/warc.paths.gz"] = listing.read_bytes()
    assert run("import", "--list", f"{server.url}/warc.paths.gz", *options).counts == {"taken": 4}
    needs = run("import", "--list", f"{server.url}/warc.paths.gz", "--allow-private-addresses", code=1)
    assert "--base-url" in needs.errors
    assert len(articles()) == 4


def test_addresses_inside_our_network_need_leave_and_public_ones_a_contact(run, server, environment):
    ended = run("import", f"{server.url}/a.warc.gz", code=1)
    assert "is not an address of the public internet" in str(ended.said["problems"])
    assert server.asked == []
    environment["DATELINE_CONTACT"] = ""
    assert "DATELINE_CONTACT is not set" in run("import", "https://data.example/a.warc.gz", code=1).errors


def test_killed_again_and_again_it_ends_like_an_undisturbed_import(
    environment, articles, query, tmp_path, make_database, settings
):
    """Killed whenever it has archived some more, the import loses nothing and doubles nothing."""
    total = 60
    write_with_warcio(tmp_path / "a.warc.gz", shots(30))
    (tmp_path / "b.warc.gz").write_bytes(gzip.compress(b"".join(map(shot_record, shots(30, first=31)))))
    slow = Path(__file__).with_name("slow_import.py")
    command = [sys.executable, str(slow), "import", str(tmp_path / "a.warc.gz"), str(tmp_path / "b.warc.gz")]
    command += ["--batch-captures", "25", "--json"]
    archive = Path(settings.archive_url)
    kills = 0
    for number in range(40):
        child = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        before = archived(archive)
        # Let it get some way: a few pages more each time, whatever it does meanwhile.
        while child.poll() is None and archived(archive) < before + 4_000 + 1_500 * (number % 3):
            time.sleep(0.02)
        if child.poll() is not None:
            assert child.returncode == 0
            break
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        kills += 1
    else:
        pytest.fail("it did not come to its end")
    assert kills >= 5
    assert [(row[0], row[1]) for row in articles()] == sorted((shot.url, shot.date) for shot in shots(total))
    assert len(captures_of(query)) == total
    assert query("select count(*) from news.article_version") == [(total,)]
    places = query("select count(distinct (archive_file, archive_offset)) from ingest.capture")
    assert places == [(total,)]
    responses = sum(
        len(re.findall(rb"WARC-Type: response", gzip.decompress(one.read_bytes()))) for one in archive.rglob("*.gz")
    )
    assert responses == total, "nothing is in the archive twice"
    assert [check for check in run_checks(settings) if check.failures] == []


def archived(archive: Path) -> int:
    return sum(path.stat().st_size for path in archive.rglob("*.warc.gz")) if archive.exists() else 0


def test_a_whole_batch_that_was_not_loaded_is_loaded_by_the_next_scheduled_run(
    run, tmp_path, query, monkeypatch, articles
):
    path = write_with_warcio(tmp_path / "a.warc.gz", shots(2))
    monkeypatch.setattr("crawler.cli.imports.run_stages", lambda *_: False)
    run("import", path, code=1)
    assert articles() == []
    query("update ingest.batch set lease_until = now() - interval '1 minute'")
    query("update ingest.source_state set next_due_at = now() + interval '1 day'")
    run("run", code=None)
    assert len(articles()) == 2


def test_records_that_say_nothing_of_pages(run, tmp_path):
    path = tmp_path / "a.warc.gz"
    path.write_bytes(
        members(
            record(b"software: x", kind="warcinfo", url=None, content_type="application/warc-fields"),
            record(b"GET / HTTP/1.1\r\n\r\n", kind="request", content_type="application/http; msgtype=request"),
            record(b"fetchTimeMs: 3", kind="metadata", content_type="application/warc-fields"),
            record(b"HTTP/1.1 200 OK\r\n\r\n", kind="revisit", WARC_Refers_To="<urn:uuid:1>"),
            shot_record(shots(1)[0]),
            shot_record(Shot(page_url(1), at(2) + timedelta(days=1), article(1))),
        )
    )
    assert run("import", path).counts == {"taken": 2, "revisit": 1}
