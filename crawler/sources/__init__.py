"""Source files: what they say, reading and writing them, finding a site's feeds, checking them live."""

from __future__ import annotations

from pathlib import Path

from crawler.config import Settings
from crawler.resources import resource_dir
from crawler.sources.loading import load_sources
from crawler.sources.model import Source

__all__ = ["Source", "catalogue_dir", "load_sources", "read_catalogue"]


def read_catalogue(settings: Settings) -> list[Source]:
    """The sources of the configured folder, or of the package. Raises SourceError as `load_sources`."""
    return load_sources(catalogue_dir(settings))


def catalogue_dir(settings: Settings) -> Path:
    """The configured folder of source files, or the one that comes with the package."""
    return settings.sources_dir or resource_dir("sources")
