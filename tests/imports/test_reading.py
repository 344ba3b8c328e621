"""Reading WARC files of others: every layout, every tool, and what damage costs. No database."""

from __future__ import annotations

import gzip
import io
import shutil
from collections.abc import Iterable
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from crawler.imports.inflate import ForeignFileError, Inflated, Position
from crawler.imports.message import CutOffError, parse_message
from crawler.imports.reading import Step, parse_date, read_pages
from crawler.imports.selection import LeftOut, Selection
from crawler.imports.warc import Damage, Record, read_records
from tests.imports.conftest import make_source
from tests.imports.warcs import (
    HOST,
    HTML,
    Shot,
    article,
    at,
    chunked,
    http_message,
    members,
    page_url,
    record,
    sha1,
    shot_record,
    shots,
    write_with_fastwarc,
    write_with_warcio,
)

NOW = datetime(2026, 11, 24, tzinfo=timezone.utc)
SOURCE = make_source()


class BytesStream:
    """A file in memory. `step` bytes come at a time."""

    version = "1"

    def __init__(self, data: bytes, *, step: int = 1 << 20, can_seek: bool = True) -> None:
        self._file = io.BytesIO(data)
        self._step = step
        self.size = len(data)
        self.can_seek = can_seek

    def read(self) -> bytes:
        return self._file.read(self._step)

    def seek(self, offset: int) -> None:
        assert self.can_seek
        self._file.seek(offset)

    def close(self) -> None:
        pass


START = Position()


def steps_of(data: bytes, position: Position = START, **stream: object) -> list[Step]:
    inflated = Inflated(BytesStream(data, **stream), position, "a.warc")  # type: ignore[arg-type]
    return list(read_pages(inflated, Selection((SOURCE,)), NOW, "a.warc"))


def pages_of(steps: Iterable[Step]) -> list[tuple[str, bytes]]:
    return [(step.page.url, step.page.message.body) for step in steps if step.page]


def causes_of(data: bytes) -> list[LeftOut | None]:
    return [step.left_out for step in steps_of(data) if not step.page]


def expected(items: Iterable[Shot]) -> list[tuple[str, bytes]]:
    return [(shot.url, shot.body) for shot in items]


@pytest.mark.parametrize("step", [1, 7, 1 << 20])
@pytest.mark.parametrize("layout", ["plain", "members", "whole", "blocks"])
def test_every_layout_reads_the_same_and_goes_on_from_every_place(layout, step):
    items = shots(6)
    raw = [record(b"software: hand", kind="warcinfo", url=None, content_type="application/warc-fields")]
    raw += [shot_record(shot) for shot in items]
    plain = b"".join(raw)
    data = {
        "plain": plain,
        "members": members(*raw),
        "whole": gzip.compress(plain),
        # As bgzip does it: members that care nothing for records.
        "blocks": b"".join(gzip.compress(plain[start : start + 997]) for start in range(0, len(plain), 997)),
    }[layout]
    steps = steps_of(data, step=step)
    assert pages_of(steps) == expected(items)
    assert [one.left_out for one in steps] == [None] * 7
    for number, done in enumerate(steps):
        assert pages_of(steps_of(data, done.position, step=step)) == expected(items[number:])
    if layout == "members":
        offsets = [one.page.offset for one in steps if one.page]
        assert all(data[offset:].startswith(b"\x1f\x8b") for offset in offsets)
    if layout == "plain":
        offsets = [one.page.offset for one in steps if one.page]
        assert all(data[offset:].startswith(b"WARC/") for offset in offsets)


def test_a_file_without_an_end_of_line_after_the_last_record():
    items = shots(2)
    data = b"".join(map(shot_record, items)).rstrip(b"\r\n")
    assert pages_of(steps_of(data)) == expected(items)


@given(cut=st.integers(0, 10_000))
@hypothesis_settings(max_examples=60, deadline=None)
def test_of_a_file_that_is_cut_off_all_whole_records_are_read(cut):
    items = shots(5)
    raw = [gzip.compress(shot_record(shot), mtime=0) for shot in items]
    data = b"".join(raw)
    cut %= len(data)
    whole = sum(len(b"".join(raw[: number + 1])) <= cut for number in range(5))
    if not cut:
        return
    steps = steps_of(data[:cut]) if cut > 16 else []
    assert pages_of(steps) == expected(items[:whole])
    if steps and cut > len(b"".join(raw[:whole])):
        assert steps[-1].left_out is LeftOut.DAMAGED
        assert f"offset {len(b''.join(raw[:whole]))}" in (steps[-1].problem or "")


@given(where=st.integers(0, 10_000), change=st.integers(1, 255), can_seek=st.booleans())
@hypothesis_settings(max_examples=150, deadline=None)
def test_one_damaged_byte_costs_one_record(where, change, can_seek):
    items = shots(5)
    raw = [gzip.compress(shot_record(shot), mtime=0) for shot in items]
    data = bytearray(b"".join(raw))
    where %= len(data)
    if where < 16:
        return  # no WARC file any more, which is an error of its own
    data[where] ^= change
    found = pages_of(steps_of(bytes(data), can_seek=can_seek))
    assert set(found) <= set(expected(items)), "nothing but what was written"
    if can_seek:
        starts = [len(b"".join(raw[:number])) for number in range(6)]
        hit = max(number for number in range(5) if starts[number] <= where)
        rest = [one for number, one in enumerate(expected(items)) if number != hit]
        # Some bytes of a gzip header say nothing of the data.
        assert found in (rest, expected(items))


def test_damage_in_the_middle_of_an_uncompressed_file():
    items = shots(4)
    raw = [shot_record(shot) for shot in items]
    broken = raw[1].replace(b"Content-Length: ", b"Content-Length: x", 1)
    steps = steps_of(raw[0] + broken + raw[2] + raw[3])
    assert pages_of(steps) == expected([items[0], *items[2:]])
    (problem,) = [step.problem for step in steps if step.problem]
    assert problem.startswith(f"a.warc at offset {len(raw[0])}: ")
    short = record(http_message(items[1]), url=items[1].url, length=100)
    assert pages_of(steps_of(raw[0] + short + raw[2]))[-1] == expected(items)[2]
    garbage = raw[0] + b"\0" * 5000 + raw[2]
    assert pages_of(steps_of(garbage)) == expected([items[0], items[2]])


def test_a_record_that_is_shorter_than_it_says_does_not_swallow_the_next():
    items = shots(3)
    long = record(http_message(items[1]), url=items[1].url, length=1_000_000)
    steps = steps_of(members(shot_record(items[0]), long, shot_record(items[2])))
    assert pages_of(steps) == expected([items[0], items[2]])
    assert [step.left_out for step in steps] == [None, LeftOut.DAMAGED, None]


def test_garbage_between_members():
    items = shots(2)
    data = members(shot_record(items[0])) + b"\0" * 777 + members(shot_record(items[1]))
    steps = steps_of(data)
    assert pages_of(steps) == expected(items)
    assert sum(step.left_out is LeftOut.DAMAGED for step in steps) == 1


@pytest.mark.parametrize("write", [write_with_warcio, write_with_fastwarc])
def test_files_of_python_libraries(tmp_path, write):
    items = shots(4)
    data = write(tmp_path / "a.warc.gz", items).read_bytes()
    steps = steps_of(data)
    assert pages_of(steps) == expected(items)
    assert [step.page.fetched_at for step in steps if step.page] == [shot.date for shot in items]
    assert [step.left_out for step in steps if step.left_out] == []


def test_a_page_as_common_crawl_stores_it():
    """Nutch and StormCrawler undo what the server did to the body, and rename the headers that say so."""
    headers = [
        ("Content-Type", HTML),
        ("X-Crawl-Content-Encoding", "gzip"),
        ("X-Crawl-Transfer-Encoding", "chunked"),
        ("Content-Length", str(len(article(1)))),
    ]
    shot = Shot(page_url(1), at(5), article(1), headers=headers)
    more = {
        "WARC_IP_Address": "192.0.2.7",
        "WARC_Payload_Digest": sha1(shot.body),
        "WARC_Block_Digest": sha1(http_message(shot)),
        "WARC_Identified_Payload_Type": "text/html",
    }
    ((_, body),) = pages_of(steps_of(members(shot_record(shot, **more))))
    assert body == article(1)


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_chunked_bodies_are_put_together(line_end):
    """wget and Heritrix keep the bytes of the connection."""
    headers = [("Content-Type", HTML), ("Transfer-Encoding", "chunked")]
    for body in (chunked(article(1), line_end=line_end), article(1)):
        (step,) = steps_of(shot_record(Shot(page_url(1), at(5), body, headers=headers)))
        assert step.page
        assert step.page.message.body == article(1)
    whole = chunked(article(1))
    for cut in (whole[:-100], whole[: len(whole) // 2], whole[:200]):
        assert causes_of(shot_record(Shot(page_url(1), at(5), cut, headers=headers))) == [LeftOut.TRUNCATED]


@given(body=st.binary(max_size=3000), size=st.integers(1, 400))
@hypothesis_settings(max_examples=80, deadline=None)
def test_chunking_is_undone(body, size):
    message = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n" + chunked(body, size)
    assert parse_message(message).body == body
    with pytest.raises(CutOffError):
        parse_message(message[:-6] if body else message[:-5] + b"5\r\n")


def test_addresses_in_angle_brackets_and_folded_headers():
    wget = shot_record(shots(1)[0]).replace(page_url(1).encode(), f"<{page_url(1)}>".encode(), 1)
    folded = shot_record(shots(1)[0]).replace(b"WARC-Target-URI: ", b"WARC-Target-URI:\r\n ", 1)
    assert [url for url, _ in pages_of(steps_of(wget + folded))] == [page_url(1)] * 2


@pytest.mark.parametrize(
    ("cause", "data"),
    [
        (LeftOut.OTHER_HOST, shot_record(Shot("https://other.example/a", at(5), article(1)))),
        (LeftOut.OTHER_URL, shot_record(Shot(f"http://{HOST}/", at(5), article(1)))),
        (LeftOut.OTHER_URL, shot_record(Shot(f"https://{HOST}/feed.xml", at(5), article(1)))),
        (LeftOut.NOT_HTTP, record(b"x", url="dns:qasmara-times.example", kind="response", content_type="text/dns")),
        (LeftOut.NOT_HTTP, record(article(1), kind="resource", content_type="text/html")),
        (LeftOut.NOT_HTTP, shot_record(shots(1)[0]).replace(b"HTTP/1.1 200", b"GARBAGE 200?", 1)),
        (LeftOut.REVISIT, record(b"HTTP/1.1 200 OK\r\n\r\n", kind="revisit")),
        (LeftOut.OTHER_STATUS, shot_record(Shot(page_url(1), at(5), article(1), "404 Not Found"))),
        (LeftOut.OTHER_STATUS, shot_record(Shot(page_url(1), at(5), b"", "304 Not Modified"))),
        (
            LeftOut.OTHER_TYPE,
            shot_record(Shot(page_url(1), at(5), b"\x89PNG", headers=[("Content-Type", "image/png")])),
        ),
        (LeftOut.OTHER_TYPE, shot_record(Shot(page_url(1), at(5), b"\x89PNG", headers=[]))),
        (
            LeftOut.OTHER_TYPE,
            shot_record(Shot(f"https://{HOST}/robots.txt", at(5), b"a", headers=[("Content-Type", "text/plain")])),
        ),
        (LeftOut.TRUNCATED, shot_record(shots(1)[0], WARC_Truncated="length")),
        (LeftOut.TRUNCATED, shot_record(shots(1)[0], WARC_Segment_Number="1")),
        (LeftOut.DAMAGED, shot_record(shots(1)[0]).replace(b"WARC-Date: 2019", b"WARC-Date: 9019", 1)),
        (LeftOut.DAMAGED, shot_record(shots(1)[0]).replace(b"WARC-Date: 2019", b"WARC-Date: yyyy", 1)),
    ],
)
def test_each_cause_of_leaving_a_record_out(cause, data):
    assert causes_of(data + shot_record(shots(1, 7)[0])) == [cause]
    assert [url for url, _ in pages_of(steps_of(data + shot_record(shots(1, 7)[0])))] == [page_url(7)]


@pytest.mark.parametrize("status", ["HTTP/2 200", "HTTP/2.0 200 OK", "HTTP/1.0 203 Non-Authoritative", "HTTP/3 200 "])
def test_status_lines_of_newer_and_older_protocols(status):
    data = shot_record(shots(1)[0]).replace(b"HTTP/1.1 200 OK", status.encode(), 1)
    length = f"Content-Length: {len(http_message(shots(1)[0])) + len(status) - len('HTTP/1.1 200 OK')}"
    data = data.replace(f"Content-Length: {len(http_message(shots(1)[0]))}".encode(), length.encode(), 1)
    assert pages_of(steps_of(data)) == expected(shots(1))


def test_a_page_without_a_type_is_known_by_its_looks():
    shot = Shot(page_url(1), at(5), b"\xef\xbb\xbf\n<!-- x -->\n" + article(1), headers=[("Server", "x")])
    assert len(pages_of(steps_of(shot_record(shot)))) == 1


def test_content_encoding_stays_as_it_is():
    body = gzip.compress(article(1))
    shot = Shot(page_url(1), at(5), body, headers=[("Content-Type", HTML), ("Content-Encoding", "gzip")])
    (step,) = steps_of(shot_record(shot))
    assert step.page
    assert step.page.message.body == body
    assert step.page.message.header(b"content-encoding") == "gzip"


def test_a_large_record_is_passed_over_in_small_steps():
    big = Shot(page_url(1), at(5), b"x" * (SOURCE.limits.max_bytes + 100_000))
    data = members(shot_record(big), shot_record(shots(1, 2)[0]))
    assert causes_of(data) == [LeftOut.TOO_LARGE]
    assert [url for url, _ in pages_of(steps_of(data))] == [page_url(2)]
    inflated = Inflated(BytesStream(gzip.compress(b"WARC/1.0\r\n" + b"\0" * 50_000_000)), Position(), "a")
    largest = 0
    while inflated.skip(1 << 16):
        largest = max(largest, len(inflated._buffer))
    assert largest < 17_000_000


@pytest.mark.parametrize(
    ("data", "remedy"),
    [
        (b"\x28\xb5\x2f\xfd" + b"\0" * 50, "zstd -dc FILE"),
        (b"filedesc://a.arc 0.0.0.0 19970101000000 text/plain 77\n", "warcio recompress"),
        (b"PK\x03\x04" + b"\0" * 50, "WACZ"),
        (b"<html>not a WARC</html>", "is no WARC file"),
    ],
)
def test_files_of_other_formats_are_named(data, remedy):
    with pytest.raises(ForeignFileError, match=remedy) as raised:
        steps_of(data)
    assert str(raised.value).startswith("a.warc ")


def test_a_gzip_file_that_holds_no_records_is_damage():
    assert [step.left_out for step in steps_of(gzip.compress(b"hello\nworld\n"))] == [LeftOut.DAMAGED]


def test_an_empty_file_has_no_records():
    assert steps_of(b"") == []


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2019-03-05T12:00:00Z", at(5)),
        ("2019-03-05T12:00:00.123456Z", at(5).replace(microsecond=123456)),
        ("2019-03-05T12:00:00.123456789Z", at(5).replace(microsecond=123456)),
        ("2019-03-05T14:00:00+02:00", at(5)),
        ("20190305120000", at(5)),
        ("2019-03", None),
        ("", None),
    ],
)
def test_dates(text, instant):
    assert parse_date(text) == instant


def test_the_head_of_a_record_is_bounded():
    endless = b"WARC/1.0\r\n" + b"X-A: b\r\n" * 20_000
    found = list(read_records(Inflated(BytesStream(endless), Position(), "a"), lambda _: True))
    assert [type(one) for one in found] == [Damage]
    line = b"WARC/1.0\r\nX-A: " + b"b" * 1_000_000
    assert [type(one) for one in read_records(Inflated(BytesStream(line), Position(), "a"), lambda _: True)] == [Damage]
    fine = list(read_records(Inflated(BytesStream(shot_record(shots(1)[0])), Position(), "a"), lambda _: False))
    assert [type(one) for one in fine] == [Record]


def test_wget_is_here():
    """The test of its files, in test_import.py, is left out where it is not: `apt-get install wget`."""
    if shutil.which("wget") is None:
        pytest.skip("wget is not installed")


def test_folder_of_the_tests_holds_no_foreign_archive():
    assert not list(Path(__file__).parent.glob("*.warc*"))
