"""Answers of endpoints that could not be used are in the archive, once, and are no captures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from crawler.archive import salvage_folder
from crawler.crawl.evidence import MAX_EVIDENCE_BYTES
from crawler.records import EndpointVisit


def record_at(archive: str, visit: EndpointVisit) -> tuple[Any, bytes]:
    """The WARC record that a visit points to, read with a tool of others."""
    with (Path(archive) / str(visit.archive_file)).open("rb") as file:
        file.seek(visit.archive_offset or 0)
        record = next(iter(ArchiveIterator(file)))
        return record, record.raw_stream.read()


def test_unusable_answers_are_kept_as_evidence(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    site.feed("/1")
    site.pages["/1"] = "<h1>One</h1>"
    site.pages["/wall"] = answer("<h1>Go away</h1>", 403, {"Content-Type": "text/html"})
    site.pages["/html"] = "<html><body>This is no feed</body></html>"
    site.pages["/large"] = "<html>" + "x" * 2_000_000
    paths = ("/wall", "/html", "/large", "/feed.xml")
    feeds = [*(f"{site.url}{path}" for path in paths), "http://127.0.0.1:9/feed.xml"]
    batch = make_batch(source_of(site, feeds=feeds))
    batch.crawl()
    visits = {visit.url.removeprefix(site.url): visit for visit in batch.visits}
    archive = batch.settings.archive_url
    record, body = record_at(archive, visits["/wall"])
    assert (record.rec_type, record.http_headers.get_statuscode(), body) == ("response", "403", b"<h1>Go away</h1>")
    assert record.rec_headers.get_header("WARC-Target-URI") == f"{site.url}/wall"
    assert record_at(archive, visits["/html"])[1] == site.pages["/html"].encode()
    record, body = record_at(archive, visits["/large"])
    assert len(body) == MAX_EVIDENCE_BYTES
    assert record.rec_headers.get_header("WARC-Truncated") == "length"
    assert visits["/feed.xml"].archive_file is None
    assert visits["http://127.0.0.1:9/feed.xml"].archive_file is None
    assert [capture.url for capture in batch.captures] == [f"{site.url}/1"]
    folder = str(Path(str(visits["/wall"].archive_file)).parent)
    assert salvage_folder(archive, folder, batch.folder / "spool") == batch.captures


def test_the_same_failure_is_kept_once(site: Any, make_batch: Any, source_of: Any, answer: Any) -> None:
    urls = [f"{site.url}{path}" for path in ("/again", "/other")]
    for path in ("/again", "/other"):
        site.pages[path] = answer("no", 403)
    before = [
        {"source_id": "example", "url": urls[0], "last_status": 403, "last_reason": "forbidden"},
        {"source_id": "example", "url": urls[1], "last_status": 404, "last_reason": "not_found"},
    ]
    batch = make_batch(source_of(site, feeds=urls), endpoints=before)
    batch.crawl()
    kept = {visit.url: visit.archive_file is not None for visit in batch.visits}
    assert kept == {urls[0]: False, urls[1]: True}


def test_what_is_asked_again_at_once_is_kept_in_the_end_only(
    site: Any, make_batch: Any, source_of: Any, answer: Any
) -> None:
    answers = iter([answer("busy", 503), answer("gone", 410)])
    site.pages["/feed.xml"] = lambda asked: next(answers)
    batch = make_batch(source_of(site))
    batch.crawl()
    (visit,) = batch.visits
    assert record_at(batch.settings.archive_url, visit)[1] == b"gone"
    (file,) = batch.warc_files
    with file.open("rb") as stream:
        assert [record.rec_type for record in ArchiveIterator(stream)].count("response") == 1
