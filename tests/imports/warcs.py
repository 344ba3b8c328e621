"""WARC files as different tools write them, of pages that we invented."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from uuid import uuid4

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

HOST = "qasmara-times.example"
HTML = "text/html; charset=utf-8"


def at(day: int, hour: int = 12, year: int = 2019, month: int = 3) -> datetime:
    return datetime(year, month, day, hour, tzinfo=timezone.utc)


def article(number: int, *, killed: int = 12, day: int = 5) -> bytes:
    """A news page of which clean makes an article."""
    paragraphs = "".join(
        f"<p>{text}</p>"
        for text in (
            f"At least {killed} people were killed on Monday when shells hit the market of Tel Harun, the hospital of "
            f"the town said in its report number {number}, and dozens more were brought in with wounds from splinters.",
            "Witnesses said that the shelling began shortly before noon, when the market was full, and lasted half "
            "an hour. The council of the town asked the inhabitants to stay at home and to keep the roads open.",
            "The army of the province denied that it had fired on the town. Observers of the truce are to visit "
            "the place on Tuesday, a spokeswoman said, and hear the families of those who died.",
        )
    )
    return (
        f"<!doctype html><html lang='en'><head><title>Market of Tel Harun shelled, report {number}</title>"
        f"<meta property='og:type' content='article'>"
        f"<meta property='article:published_time' content='2019-03-{day:02}T09:30:00Z'></head>"
        f"<body><article><h1>Market of Tel Harun shelled, report {number}</h1>{paragraphs}</article></body></html>"
    ).encode()


def page_url(number: int, host: str = HOST) -> str:
    return f"https://{host}/news/{number}"


@dataclass
class Shot:
    """One response as some tool captured it."""

    url: str
    date: datetime
    body: bytes
    status: str = "200 OK"
    headers: list[tuple[str, str]] = field(default_factory=lambda: [("Content-Type", HTML)])


def shots(count: int, first: int = 1) -> list[Shot]:
    return [Shot(page_url(n), at(1 + n % 28), article(n)) for n in range(first, first + count)]


def write_with_warcio(path: Path, items: Iterable[Shot], *, gzipped: bool = True) -> Path:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=gzipped)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "warcio"}))
        for shot in items:
            headers = StatusAndHeaders(shot.status, shot.headers, protocol="HTTP/1.1")
            date = {"WARC-Date": f"{shot.date:%Y-%m-%dT%H:%M:%SZ}"}
            record = writer.create_warc_record(
                shot.url, "response", payload=io.BytesIO(shot.body), http_headers=headers, warc_headers_dict=date
            )
            writer.write_request_response_pair(
                writer.create_warc_record(
                    shot.url,
                    "request",
                    http_headers=StatusAndHeaders("GET / HTTP/1.1", [("Host", HOST)], is_http_request=True),
                ),
                record,
            )
    return path


def write_with_fastwarc(path: Path, items: Iterable[Shot]) -> Path:
    out = GzipWriter(path.open("wb"))
    for shot in items:
        record = WarcRecord()
        record.init_headers(WarcRecordType.response, record_urn=str(uuid4()).encode())
        record.headers["WARC-Target-URI"] = shot.url
        record.headers["WARC-Date"] = f"{shot.date:%Y-%m-%dT%H:%M:%S.%fZ}"
        record.headers["Content-Type"] = "application/http; msgtype=response"
        record.set_bytes_content(http_message(shot))
        record.write(out, checksum_data=True)
    out.close()
    return path


def write_with_wget(path: Path, urls: list[str], *options: str) -> Path:
    """`path` ends in .warc.gz, or in .warc with the option --no-warc-compression."""
    stem = str(path).removesuffix(".gz").removesuffix(".warc")
    command = ["wget", "-q", "-O", "/dev/null", "--no-proxy", f"--warc-file={stem}", *options, *urls]
    subprocess.run(command, check=False, cwd=path.parent, timeout=60)
    return path


def http_message(shot: Shot) -> bytes:
    lines = [f"HTTP/1.1 {shot.status}", *(f"{name}: {value}" for name, value in shot.headers)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + shot.body


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def record(
    block: bytes,
    *,
    kind: str = "response",
    url: str | None = page_url(1),
    date: str = "2019-03-05T12:00:00Z",
    version: str = "WARC/1.0",
    content_type: str = "application/http; msgtype=response",
    length: int | None = None,
    **more: str,
) -> bytes:
    """The bytes of one record, written out by hand."""
    lines = [version, f"WARC-Type: {kind}", f"WARC-Record-ID: <urn:uuid:{uuid4()}>", f"WARC-Date: {date}"]
    if url is not None:
        lines.append(f"WARC-Target-URI: {url}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
    lines += [f"Content-Type: {content_type}", f"Content-Length: {len(block) if length is None else length}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def shot_record(shot: Shot, **more: str) -> bytes:
    return record(http_message(shot), url=shot.url, date=f"{shot.date:%Y-%m-%dT%H:%M:%SZ}", **more)


def members(*records: bytes) -> bytes:
    """A file with a gzip member a record."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def chunked(body: bytes, size: int = 300, line_end: bytes = b"\r\n") -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x" % len(part) + line_end + part + line_end for part in parts) + b"0" + line_end * 2
