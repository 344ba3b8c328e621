"""The archive: what is written reads back, standard tools find no error, and what a kill leaves stops no batch."""

from __future__ import annotations

import gzip
import subprocess
import sys
import tracemalloc
import uuid
import zlib
from dataclasses import replace
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
import fsspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import (
    ArchivedResponse,
    ArchivePointer,
    ArchiveWriter,
    BodyError,
    BodyTooLargeError,
    HttpExchange,
    capture_metadata,
    decode_body,
    read_rendered,
    read_response,
    salvage_folder,
)
from crawler.errors import ArchiveError
from crawler.records import Capture, DiscoveredVia
from crawler.urls import url_key

FOLDER = "warc/2026/11/23/run-000"
NOW = datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=timezone.utc)


def make_capture(url: str = "https://example.org/a", **fields: Any) -> Capture:
    key = url_key(url)
    return Capture.model_validate(
        {
            "source_id": "example",
            "url": url,
            "canonical_url": url,
            "url_key": key,
            "final_url": url,
            "final_canonical_url": url,
            "final_url_key": key,
            "redirects": ("https://example.org/before",),
            "discovered_via": DiscoveredVia.FEED,
            "discovered_at": NOW,
            "hint_title": "Ceasefire – وقف إطلاق النار",
            "fetched_at": NOW,
            "http_status": 200,
            "archive_file": "unset",
            "archive_offset": 0,
            "archive_length": 1,
            "payload_sha256": "0" * 64,
            "payload_bytes": 0,
            **fields,
        }
    )


def write(writer: ArchiveWriter, capture: Capture, body: bytes, **fields: Any) -> Capture:
    exchange = HttpExchange(
        url=capture.final_url, fetched_at=capture.fetched_at, status=capture.http_status, body=body, **fields
    )
    return capture.model_copy(update=vars(writer.write(exchange, capture_metadata(capture))))


def assert_tools_find_no_error(*paths: Path) -> None:
    tools = Path(sys.executable).parent
    assert paths
    for path in paths:
        for command in (["warcio", "check"], ["fastwarc", "check", "-q", "-p"]):
            run = subprocess.run([tools / command[0], *command[1:], path], capture_output=True, text=True, check=False)
            assert run.returncode == 0, f"{command}: {run.stdout}{run.stderr}"
            assert "without digest" not in run.stdout, run.stdout


def test_exchange_reads_back_and_tools_find_no_error(tmp_path: Path) -> None:
    writer = ArchiveWriter(str(tmp_path), FOLDER, tmp_path / "spool")
    body = gzip.compress(b"<p>12 killed</p>")
    written = [
        write(
            writer,
            make_capture(f"https://example.org/{n}?q=a"),
            body,
            request_headers=[(b"User-Agent", b"Dateline")],
            response_headers=[
                (b"Content-Encoding", b"gzip"),
                (b"Transfer-Encoding", b"chunked"),
                (b"Set-Cookie", b"a=1"),
                (b"Set-Cookie", b"b=\xe9"),
            ],
            ip_address="192.0.2.7",
        )
        for n in range(3)
    ]
    writer.close()
    path = tmp_path / FOLDER / "00001.warc.gz"
    assert [capture.archive_file for capture in written] == [f"{FOLDER}/00001.warc.gz"] * 3
    assert_tools_find_no_error(path)
    for capture in written:
        response = read_response(str(tmp_path), capture)
        assert (response.status, response.body, response.url) == (200, body, capture.final_url)
        assert response.header("transfer-encoding") is None
        assert response.header("set-cookie") == "a=1, b=é"
        assert decode_body(response, 1000) == b"<p>12 killed</p>"
    kinds = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            kinds.append(record.rec_type)
            if record.rec_type == "response":
                assert record.rec_headers.get_header("WARC-IP-Address") == "192.0.2.7"
                assert record.rec_headers.get_header("WARC-Date") == "2026-11-23T01:02:03.456789Z"
                assert record.content_stream().read() == b"<p>12 killed</p>"
            if record.rec_type == "request":
                assert record.http_headers.get_header("Host") == "example.org"
    assert kinds == ["warcinfo"] + ["request", "response", "metadata"] * 3
    assert salvage_folder(str(tmp_path), FOLDER, tmp_path / "spool") == written


header_text = st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters=":"), max_size=20)
headers = st.lists(
    st.tuples(
        st.from_regex(r"X-[A-Za-z0-9-]{1,12}", fullmatch=True).map(str.encode),
        header_text.map(lambda text: text.strip().encode("latin-1")),
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.binary(max_size=3000), headers, st.integers(200, 599)), min_size=1, max_size=4))
def test_whatever_is_written_reads_back(tmp_path: Path, exchanges: list[Any]) -> None:
    folder = f"warc/{uuid.uuid4()}"
    writer = ArchiveWriter(str(tmp_path), folder, tmp_path / "spool", max_file_bytes=4000)
    written = [
        write(writer, make_capture(http_status=status), body, response_headers=sent) for body, sent, status in exchanges
    ]
    writer.close()
    for capture, (body, sent, status) in zip(written, exchanges, strict=True):
        response = read_response(str(tmp_path), capture)
        assert (response.body, response.status) == (body, status)
        assert [(n.encode("latin-1"), v.encode("latin-1")) for n, v in response.headers] == sent
    assert salvage_folder(str(tmp_path), folder, tmp_path / "spool") == written


def test_new_writer_starts_a_new_file_and_full_files_rotate(tmp_path: Path) -> None:
    for _ in range(2):
        writer = ArchiveWriter(str(tmp_path), FOLDER, tmp_path / "spool", max_file_bytes=1)
        for _ in range(2):
            write(writer, make_capture(), b"x")
        writer.close()
    names = sorted(path.name for path in (tmp_path / FOLDER).iterdir())
    assert names == [f"{n:05d}.warc.gz" for n in (1, 2, 3, 4)]
    assert_tools_find_no_error(tmp_path / FOLDER / names[3])


def test_every_torn_tail_is_cut_to_whole_exchanges(tmp_path: Path) -> None:
    writer = ArchiveWriter(str(tmp_path), FOLDER, tmp_path / "spool")
    captures = []
    ends = []
    path = tmp_path / FOLDER / "00001.warc.gz"
    for n in range(2):
        captures.append(write(writer, make_capture(f"https://example.org/{n}"), b"body %d" % n))
        ends.append(path.stat().st_size)
    writer.close()
    whole = path.read_bytes()
    cut_points = [*range(0, len(whole), 37), ends[0], ends[0] + 1, ends[1] - 1]
    for cut in cut_points:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(whole[:cut])
        expected = [capture for capture, end in zip(captures, ends, strict=True) if end <= cut]
        assert salvage_folder(str(tmp_path), FOLDER, tmp_path / "spool") == expected
        assert path.exists() == bool(expected)
        if expected:
            assert path.stat().st_size == ends[len(expected) - 1]
    path.write_bytes(whole[: ends[1] - 1])
    salvage_folder(str(tmp_path), FOLDER, tmp_path / "spool")
    assert_tools_find_no_error(path)


def test_garbage_is_set_aside_and_an_empty_file_removed(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    writer = ArchiveWriter(str(tmp_path), FOLDER, tmp_path / "spool")
    capture = write(writer, make_capture(), b"x")
    writer.close()
    (folder / "00002.warc.gz").write_bytes(b"")
    (folder / "00003.warc.gz").write_bytes(b"<html>not a WARC</html>")
    (folder / "00004.warc.gz").write_bytes(gzip.compress(b"neither"))
    assert salvage_folder(str(tmp_path), FOLDER, tmp_path / "spool") == [capture]
    assert sorted(path.name for path in folder.iterdir()) == [
        "00001.warc.gz",
        "00003.warc.gz.unreadable",
        "00004.warc.gz.unreadable",
    ]
    assert salvage_folder(str(tmp_path), "warc/none", tmp_path / "spool") == []


@pytest.mark.parametrize("damage", ["changed", "missing", "cut", "elsewhere"])
def test_lost_or_wrong_bytes_name_file_and_offset(tmp_path: Path, damage: str) -> None:
    writer = ArchiveWriter(str(tmp_path), FOLDER, tmp_path / "spool")
    capture = write(writer, make_capture(), b"twelve")
    other = write(writer, make_capture(), b"twenty-one")
    writer.close()
    path = tmp_path / FOLDER / "00001.warc.gz"
    if damage == "changed":
        data = bytearray(path.read_bytes())
        data[capture.archive_offset + capture.archive_length // 2] ^= 0xFF
        path.write_bytes(data)
    elif damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[: capture.archive_offset + 20])
    else:
        capture = capture.model_copy(
            update={"archive_offset": other.archive_offset, "archive_length": other.archive_length}
        )
    with pytest.raises(ArchiveError, match=rf"00001.warc.gz at offset {capture.archive_offset}"):
        read_response(str(tmp_path), capture)


def test_pointer_cannot_leave_the_archive(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="not a name inside"):
        read_response(str(tmp_path), make_capture(archive_file="../secret"))


def test_object_store_is_uploaded_to_and_a_left_spool_is_salvaged(tmp_path: Path) -> None:
    url = f"memory://archive-{uuid.uuid4()}"
    spool = tmp_path / "spool"
    writer = ArchiveWriter(url, FOLDER, spool, max_file_bytes=1)
    first = write(writer, make_capture(), b"first")
    assert list(spool.iterdir()) == []
    assert read_response(url, first).body == b"first"
    killed = ArchiveWriter(url, FOLDER, spool)
    second = write(killed, make_capture("https://example.org/b"), b"second")
    left = spool / "00002.warc.gz"
    left.write_bytes(left.read_bytes() + b"\x1f\x8btorn")
    with pytest.raises(ArchiveError):
        read_response(url, second)
    assert salvage_folder(url, FOLDER, spool) == [first, second]
    assert read_response(url, second).body == b"second"
    assert list(spool.iterdir()) == []
    assert salvage_folder(url, FOLDER, spool) == [first, second]
    copy = tmp_path / "copy.warc.gz"
    copy.write_bytes(fsspec.open(f"{url}/{FOLDER}/00002.warc.gz").open().read())
    assert_tools_find_no_error(copy)
    third = ArchiveWriter(url, FOLDER, spool)
    assert write(third, make_capture(), b"third").archive_file.endswith("00003.warc.gz")


def test_failed_write_says_so_and_leaves_a_readable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = ArchiveWriter(str(tmp_path), FOLDER, tmp_path / "spool")
    capture = write(writer, make_capture(), b"kept")

    class FullDisk(BytesIO):
        def write(self, data: Any) -> int:
            (tmp_path / FOLDER / "00001.warc.gz").open("ab").write(bytes(data)[:10])
            raise OSError(28, "No space left on device")

        def tell(self) -> int:
            return (tmp_path / FOLDER / "00001.warc.gz").stat().st_size

    assert writer._open is not None
    monkeypatch.setattr(writer, "_open", replace(writer._open, file=FullDisk()))
    with pytest.raises(ArchiveError, match="No space left"):
        write(writer, make_capture(), b"lost")
    assert_tools_find_no_error(tmp_path / FOLDER / "00001.warc.gz")
    assert salvage_folder(str(tmp_path), FOLDER, tmp_path / "spool") == [capture]


def response_of(coding: str, body: bytes) -> ArchivedResponse:
    return ArchivedResponse("https://example.org/", 200, body, (("Content-Encoding", coding),))


PAGE = b"<p>page</p>" * 500
RAW_DEFLATE = zlib.compress(PAGE)[2:-4]


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("x-gzip", gzip.compress(PAGE[:50]) + gzip.compress(PAGE[50:])),
        ("GZIP", gzip.compress(PAGE) + b"\0\0padding"),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", RAW_DEFLATE),
        ("br", brotli.compress(PAGE)),
        ("gzip, br", brotli.compress(gzip.compress(PAGE))),
        ("identity", PAGE),
        ("utf-8", PAGE),
        ("", PAGE),
    ],
)
def test_content_encodings_are_undone_within_bounds(coding: str, body: bytes) -> None:
    assert decode_body(response_of(coding, body), len(PAGE)) == PAGE
    with pytest.raises(BodyTooLargeError):
        decode_body(response_of(coding, body), len(PAGE) - 1)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PAGE)[:-9]),
        ("gzip", PAGE),
        ("br", brotli.compress(PAGE)[:-3]),
        ("br", PAGE),
        ("deflate", RAW_DEFLATE[:-4]),
        ("zstd", PAGE),
    ],
)
def test_undecodable_bodies_are_errors(coding: str, body: bytes) -> None:
    with pytest.raises(BodyError):
        decode_body(response_of(coding, body), 1_000_000)


@pytest.mark.parametrize("pack", [gzip.compress, brotli.compress, zlib.compress])
def test_bombs_stop_at_the_bound(pack: Any) -> None:
    coding = {"gzip": "gzip", "brotli": "br", "_brotli": "br"}.get(pack.__module__, "deflate")
    bomb = response_of(coding, pack(b"\0" * 50_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(BodyTooLargeError):
            decode_body(bomb, 1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_unusable_address_is_one_clear_message(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="DATELINE_ARCHIVE_URL='nonsense://x'"):
        ArchiveWriter("nonsense://x", FOLDER, tmp_path)


def test_pointer_names_the_response_record_alone(tmp_path: Path) -> None:
    writer = ArchiveWriter(str(tmp_path), FOLDER, tmp_path / "spool")
    capture = write(writer, make_capture(), b"body")
    writer.close()
    data = (tmp_path / capture.archive_file).read_bytes()
    span = data[capture.archive_offset : capture.archive_offset + capture.archive_length]
    records = [record.rec_type for record in ArchiveIterator(BytesIO(span))]
    assert records == ["response"]
    assert isinstance(writer.write(HttpExchange("https://x.org/", NOW, 200), {}), ArchivePointer)


def test_a_rendered_page_stands_beside_its_response(tmp_path: Path) -> None:
    writer = ArchiveWriter(str(tmp_path), FOLDER, tmp_path / "spool")
    shell, drawn = b"<div id=root></div>", "<div id=root><p>قتل 12 شخصاً</p></div>".encode()
    plain = write(writer, make_capture("https://example.org/plain"), b"<p>plain</p>")
    capture = write(writer, make_capture(), shell, rendered=drawn)
    writer.close()
    assert_tools_find_no_error(tmp_path / FOLDER / "00001.warc.gz")
    assert read_response(str(tmp_path), capture).body == shell
    assert read_rendered(str(tmp_path), capture, 1000) == drawn
    assert read_rendered(str(tmp_path), plain, 1000) is None
    assert salvage_folder(str(tmp_path), FOLDER, tmp_path / "spool") == [plain, capture]
    with pytest.raises(BodyTooLargeError, match="more than 10"):
        read_rendered(str(tmp_path), capture, 10)
    with pytest.raises(ArchiveError, match="is not the rendered page of"):
        read_rendered(str(tmp_path), capture.model_copy(update={"rendered_sha256": "0" * 64}), 1000)
