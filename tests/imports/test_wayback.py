"""Sites out of a web archive: index, captures, dates, pauses, and going on where it was cut off."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.imports import wayback
from crawler.runs import BATCH_FILE
from tests.imports.conftest import Ended, make_source
from tests.imports.warcs import HOST, article, page_url
from tests.imports.web_archive import Held, WebArchive, send

MARCH = "20190305120000"


@pytest.fixture
def archive() -> Iterator[WebArchive]:
    server = WebArchive()
    yield server
    server.close()


@pytest.fixture
def bring(run, archive: WebArchive) -> Callable[..., Ended]:
    """`dateline wayback` from the local archive."""

    def call(*options: object, code: int | None = 0) -> Ended:
        place = ("--endpoint", archive.url, "--allow-private-addresses", "--delay", "0")
        return run("wayback", "qasmara-times", *place, *options, code=code)

    return call


def instant(timestamp: str) -> datetime:
    return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)


def test_a_dead_outlet_comes_back_with_the_dates_of_its_captures(bring, archive, articles, catalogue, settings, query):
    catalogue(make_source(enabled=False, include=["/news/"]))
    for number in range(1, 6):
        archive.hold(f"2019030{number}120000", page_url(number), article(number), headers={"Server": "invented/1"})
    archive.hold(MARCH, f"https://{HOST}/", b"<html>the home page</html>")
    archive.hold(MARCH, f"https://{HOST}/about", article(9))
    ended = bring()
    assert ended.said["counts"] == {"listed": 5, "other_url": 2}
    assert ended.said["captures"] == {"captured": 5}
    assert [(url, fetched) for url, fetched, *_ in articles()] == [
        (page_url(n), instant(f"2019030{n}120000")) for n in range(1, 6)
    ]
    # The index was asked page by page, as the protocol has it.
    assert [bool(one.get("resumeKey")) for one in archive.queries] == [False, True, True, True]
    assert archive.queries[0]["matchType"] == ["host"]
    assert archive.fetched == [f"/web/2019030{n}120000id_/{page_url(n)}" for n in range(1, 6)]
    assert all("test@example.org" in agent for agent in archive.user_agents)
    # Our archive has what the site sent, under its own address and date, and says where it comes from.
    (warc,) = Path(settings.archive_url).rglob("*.warc.gz")
    with warc.open("rb") as file:
        records = [one for one in ArchiveIterator(file) if one.rec_type == "response"]
        heads = [
            (one.rec_headers.get_header("WARC-Target-URI"), one.rec_headers.get_header("WARC-Date")) for one in records
        ]
    assert heads[0] == (page_url(1), "2019-03-01T12:00:00.000000Z")
    ((record,),) = query("select record -> 'origin' from ingest.capture order by fetched_at limit 1")
    assert record["file"] == f"{archive.url}/web/20190301120000id_/{page_url(1)}"
    # Nothing of it is due again: the site is not asked.
    assert query("select count(*) from ingest.url where next_due_at is not null") == [(0,)]


def test_the_same_command_again_changes_nothing(bring, archive, articles, query):
    for number in range(1, 4):
        archive.hold(MARCH, page_url(number), article(number))
    bring()
    before = (articles(), query("select count(*) from ingest.capture"), len(archive.asked))
    assert bring().said["captures"] == {"captured": 3}
    assert (articles(), query("select count(*) from ingest.capture"), len(archive.asked)) == before


def test_versions_of_an_article_are_in_the_order_of_their_captures(bring, archive, query):
    archive.hold("20190305120000", page_url(1), article(1))
    archive.hold("20190306120000", page_url(1), article(1))
    archive.hold("20190307120000", page_url(1), article(1, killed=21))
    archive.hold("20190308120000", page_url(1), article(1))
    assert bring().said["counts"]["listed"] == 3, "a capture with the digest of the one before brings nothing"
    statement = "select version_number, fetched_at, text like %s from news.article_version order by fetched_at"
    assert query(statement, "%21 people%") == [
        (1, instant("20190305120000"), False),
        (2, instant("20190307120000"), True),
        (3, instant("20190308120000"), False),
    ]
    assert query("select version_number from news.article") == [(3,)]


@pytest.mark.parametrize(
    ("captures", "expected"),
    [
        ("first", ["0300", "0400"]),
        ("last", ["0520", "0420"]),
        ("daily", ["0300", "0500", "0400"]),
        ("all", ["0300", "0310", "0500", "0520", "0400", "0420"]),
        ("changes", ["0300", "0310", "0500", "0400", "0420"]),
    ],
)
def test_which_captures_of_an_address_are_fetched(bring, archive, captures, expected):
    archive.page_rows = 4
    for day_and_hour, killed in (("0300", 1), ("0310", 2), ("0500", 1), ("0520", 1)):
        archive.hold(f"201903{day_and_hour}0000", page_url(1), article(1, killed=killed))
    for day_and_hour, killed in (("0400", 3), ("0420", 4)):
        # The same days of another address follow in the index.
        archive.hold(f"201903{day_and_hour}0000", page_url(2), article(2, killed=killed))
    bring("--captures", captures, "--dry-run")
    assert archive.fetched == []
    bring("--captures", captures)
    assert [path[len("/web/201903") :][:4] for path in archive.fetched] == expected


def test_period_prefix_and_limit(bring, archive, articles):
    archive.page_rows = 100
    for number, stamp in ((1, "20181231235959"), (2, "20190101000000"), (3, "20190630000000"), (4, "20190701000000")):
        archive.hold(stamp, page_url(number), article(number))
    archive.hold("20190201000000", f"https://{HOST}/opinion/5", article(5))
    period = ("--since", "2019-01-01", "--until", "2019-07-01", "--url", f"{HOST}/news/")
    assert bring(*period, "--limit", "1").said["captures"] == {"captured": 1}
    assert bring(*period).said["captures"] == {"captured": 2}
    assert [row[0] for row in articles()] == [page_url(2), page_url(3)]
    assert archive.queries[0]["from"] == ["20190101000000"]
    assert archive.queries[0]["to"] == ["20190630235959"]


def test_what_the_archive_answers_is_told_from_what_the_site_sent(bring, archive, articles, query):
    archive.page_rows = 100
    archive.hold(MARCH, page_url(1), article(1), digest="A" * 32)
    archive.hold(MARCH, page_url(2), gzip.compress(article(2)), headers={"Content-Encoding": "gzip"})
    archive.hold(MARCH, page_url(3), article(3), headers={"Content-Encoding": "gzip"})
    archive.hold(MARCH, page_url(4), article(4)).answer = lambda request: send(
        request, 200, {"Content-Type": "text/html"}, article(4)
    )
    listed = archive.hold(MARCH, page_url(5), article(5))
    listed.answer = lambda request: send(request, 302, {"Location": f"/web/20190306000000id_/{page_url(6)}"}, b"")
    archive.hold("20190306000000", page_url(6), article(6), is_listed=False)
    elsewhere = archive.hold(MARCH, page_url(7), article(7))
    elsewhere.answer = lambda request: send(request, 302, {"Location": f"/web/{MARCH}id_/https://other.example/a"}, b"")
    archive.hold(MARCH, "https://other.example/a", article(8), is_listed=False)
    gone = archive.hold(MARCH, page_url(9), article(9))
    gone.answer = lambda request: send(request, 404, {"Content-Type": "text/html"}, b"not here")
    # Listed at an instant that the archive then has no capture of: it leads to the nearest one.
    archive.hold("20190310000000", page_url(10), article(10), is_listed=False)
    archive.held.append(Held("20190309000000", page_url(10).replace("/10", "/10?x="), b"", is_listed=False))
    ended = bring()
    assert ended.said["captures"] == {
        "captured": 4,
        "failed:bad_response": 1,
        "blocked:off_host": 1,
        "failed:not_found": 1,
    }
    assert [row[0] for row in articles()] == [page_url(1), page_url(2), page_url(3), page_url(6)]
    notes = dict(
        query("select url, record -> 'origin' ->> 'note' from ingest.capture join news.article using (url_key)")
    )
    assert "the index has SHA-1 AAAA" in notes[page_url(1)]
    assert query("select outcome, reason from ingest.outcome where url = %s", page_url(4)) == [
        ("failed", "bad_response")
    ]
    moved = query("select record -> 'redirects', fetched_at from ingest.capture where final_url = %s", page_url(6))
    assert moved == [([page_url(5)], instant("20190306000000"))]


def test_a_capture_of_another_instant_is_kept_once_and_says_so(bring, archive, query):
    archive.hold("20190305120000", page_url(1), article(1))
    later = archive.hold("20190306120000", page_url(1), article(1, killed=2))
    later.answer = lambda request: send(request, 302, {"Location": f"/web/20190305120000id_/{page_url(1)}"}, b"")
    assert bring().said["captures"] == {"captured": 2}
    assert query("select fetched_at from ingest.capture") == [(instant("20190305120000"),)]


def test_the_archive_is_left_alone_when_it_asks_for_that(bring, archive, articles):
    for number in range(1, 6):
        archive.hold(MARCH, page_url(number), article(number))
    refuse = lambda request: send(request, 429, {"Retry-After": "600"}, b"too many requests")  # noqa: E731
    archive.held[2].answer = refuse
    ended = bring("--batch-captures", "4", code=1)
    assert "asks for fewer requests" in ended.errors + str(ended.said["problems"])
    assert len(archive.fetched) == 3, "nothing more was asked for, of the next batch either"
    assert len(articles()) == 2
    archive.held[2].answer = None
    asked = len(archive.fetched)
    assert bring("--batch-captures", "4").said["captures"] == {"captured": 5}
    assert len(archive.fetched) - asked == 3
    assert len(articles()) == 5


def test_a_busy_index_is_asked_again_after_the_pause_that_it_wants(bring, archive, articles, monkeypatch):
    pauses: list[float] = []
    monkeypatch.setattr("crawler.imports.cdx.sleep", pauses.append)
    archive.hold(MARCH, page_url(1), article(1))
    archive.refusals = [(429, {"Retry-After": "37"}, b""), (503, {}, b"")]
    bring()
    assert pauses == [37.0, 20.0]
    assert len(articles()) == 1


@pytest.mark.parametrize("body", [b"<html>temporarily offline</html>", b'[["a"],["b"]]', b'{"error": "no"}\n{'])
def test_an_index_that_is_none_is_no_empty_index(bring, archive, body):
    archive.refusals = [(200, {"Content-Type": "text/html"}, body)]
    ended = bring(code=1)
    assert "is no index of captures" in ended.errors


def test_the_listing_goes_on_from_its_resume_key(bring, archive, articles):
    for number in range(1, 6):
        archive.hold(MARCH, page_url(number), article(number))
    real = archive.answer_index
    calls: list[int] = []

    def break_third(request) -> None:
        calls.append(1)
        if len(calls) == 3:
            send(request, 403, {}, b"")
        else:
            real(request)

    archive.answer_index = break_third
    assert "cannot be had" in bring(code=1).errors
    assert articles() == []
    bring()
    assert len(articles()) == 5
    assert [one.get("resumeKey", [""])[0][-16:] for one in archive.queries[2:4]] == [
        archive.queries[2]["resumeKey"][0][-16:]
    ] * 2


def test_a_batch_that_was_cut_off_is_not_written_over(bring, archive, articles, monkeypatch):
    for number in range(1, 5):
        archive.hold(MARCH, page_url(number), article(number))
    real = wayback.write_record

    def kill_after_batch(path, record):
        real(path, record)
        if path.name == BATCH_FILE:
            raise KeyboardInterrupt

    monkeypatch.setattr(wayback, "write_record", kill_after_batch)
    bring("--batch-captures", 2, code=None)
    assert articles() == []
    monkeypatch.setattr(wayback, "write_record", real)
    bring("--batch-captures", 2)
    assert len(articles()) == 4


def test_an_index_in_the_way_of_pywb(run, archive, articles):
    archive.as_pywb = True
    archive.hold(MARCH, page_url(1), article(1))
    place = ("--cdx", f"{archive.url}/cdx/search/cdx", "--replay", f"{archive.url}/web/", "--allow-private-addresses")
    run("wayback", "qasmara-times", *place, "--delay", "0")
    assert [row[0] for row in articles()] == [page_url(1)]


def test_private_archives_need_leave(run, archive):
    ended = run("wayback", "qasmara-times", "--endpoint", archive.url, code=1)
    assert "is not an address of the public internet" in ended.errors
    assert archive.asked == []


def test_public_archives_need_a_contact(run, environment):
    environment["DATELINE_CONTACT"] = ""
    ended = run("wayback", "qasmara-times", code=1)
    assert "DATELINE_CONTACT is not set: web.archive.org" in ended.errors


def test_unknown_source_and_foreign_prefix(run):
    assert "there is no source 'nobody'" in run("wayback", "nobody", code=1).errors
    assert "no address of the sources" in run("wayback", "qasmara-times", "--url", "elsewhere.example/", code=1).errors
