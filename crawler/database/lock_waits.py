"""Statements that need locks which others hold: they ask for a moment, let others pass, and ask again.

Who waits for an exclusive lock makes all wait that come after. So no try waits longer than LOCK_SECONDS, which is also
shorter than PostgreSQL waits (1 s) before it looks for a deadlock and breaks off one of those in it. Meanwhile a second
connection sees who is in the way.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from crawler.database.connection import connect_url
from crawler.errors import DatabaseError
from crawler.resources import read_sql

_log = logging.getLogger(__name__)

T = TypeVar("T")
Tell = Callable[[str], None]
Statement = str | tuple[str, dict[str, Any]]
LOCK_SECONDS = 0.9
_PAUSES = (0.2, 0.5, 1.0, 2.0)
"""Seconds between two tries; the last one from then on."""
_LOOK_SECONDS = 0.3


def log_wait(message: str) -> None:
    _log.warning("%s", message)


@dataclass(frozen=True)
class Blocker:
    """A session that holds what another one waits for, as `pg_stat_activity` shows it to us."""

    pid: int
    user: str | None
    application: str | None
    state: str | None
    seconds: int | None
    query: str | None

    def __str__(self) -> str:
        if self.pid == 0:
            return "a prepared transaction (select * from pg_prepared_xacts)"
        # What others wrote goes to a terminal: one line, no escapes.
        shown = "".join(char if char.isprintable() else " " for char in self.query or "")
        doing = f"{self.state or 'at work'} for {self.seconds or 0} s"
        who = " ".join(part for part in (self.user, self.application and f"with {self.application}") if part)
        return f"pid {self.pid} ({who}; {doing}): {' '.join(shown.split())}"


class LockWaits:
    """Runs statements on a connection, each in tries until `seconds` are over."""

    def __init__(self, database: Connection, url: str, seconds: float, tell: Tell) -> None:
        self.database = database
        self.seconds = seconds
        self._url = url
        self._tell = tell
        self._seen: tuple[Blocker, ...] = ()
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> LockWaits:
        self._watcher.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._watcher.join()

    def run(self, *statements: Statement) -> list[tuple[Any, ...]]:
        """Run them in one transaction; returns the rows of the last. Raises LockNotAvailable when time is up."""

        def act(cursor: Cursor) -> list[tuple[Any, ...]]:
            for statement in statements:
                _execute(cursor, statement)
            return cursor.fetchall() if cursor.description else []

        return self.transact(act)

    def transact(self, act: Callable[[Cursor], T]) -> T:
        """Do something in one transaction, all of it again in each try. Raises LockNotAvailable when time is up."""

        def begin() -> T:
            with self.database, self.database.cursor() as cursor:
                cursor.execute("set local lock_timeout = %s", (int(LOCK_SECONDS * 1000),))
                return act(cursor)

        return self._try(begin)

    def run_alone(self, statement: str) -> None:
        """Run one statement outside a transaction, as the owner. It waits as long as need be: nobody waits for it."""
        self.database.autocommit = True
        try:
            with self.database.cursor() as cursor:
                cursor.execute("set role dateline_owner")
                cursor.execute("set lock_timeout = %s", (int(self.seconds * 1000),))
                try:
                    cursor.execute(statement)
                finally:
                    cursor.execute("reset lock_timeout")
                    cursor.execute("reset role")
        finally:
            self.database.autocommit = False

    def blockers(self) -> str:
        """Those who were in the way last."""
        return "; ".join(map(str, self._seen)) or "a lock that another session holds"

    def _try(self, act: Callable[[], T]) -> T:
        until = time.monotonic() + self.seconds
        tries = 0
        while True:
            try:
                return act()
            except psycopg2.errors.LockNotAvailable:
                if time.monotonic() >= until:
                    raise
            time.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1

    def _watch(self) -> None:
        values = {"pid": self.database.info.backend_pid}
        told: set[int] = set()
        try:
            with closing(connect_url(self._url)) as session, session.cursor() as cursor:
                session.autocommit = True
                while not self._ended.wait(_LOOK_SECONDS):
                    cursor.execute(read_sql("queries/select_blockers"), values)
                    if found := tuple(Blocker(*row) for row in cursor.fetchall()):
                        self._seen = found
                        for blocker in found:
                            if blocker.pid not in told:
                                told.add(blocker.pid)
                                self._tell(f"waiting for {blocker}")
        except (psycopg2.Error, DatabaseError) as error:  # then a wait has no name
            _log.warning("cannot see who holds locks: %s", " ".join(str(error).split()))


def _execute(cursor: Cursor, statement: Statement) -> None:
    if isinstance(statement, str):
        cursor.execute(statement)
    else:
        cursor.execute(*statement)
