"""`dateline extract`: what clean makes of a page, without a crawl or a database."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import click


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--url", default="", help="Address that the page came from: evidence for dates and links.")
@click.option("--content-type", help="Media type of the files, as in text/plain; else by ending and content.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    show_default="one a core",
    help="Processes that the filter works with.",
)
@click.option(
    "--learn",
    "learns",
    is_flag=True,
    help="Read all of the input first, learn what the pages of each host have in common, and go by that.",
)
@click.option("--text", "text_only", is_flag=True, help="Print title and text alone.")
@click.option(
    "--explain", is_flag=True, help="Write an HTML page that shows what became of each line of FILE, and why."
)
@click.option(
    "--to", "target", type=click.Path(path_type=Path, dir_okay=False), help="File for --explain; else standard output."
)
def extract(
    files: tuple[Path, ...],
    url: str,
    content_type: str | None,
    workers: int,
    learns: bool,
    text_only: bool,
    explain: bool,
    target: Path | None,
) -> None:
    """Extract articles from FILES, or as a filter.

    Without FILES, reads JSON Lines {"id": …, "url": …, "html": …} from standard input and writes JSON Lines {"id": …,
    "title": …, "authors": […], "published_at": …, "language": …, "text": …, …} to standard output, in the same order.
    A page that is no article has "outcome": "rejected" with its reason; so has one that takes more than 5 seconds or
    500 MB. Exit status 1 if a file or line could not be read.
    """
    from crawler.clean.extract_filter import extract_files, extract_lines  # which --help need not wait for

    if target and not explain:
        raise click.UsageError("--to goes with --explain.")
    logging.disable(logging.CRITICAL)  # the libraries' remarks on single pages
    output = sys.stdout.buffer
    if files and learns:
        raise click.UsageError("--learn tells sites apart by the addresses of pages: give it JSON Lines, and no files")
    if explain:
        if len(files) != 1 or text_only:
            raise click.UsageError("--explain takes one FILE, and no --text.")
        if target is None and sys.stdout.isatty():
            raise click.UsageError("--explain writes HTML: name a file for it with --to page.html.")
        _explain_file(files[0], url, content_type, target)
        return
    if files:
        raise SystemExit(
            extract_files(files, output, sys.stderr, url=url, content_type=content_type, text_only=text_only)
        )
    if sys.stdin.isatty():
        click.echo("Reading JSON Lines; Ctrl-D ends. For a page in a file: dateline extract FILE", err=True)
    if learns:
        from crawler.clean.extract_learning import extract_learning

        raise SystemExit(extract_learning(sys.stdin.buffer, output, sys.stderr, workers=workers))
    raise SystemExit(extract_lines(sys.stdin.buffer, output, sys.stderr, workers=workers))


def _explain_file(path: Path, url: str, content_type: str | None, target: Path | None) -> None:
    from crawler.clean.explain import explain_page
    from crawler.clean.rows import type_of

    try:
        payload = path.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be read: {error.strerror}") from None
    explained = explain_page(payload, url=url, content_type=content_type or type_of(path), name=path.name).encode(
        "utf-8", "replace"
    )
    if target is None:
        sys.stdout.buffer.write(explained)
        return
    try:
        target.write_bytes(explained)
    except OSError as error:
        raise click.ClickException(f"{target}: cannot be written: {error.strerror}") from None
