"""`dateline show`: one article with the evidence it rests on, down to the archived bytes."""

from __future__ import annotations

import dataclasses
import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import partial
from typing import Any

import click
from psycopg2.extras import RealDictCursor

from crawler.archive import ArchivedResponse, BodyError, decode_body
from crawler.archive.reader import read_span
from crawler.cli.known_sources import known_sources
from crawler.cli.output_file import is_stdout, write_output
from crawler.cli.show_page import DifferencePage, ShowPage
from crawler.config import Settings, load_settings
from crawler.database import connect
from crawler.database.asking import Ask, ask_with
from crawler.errors import ArchiveError, ConfigError
from crawler.evidence.article import ArticleEvidence, read_article, read_version
from crawler.evidence.exchange import exchange_records
from crawler.evidence.finding import find_articles
from crawler.evidence.proof import Proof, Verdict, prove
from crawler.local.session import ready_database
from crawler.tables import output_console, plain_text

_MAX_PAGE_BYTES = 1 << 30


@click.command(short_help="Show an article and the bytes it rests on.")
@click.argument("article", metavar="ARTICLE")
@click.option("--version", "version_number", type=click.IntRange(1, 2**31 - 1), help="This version, not the current.")
@click.option("--source", "source_id", metavar="ID", help="The article of this source, where several have the address.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--text", "as_text", is_flag=True, help="Print the text only.")
@click.option(
    "--diff",
    "compared",
    nargs=2,
    type=click.IntRange(1, 2**31 - 1),
    metavar="A B",
    help="Show how version B differs from version A.",
)
@click.option(
    "--html",
    "html_file",
    metavar="FILE",
    help="Write the archived page: as the browser got it, compression undone, in its own character set; or as a "
    "browser drew it, where that is what was read.",
)
@click.option(
    "--raw", "raw_file", metavar="FILE", help="Write the payload as it was sent: the bytes that payload_sha256 is of."
)
@click.option(
    "--warc", "warc_file", metavar="FILE", help="Write the WARC records of the response, with its request, untouched."
)
@click.option("--force", is_flag=True, help="Write bytes that are not those that were captured, too.")
def show(
    article: str,
    version_number: int | None,
    source_id: str | None,
    as_json: bool,
    as_text: bool,
    compared: tuple[int, int] | None,
    html_file: str | None,
    raw_file: str | None,
    warc_file: str | None,
    force: bool,
) -> None:
    """Show ARTICLE with the evidence it rests on: each field with its origin, its versions, its place in the archive.

    ARTICLE is an article_id or an address. The archived response is read and compared with what was captured: exit
    status 1 when it is not the same, or not there. FILE may be - for the standard output.
    """
    files = {name: file for name, file in (("html", html_file), ("raw", raw_file), ("warc", warc_file)) if file}
    if sum((as_json, as_text, bool(compared), bool(files))) > 1:
        raise ConfigError("--json, --text, --diff and the options that write files are different answers: ask for one")
    if sum(is_stdout(file) for file in files.values()) > 1:
        raise ConfigError("only one of --html, --raw and --warc can go to the standard output")
    asked = article.strip()
    if not asked.isdecimal() and "://" not in asked:
        asked = f"https://{asked}"
    with _asking() as (settings, ask):
        article_id = _choose(ask, settings, asked, source_id)
        if compared:
            pair = [_version(ask, article_id, number) for number in compared]
            DifferencePage(output_console()).show(article_id, *pair)
            return
        found = read_article(ask, article_id, version_number)
        if found is None:
            raise _no_version(article_id, version_number, _versions(ask, article_id))
    if as_text:
        _print_text(found.version["text"])
        return
    proof = prove(found.kept, settings.archive_url, partial(read_span, settings.archive_url))
    if files:
        _write(settings, found, proof, files, force)
    elif as_json:
        click.echo(json.dumps(_as_json(settings, found, proof), indent=2, default=_plain, ensure_ascii=False))
    else:
        ShowPage(output_console(), settings.archive_url, datetime.now(timezone.utc)).show(found, proof)
    if proof.verdict is not Verdict.OK:
        raise SystemExit(1)


@contextmanager
def _asking() -> Iterator[tuple[Settings, Ask]]:
    with ready_database(load_settings()) as settings:
        connection = connect(settings)
        try:
            with connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
                # All answers are of one moment, whatever is loaded meanwhile.
                cursor.execute("set transaction isolation level repeatable read, read only")
                yield settings, ask_with(cursor)
        finally:
            connection.close()


def _choose(ask: Ask, settings: Settings, asked: str, source_id: str | None) -> int:
    """The one article that is meant. Raises ConfigError where there is none, or more than one."""
    sources = {} if asked.isdecimal() else known_sources(settings, ask, source_id)
    found = find_articles(ask, asked, sources)
    found = [row for row in found if source_id in (None, row["source_id"])]
    if not found:
        of_source = f" of {source_id}" if source_id else ""
        if asked.isdecimal():
            raise ConfigError(f"there is no article {asked}{of_source} in this database")
        told = f"no article{of_source} has the address {asked}: `dateline explain {shlex.quote(asked)}` says why"
        raise ConfigError(told)
    if len(found) > 1:
        listed = "; ".join(f"{row['article_id']} ({row['source_id']}): {row['title']}" for row in found)
        raise ConfigError(f"{len(found)} articles have the address {asked}; name one by its number: {listed}")
    number: int = found[0]["article_id"]
    return number


def _version(ask: Ask, article_id: int, number: int) -> dict[str, Any]:
    version = read_version(ask, article_id, number)
    if version is None:
        raise _no_version(article_id, number, _versions(ask, article_id))
    return version


def _versions(ask: Ask, article_id: int) -> list[int]:
    return sorted(row["version_number"] for row in ask("explain_versions", article_id=article_id))


def _no_version(article_id: int, number: int | None, known: list[int]) -> ConfigError:
    has = "version 1 only" if known == [1] else f"versions 1 to {known[-1]}"
    return ConfigError(f"article {article_id} has no version {number}: it has {has}")


def _print_text(text: str) -> None:
    """Without what a terminal obeys where one listens; a file or another program gets every character."""
    click.echo(plain_text(text).plain if sys.stdout.isatty() else text)


def _write(settings: Settings, found: ArticleEvidence, proof: Proof, files: dict[str, str], force: bool) -> None:
    """Write what was asked for. Raises ArchiveError where it is not proved, and nobody insists."""
    response = proof.response
    if response is None or (proof.problem and not force):
        insist = "" if response is None else ". --force writes it all the same"
        raise ArchiveError(f"nothing was written. {proof.problem}{insist}")
    for kind, file in files.items():
        content, what = _content(settings, found, proof, response, kind)
        write_output(file, content)
        proved = "verified" if proof.verdict is Verdict.OK else "NOT verified"
        click.echo(f"{file}: {len(content):,} bytes, {what}; {proved}", err=True)
    if proof.problem:
        raise ArchiveError(proof.problem)


def _content(
    settings: Settings, found: ArticleEvidence, proof: Proof, response: ArchivedResponse, kind: str
) -> tuple[bytes, str]:
    sent_as = response.header("Content-Type") or "no Content-Type"
    if kind == "warc":
        read = partial(read_span, settings.archive_url)
        return exchange_records(found.kept, proof, read), "WARC records as they are in the archive"
    if kind == "raw":
        encoding = response.header("Content-Encoding")
        return response.body, f"the payload as it was sent ({sent_as}{f', {encoding}' if encoding else ''})"
    if proof.rendered is not None:
        return proof.rendered, "the page as a browser drew it (text/html; charset=utf-8)"
    try:
        return decode_body(response, _MAX_PAGE_BYTES), f"the page as it was sent ({sent_as})"
    except BodyError as error:
        raise ArchiveError(f"{found.kept.url}: {error}: --raw writes the payload as it was sent") from error


def _as_json(settings: Settings, found: ArticleEvidence, proof: Proof) -> dict[str, object]:
    response = proof.response
    hidden = ("text", "origins", "confidences")
    return {
        "article": found.article,
        "version": {name: value for name, value in found.version.items() if name not in hidden},
        "fields": [dataclasses.asdict(field) for field in found.fields],
        "versions": [{name: value for name, value in row.items() if name != "text"} for row in found.versions],
        "events": found.events,
        "story": found.story,
        "evidence": {
            "archive_url": settings.archive_url,
            **dataclasses.asdict(found.kept),
            "verdict": proof.verdict,
            "problem": proof.problem,
            "is_verified": proof.verdict is Verdict.OK,
            "found_sha256": proof.found_sha256,
            "found_bytes": None if response is None else len(response.body),
            "found_status": None if response is None else response.status,
            "found_headers": None if response is None else response.headers,
            "warc_headers": None if proof.record is None else proof.record.headers,
        },
    }


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
