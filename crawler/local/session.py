"""A database for one command: the configured one, or the embedded server for as long as the command runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from crawler.config import Settings
from crawler.database import EmbeddedServer, migrate


@contextmanager
def ready_database(settings: Settings, *, migrated: bool = True) -> Iterator[Settings]:
    """Settings whose database answers.

    Without a configured database the embedded server is used: one that runs already is left running, one that had to
    be started is stopped at the end. Its schema is brought up to date first, unless `migrated` is false. A
    configured database is never migrated behind its owner's back.
    """
    if settings.database_url is not None:
        yield settings
        return
    server = EmbeddedServer(settings)
    was_running = server.is_running()
    server.start()
    try:
        if migrated:
            migrate(settings)
        yield settings
    finally:
        if not was_running:
            server.stop()
