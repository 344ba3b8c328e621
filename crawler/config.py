"""What the environment says: where the database, the archive and the sources are, and the bounds of a stage.

Every variable starts with `DATELINE_`; docs/operating.md lists them with their defaults.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crawler import __version__
from crawler.errors import ConfigError

ROBOT_NAME = "Dateline"
"""The name that robots.txt may address us by, and the first word of our User-Agent."""


@dataclass(frozen=True)
class Settings:
    """All settings of a process. Built once, by `load_settings`, and handed down."""

    home: Path
    """Local state: the embedded database, logs, and the archive where none is configured."""
    database_url: str | None = field(repr=False)
    """libpq URL of the database; none: the embedded PostgreSQL under `home`."""
    archive_url: str
    """fsspec address of the archive (a folder, `s3://…`, `gs://…`): `warc/` is below it."""
    runs_dir: Path
    """Folder of the run folders, which all workers share."""
    sources_dir: Path | None
    """Folder of source files; none: the catalogue that comes with the package."""
    contact: str | None
    """How a site's operator reaches us: a web or e-mail address, sent in the User-Agent. A crawl of public
    addresses refuses to start without one."""
    crawl_seconds: int
    """Wall-clock limit of one batch's crawl."""
    batch_sources: int
    """How many sources go into one batch at most."""
    lease_seconds: int
    """How long a planned batch keeps its sources to itself."""
    page_seconds: float
    """Time limit for cleaning one page."""
    page_memory_bytes: int
    """Address space of a cleaning process."""
    clean_workers: int
    """Processes that clean at the same time; each batch has its own."""
    owner_database_url: str | None = field(default=None, repr=False)
    """libpq URL that migrations use, where the everyday one may not change the schema; none: `database_url`."""
    browser: str | None = None
    """Program that renders pages; none: the first Chromium or Chrome on the PATH."""
    wayback_url: str = "https://web.archive.org"
    """The web archive that sites are brought back from."""
    postgres_port: int = 54320
    """TCP port of the embedded PostgreSQL, on 127.0.0.1."""

    @property
    def user_agent(self) -> str:
        contact = f"; +{self.contact}" if self.contact else ""
        return f"{ROBOT_NAME}/{__version__} (news archive{contact})"


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings. Raises ConfigError, naming the variable, for a value that cannot be used."""
    home = Path(environment.get("DATELINE_HOME") or ".dateline").absolute()
    archive_url = environment.get("DATELINE_ARCHIVE_URL") or str(home / "archive")
    sources = environment.get("DATELINE_SOURCES")
    return Settings(
        home=home,
        database_url=environment.get("DATELINE_DATABASE_URL") or None,
        archive_url=archive_url.rstrip("/"),
        runs_dir=Path(environment.get("DATELINE_RUNS") or home / "runs").absolute(),
        sources_dir=Path(sources).absolute() if sources else None,
        contact=environment.get("DATELINE_CONTACT") or None,
        crawl_seconds=_whole_number(environment, "DATELINE_CRAWL_SECONDS", 900, least=10),
        batch_sources=_whole_number(environment, "DATELINE_BATCH_SOURCES", 20, least=1),
        lease_seconds=_whole_number(environment, "DATELINE_LEASE_SECONDS", 3600, least=60),
        page_seconds=_whole_number(environment, "DATELINE_PAGE_SECONDS", 5, least=1),
        page_memory_bytes=_whole_number(environment, "DATELINE_PAGE_MEMORY_MB", 1500, least=300) * 1024 * 1024,
        clean_workers=_whole_number(environment, "DATELINE_CLEAN_WORKERS", os.cpu_count() or 1, least=1),
        owner_database_url=environment.get("DATELINE_OWNER_DATABASE_URL") or None,
        browser=environment.get("DATELINE_BROWSER") or None,
        wayback_url=(environment.get("DATELINE_WAYBACK_URL") or "https://web.archive.org").rstrip("/"),
        postgres_port=_whole_number(environment, "DATELINE_POSTGRES_PORT", 54320, least=1, most=65535),
    )


def _whole_number(environment: Mapping[str, str], name: str, default: int, least: int, most: int | None = None) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least or (most is not None and number > most):
        bounds = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ConfigError(f"{name}={text!r} cannot be used: set it to a whole number {bounds}")
    return number
