"""Saved pages of a source, each with what is expected of it: the tests of its page objects.

`pages/<id>/<day>-<slug>.html.gz` is a page as it came, `….json` beside it a `Snapshot`. Cleaning it must give what
`expected` says, once a person has reviewed that.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timezone
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import Field, ValidationError

from crawler.clean.overrides.applying import apply_page_object, full_remarks
from crawler.clean.overrides.comparing import compare, expectation_of
from crawler.clean.overrides.loading import (
    PAGES_FOLDER,
    PageObjects,
    fields_of,
    find_page_objects,
    load_page_objects,
)
from crawler.clean.reject import Rejected
from crawler.errors import SourceError
from crawler.records import ArticleFields, Instant, Record
from crawler.sources.explaining import dotted, one_line
from crawler.sources.loading import shown_path
from crawler.sources.model import Source
from crawler.urls import url_key

_PAGE_SUFFIX = ".html.gz"
_LONGEST_SLUG = 60


class Snapshot(Record):
    """A saved page: what was known of it when it came, and what is expected of it.

    `expected` holds `outcome`, and the article's fields that are compared or the `reason` of the rejection. Nobody
    compares anything until a person has set `reviewed`.
    """

    url: str
    asked_url: str = ""
    fetched_at: Instant
    http_status: int = 200
    content_type: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    hint_title: str | None = None
    hint_published_at: Instant | None = None
    reviewed: bool = False
    expected: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True)
class PagesCheck:
    """What became of the page objects of a source and its saved pages: none is right while there are problems."""

    page_objects: int = 0
    snapshots: int = 0
    problems: tuple[str, ...] = ()


def snapshots_dir(sources_dir: Path, source_id: str) -> Path:
    return sources_dir / PAGES_FOLDER / source_id


def save_snapshot(
    sources_dir: Path, source: Source, snapshot: Snapshot, payload: bytes, *, replace: bool = False
) -> Path:
    """Save a page with what is found on it now as the expectation, for a person to review; the path of the JSON.

    Raises SourceError where a reviewed expectation is in its place and may not be replaced.
    """
    path = _place_for(snapshots_dir(sources_dir, source.id), snapshot)
    _refuse_reviewed(path, replace)
    objects = _load_objects(sources_dir, source)
    filled = _with_expectation(snapshot, payload, source, objects)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _page_of(path).write_bytes(gzip.compress(payload, mtime=0))
        _write(path, filled)
    except OSError as error:
        raise SourceError(
            f"{shown_path(path)}: cannot be written ({error.strerror}): choose another --folder"
        ) from None
    return path


def renew_expectations(sources_dir: Path, source: Source, *, replace: bool = False) -> list[Path]:
    """Write what is found on the saved pages now as their expectations, where nobody has reviewed them.

    With `replace`, reviewed ones too; they wait for a review again. Raises SourceError for a file that cannot be read.
    """
    objects = _load_objects(sources_dir, source)
    renewed = []
    for path in _find(sources_dir, source.id):
        snapshot = _read(path)
        if snapshot.reviewed and not replace:
            continue
        _write(path, _with_expectation(snapshot, _read_page(path), source, objects))
        renewed.append(path)
    return renewed


def check_snapshots(sources_dir: Path, source: Source) -> PagesCheck:
    """Clean the saved pages of a source offline, and compare. Raises SourceError as `load_page_objects`."""
    objects = _load_objects(sources_dir, source)
    paths = _find(sources_dir, source.id)
    problems, used = [], set()
    for path in paths:
        try:
            snapshot, payload = _read(path), _read_page(path)
        except SourceError as error:
            problems.append(str(error))
            continue
        used.add(objects and objects.valid_on(snapshot.fetched_at.date()))
        problems += [f"{shown_path(path)}: {problem}" for problem in _check(snapshot, payload, source, objects)]
    for page in sorted(snapshots_dir(sources_dir, source.id).glob(f"*{_PAGE_SUFFIX}")):
        if _json_of(page) not in paths:
            problems.append(f"{shown_path(page)}: has no .json beside it: save it with `dateline sources snapshot`")
    if objects:
        problems += [
            f"{shown_path(objects.path)}: {found.__name__}: no saved page is of its days: save one with "
            f"`dateline sources snapshot {source.id} URL`"
            for found in objects.classes
            if found not in used
        ]
    return PagesCheck(len(objects.classes) if objects else 0, len(paths), tuple(map(one_line, problems)))


def find_strays(sources_dir: Path, known: frozenset[str]) -> list[str]:
    """What is wrong in the folder of page objects beyond its files: those of sources that there are not."""
    folder = sources_dir / PAGES_FOLDER
    if not folder.is_dir():
        return []
    return [
        one_line(f"{shown_path(path)}: there is no source {path.stem!r}: rename it, or remove it")
        for path in sorted(folder.iterdir())
        if not path.name.startswith((".", "_")) and (path.is_dir() or path.suffix == ".py") and path.stem not in known
    ]


def _load_objects(sources_dir: Path, source: Source) -> PageObjects | None:
    path = find_page_objects(sources_dir, source.id)
    return load_page_objects(path) if path else None


def _clean(snapshot: Snapshot, payload: bytes, source: Source, objects: PageObjects | None) -> ArticleFields | Rejected:
    from crawler.clean.extract import (
        extract_article,
    )  # its models take a second that `sources list` should not wait for

    arguments: dict[str, Any] = {
        "time_zone": source.time_zone,
        "languages": source.languages,
        **{name: getattr(snapshot, name) for name in Snapshot.model_fields if name not in ("reviewed", "expected")},
    }
    result = extract_article(payload, **arguments)
    return apply_page_object(result, payload, objects.path, arguments) if objects else result


def _with_expectation(snapshot: Snapshot, payload: bytes, source: Source, objects: PageObjects | None) -> Snapshot:
    result = _clean(snapshot, payload, source, objects)
    found = objects.valid_on(snapshot.fetched_at.date()) if objects else None
    expected = expectation_of(result, source.zone, fields_of(found) if found else ())
    return snapshot.model_copy(update={"reviewed": False, "expected": expected})


def _check(snapshot: Snapshot, payload: bytes, source: Source, objects: PageObjects | None) -> Iterator[str]:
    if not snapshot.reviewed:
        yield "nobody has reviewed what it expects: compare it with the page, correct it, and set `reviewed` to true"
        return
    result = _clean(snapshot, payload, source, objects)
    yield from full_remarks(result)
    yield from compare(snapshot.expected, result, source.zone)


def _find(sources_dir: Path, source_id: str) -> list[Path]:
    return sorted(snapshots_dir(sources_dir, source_id).glob("*.json"))


def _read(path: Path) -> Snapshot:
    try:
        return Snapshot.model_validate(_object_in(path))
    except ValidationError as error:
        problem = error.errors()[0]
        where = f"{dotted(problem['loc'])}: {problem['msg']}"
    except ValueError as error:
        where = f"is not JSON ({error})"
    except OSError as error:
        where = f"cannot be read ({error.strerror})"
    raise SourceError(one_line(f"{shown_path(path)}: {where}: correct it, or save the page anew"))


def _object_in(path: Path) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _read_page(path: Path) -> bytes:
    page = _page_of(path)
    try:
        return gzip.decompress(page.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(one_line(f"{shown_path(page)}: cannot be read ({error}): save the page anew")) from None


def _write(path: Path, snapshot: Snapshot) -> None:
    content = snapshot.model_dump(mode="json", exclude_defaults=True)
    # What a person looks for stands at the end, below what the machine needs.
    content |= {"reviewed": snapshot.reviewed, "expected": content.pop("expected", {})}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _page_of(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(".json") + _PAGE_SUFFIX)


def _json_of(page: Path) -> Path:
    return page.with_name(page.name.removesuffix(_PAGE_SUFFIX) + ".json")


def _place_for(folder: Path, snapshot: Snapshot) -> Path:
    """`<day>-<slug>.json`, where the slug is taken by another page with a part of its key behind it."""
    last = unquote(urlsplit(snapshot.url).path).rstrip("/").rpartition("/")[2]
    slug = re.sub(r"[^a-z0-9]+", "-", last.rpartition(".")[0].lower() or last.lower()).strip("-")[:_LONGEST_SLUG]
    key = url_key(snapshot.url)
    stem = f"{snapshot.fetched_at.astimezone(timezone.utc):%Y-%m-%d}-{slug if len(slug) > 1 else key[:8]}"
    path = folder / f"{stem}.json"
    if path.exists() and _read(path).url != snapshot.url:
        return folder / f"{stem}-{key[:8]}.json"
    return path


def _refuse_reviewed(path: Path, replace: bool) -> None:
    if not replace and path.exists() and _read(path).reviewed:
        raise SourceError(f"{shown_path(path)}: is reviewed, and would be lost: replace it with --force")
