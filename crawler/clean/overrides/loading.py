"""Reads the page objects of a source, and says everything that is wrong with them at once."""

from __future__ import annotations

import difflib
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from crawler.errors import SourceError
from crawler.records import ArticleFields
from crawler.sources.explaining import one_line
from crawler.sources.loading import shown_path

if TYPE_CHECKING:
    from crawler.page_objects import ArticlePage

PAGES_FOLDER = "pages"
DERIVED_FIELDS = {
    "published_precision": "published_at",
    "published_zone": "published_at",
    "modified_precision": "modified_at",
    "modified_zone": "modified_at",
    "word_count": "text",
    "parts": "text",
    "links": "text",
    "origins": "the fields",
    "confidences": "the fields",
}
"""What follows from other fields, and cannot be overridden itself."""
FIELDS = tuple(name for name in ArticleFields.model_fields if name not in DERIVED_FIELDS)


@dataclass(frozen=True)
class PageObjects:
    """The page objects of one source, the oldest layout first."""

    path: Path
    classes: tuple[type[ArticlePage], ...]

    @property
    def name(self) -> str:
        """The file as records name it, on whatever machine it is."""
        return f"{self.path.parent.name}/{self.path.name}"

    def valid_on(self, day: date | None) -> type[ArticlePage] | None:
        """The one that was valid on a day; of an unknown day, the newest."""
        if day is None:
            return self.classes[-1]
        return next((found for found in self.classes if _first(found) <= day <= _last(found)), None)


def page_objects_file(sources_dir: Path, source_id: str) -> Path:
    """Where the page objects of a source are, if it has any."""
    return sources_dir / PAGES_FOLDER / f"{source_id}.py"


def find_page_objects(sources_dir: Path, source_id: str) -> Path | None:
    """The file with the page objects of a source; None where it has none."""
    path = page_objects_file(sources_dir, source_id)
    return path if path.is_file() else None


def load_page_objects(path: Path) -> PageObjects:
    """The page objects of a file. Raises SourceError, one line for each problem: file, class, field, remedy.

    The file is Python, and runs: it is trusted as the configuration that it is part of.
    """
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise SourceError(f"{shown_path(path)}: cannot be read ({error.strerror}): check its permissions") from None
    return _load(path, changed)


@lru_cache(maxsize=64)
def _load(path: Path, changed: int) -> PageObjects:
    from crawler.page_objects import ArticlePage

    module = _run_file(path)
    classes = [
        value
        for name, value in {id(value): (name, value) for name, value in vars(module).items()}.values()
        if isinstance(value, type)
        and issubclass(value, ArticlePage)
        and value.__module__ == module.__name__
        and not name.startswith("_")
    ]
    problems = [f"{found.__name__}: {problem}" for found in classes for problem in _problems_of(found)]
    if not classes:
        problems.append("has no page object: write a class over crawler.page_objects.ArticlePage, or remove the file")
    if not problems:
        classes.sort(key=_first)
        problems += [
            f"{earlier.__name__} and {later.__name__} are both valid on {_first(later)}: end the one with "
            f"valid_until before the other begins with valid_from"
            for earlier, later in pairwise(classes)
            if _first(later) <= _last(earlier)
        ]
    if problems:
        raise SourceError("\n".join(one_line(f"{shown_path(path)}: {problem}") for problem in problems))
    return PageObjects(path, tuple(classes))


def _run_file(path: Path) -> ModuleType:
    shown = shown_path(path)
    module = ModuleType(f"dateline_pages.{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # where attrs and dataclasses look up what annotations name
    try:
        # Not imported, so that no compiled file is left in a folder of sources.
        exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)  # noqa: S102 - it is the user's own
    except SyntaxError as error:
        raise SourceError(
            one_line(f"{shown}: line {error.lineno}: is not Python ({error.msg}): correct the line")
        ) from None
    except OSError as error:
        raise SourceError(one_line(f"{shown}: cannot be read ({error}): check the file")) from None
    except (Exception, SystemExit) as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
        where = f"line {lines[-1]}: " if lines else ""
        raise SourceError(
            one_line(f"{shown}: {where}{type(error).__name__}: {error}: correct what the file does when it is read")
        ) from error
    return module


def _problems_of(found: type[ArticlePage]) -> Iterator[str]:
    from crawler.page_objects import ArticlePage

    fields = fields_of(found)
    if not fields and found.is_article is ArticlePage.is_article:
        yield "has no field: put @field above a method with a field's name, as in `def title(self)`"
    for name in fields:
        if name == "is_article":
            yield "is_article: is a method, and no field: take @field away"
        elif name in DERIVED_FIELDS:
            yield f"{name}: follows from {DERIVED_FIELDS[name]}: override that"
        elif name not in FIELDS:
            near = difflib.get_close_matches(name, FIELDS, n=1)
            yield f"{name}: is no field of an article: " + (
                f"did you mean {near[0]}?" if near else f"use one of {', '.join(FIELDS)}"
            )
    for name in FIELDS:
        if name not in fields and hasattr(found, name):
            yield f"{name}: is not marked as a field: put @field above it"
    bounds = {name: getattr(found, name) for name in ("valid_from", "valid_until")}
    wrong = {name: value for name, value in bounds.items() if not (value is None or type(value) is date)}
    for name, value in wrong.items():
        example = value.date() if isinstance(value, datetime) else date(2026, 1, 31)
        yield f"{name}: {value!r} is not a day: write date({example.year}, {example.month}, {example.day})"
    if not wrong and _first(found) > _last(found):
        yield f"valid_from: {found.valid_from} is after valid_until, {found.valid_until}: swap them"


def fields_of(found: type[ArticlePage]) -> dict[str, bool]:
    """The fields of a page object, each with whether it is required."""
    from web_poet.fields import get_fields_dict

    return {name: bool((info.meta or {}).get("required")) for name, info in get_fields_dict(found).items()}


def _first(found: type[ArticlePage]) -> date:
    return found.valid_from or date.min


def _last(found: type[ArticlePage]) -> date:
    return found.valid_until or date.max
