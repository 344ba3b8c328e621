"""Reads source files, and says everything that is wrong with them at once.

A folder holds one `<id>.yaml` for each source and maybe a `_defaults.yaml` that is merged into each: mappings key by
key, lists as a whole. A folder without one takes that of the catalogue. Other files that start with `_` are passed
over.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from crawler.errors import SourceError
from crawler.resources import resource_dir
from crawler.sources.explaining import describe_problem, dotted
from crawler.sources.model import Source
from crawler.sources.strict_yaml import StrictYamlError, read_yaml

DEFAULTS_NAME = "_defaults.yaml"
# What makes a source this one. A default for any of these would make two sources of one.
_OWN_KEYS = ("id", "name", "home_page", "feeds", "sitemaps", "section_pages", "verified_on")
_SKELETON: dict[str, Any] = {
    "id": "x",
    "name": "x",
    "home_page": "https://example.org/",
    "country": "ZZ",
    "languages": ["en"],
    "kind": "news",
    "section_pages": ["https://example.org/"],
}


def load_sources(directory: Path) -> list[Source]:
    """All sources of a folder, ordered by id. Raises SourceError, one line for each problem of each file."""
    shown = shown_path(directory)
    try:
        names = sorted(path.name for path in directory.iterdir() if not path.name.startswith((".", "_")))
    except FileNotFoundError:
        raise SourceError(f"{shown}: no such folder: create it, or point DATELINE_SOURCES elsewhere") from None
    except NotADirectoryError:
        raise SourceError(f"{shown}: is a file: name the folder that holds the source files") from None
    except OSError as error:
        raise SourceError(f"{shown}: cannot be read ({error.strerror}): check its permissions") from None

    problems = [
        f"{shown}/{name}: ends in .yml and would be passed over: rename it to {name[:-4]}.yaml"
        for name in names
        if name.endswith(".yml")
    ]
    defaults, default_problems = _read_defaults(directory)
    problems += default_problems
    sources: list[tuple[Path, Source]] = []
    paths = [directory / name for name in names if name.endswith(".yaml")]
    for path in paths:
        source, file_problems = _read_source(path, defaults)
        problems += [f"{shown_path(path)}: {problem}" for problem in file_problems]
        if source is not None:
            sources.append((path, source))
    problems += _find_shared_feeds(sources)
    if not paths and not problems:
        problems.append(f"{shown}: holds no source files: add one with `dateline sources add URL`")
    if problems:
        raise SourceError("\n".join(problems))
    return sorted((source for _, source in sources), key=lambda source: source.id)


def load_source(path: Path) -> Source:
    """One source file, with the defaults of its folder. Raises SourceError as `load_sources`."""
    defaults, problems = _read_defaults(path.parent)
    source, file_problems = _read_source(path, defaults)
    problems += [f"{shown_path(path)}: {problem}" for problem in file_problems]
    if problems or source is None:
        raise SourceError("\n".join(problems))
    return source


def read_defaults(directory: Path | None = None) -> dict[str, Any]:
    """What is merged into the source files of a folder (None: of the catalogue). Raises SourceError."""
    defaults, problems = _read_defaults(directory or resource_dir("sources"))
    if problems:
        raise SourceError("\n".join(problems))
    return defaults


def source_from_defaults(defaults: Mapping[str, Any]) -> Source:
    """What a source is that says nothing of its own: a stand-in that carries the defaults."""
    return Source.model_validate(merge_defaults(defaults, _SKELETON))


def merge_defaults(defaults: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """`own` over `defaults`: mappings merge key by key, anything else replaces."""
    merged = dict(defaults)
    for key, value in own.items():
        below = merged.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[key] = merge_defaults(below, value)
        else:
            merged[key] = value
    return merged


def _read_defaults(directory: Path) -> tuple[dict[str, Any], list[str]]:
    """The defaults for a folder and what is wrong with them; none where they are wrong or there are none."""
    path = directory / DEFAULTS_NAME
    if not path.exists():
        path = resource_dir("sources") / DEFAULTS_NAME
        if not path.exists():
            return {}, []
    content, problems = _read_mapping(path, empty_allowed=True)
    problems += [f"{key}: has no default: write it in each source's own file" for key in _OWN_KEYS if key in content]
    if not problems:
        try:
            source_from_defaults(content)
        except ValidationError as error:
            problems = [describe_problem(problem) for problem in error.errors()]
    if problems:
        return {}, [f"{shown_path(path)}: {problem}" for problem in problems]
    return content, []


def _read_source(path: Path, defaults: Mapping[str, Any]) -> tuple[Source | None, list[str]]:
    own, problems = _read_mapping(path)
    if problems:
        return None, problems
    source = None
    try:
        source = Source.model_validate(merge_defaults(defaults, own))
    except ValidationError as error:
        problems = [describe_problem(problem) for problem in error.errors()]
    found_id = own.get("id")
    if isinstance(found_id, str) and found_id != path.stem:
        problems.append(f"id: {found_id!r} is not the file's name: write `id: {path.stem}` or rename the file")
    return (None if problems else source), problems


def _read_mapping(path: Path, empty_allowed: bool = False) -> tuple[dict[str, Any], list[str]]:
    try:
        content = read_yaml(path.read_bytes())
    except IsADirectoryError:
        return {}, ["is a folder: a source is a file"]
    except OSError as error:
        return {}, [f"cannot be read ({error.strerror}): check that the file is there and its permissions"]
    except StrictYamlError as error:
        return {}, error.problems
    if content is None:
        return {}, ([] if empty_allowed else ["is empty: write a source in it, or remove the file"])
    if not isinstance(content, dict):
        kind = "a list" if isinstance(content, list) else "a single value"
        return {}, [f"holds {kind}: write keys and values, as in `id: {path.stem}`"]
    return content, []


def _find_shared_feeds(sources: list[tuple[Path, Source]]) -> list[str]:
    """A feed in two sources would give each of its articles to whichever source came first."""
    problems = []
    first_of: dict[str, tuple[Path, str]] = {}
    for path, source in sources:
        for index, feed in enumerate(source.feeds):
            key = dotted(("feeds", index))
            canonical = source.canonicalize(feed)
            if canonical in first_of:
                other, other_key = first_of[canonical]
                where = "the same file" if other == path else shown_path(other)
                problems.append(f"{shown_path(path)}: {key}: {feed!r} is {other_key} of {where} too: keep one of them")
            else:
                first_of[canonical] = (path, key)
    return problems


def shown_path(path: Path) -> str:
    """As short as it can be and still be found from here."""
    try:
        return str(path.absolute().relative_to(Path.cwd())) if path.absolute() != Path.cwd() else "."
    except ValueError:
        return str(path)
