"""The sources that a command may meet in the database: those with a file, and those that have none any more."""

from __future__ import annotations

import contextlib

from pydantic import ValidationError

from crawler.config import Settings
from crawler.database.asking import Ask
from crawler.sources import check_known, read_catalogue
from crawler.sources.model import Source


def known_sources(settings: Settings, ask: Ask, only: str | None = None) -> dict[str, Source]:
    """The sources as their files say now, and those that the database alone has."""
    sources = {source.id: source for source in read_catalogue(settings)}
    for row in ask("select_source_definitions"):
        if row["source_id"] not in sources:
            with contextlib.suppress(ValidationError):  # of a version whose rules we cannot apply
                sources[row["source_id"]] = Source.model_validate(row["definition"])
    if only is None:
        return sources
    check_known([only], sources)
    return {only: sources[only]}
