"""Source files: what they say, reading and writing them, finding a site's feeds, checking them live."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from pathlib import Path

from crawler.config import Settings
from crawler.errors import ConfigError
from crawler.resources import resource_dir
from crawler.sources.loading import load_sources
from crawler.sources.model import Source

__all__ = ["Source", "catalogue_dir", "check_known", "load_sources", "read_catalogue"]


def read_catalogue(settings: Settings) -> list[Source]:
    """The sources of the configured folder, or of the package. Raises SourceError as `load_sources`."""
    return load_sources(catalogue_dir(settings))


def catalogue_dir(settings: Settings) -> Path:
    """The configured folder of source files, or the one that comes with the package."""
    return settings.sources_dir or resource_dir("sources")


def check_known(names: Collection[str], known: Collection[str]) -> None:
    """Raises ConfigError, with what was perhaps meant, for a name that no source has."""
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        near = difflib.get_close_matches(unknown, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "`dateline sources list` shows them all"
        raise ConfigError(f"there is no source {unknown!r}: {hint}")
