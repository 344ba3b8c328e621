"""Kills what runs, at random, hundreds of times; the next run must end with the rows of an undisturbed one.

`python -m tests.recovery.harness --kills 300 --seed 7`, or `make recover KILLS=300`. The same seed makes the same
choices; the instants at which they strike are the machine's. Exit status 1 when a row was lost or doubled.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg2

from crawler import stages
from crawler.config import Settings, load_settings
from crawler.database import EmbeddedServer
from crawler.errors import DatelineError, RunError
from tests.recovery.inspection import find_broken_archive, find_broken_checks, find_leases
from tests.recovery.rows import Rows, compare, read_rows
from tests.recovery.site import OUTLETS, NewsSite
from tests.recovery.strikes import Strikes, hurt_archive
from tests.recovery.wire import Wire

ROOT = Path(__file__).resolve().parents[2]
KILLS_A_ROUND = 24
END_SECONDS = 30.0
"""How long what was started may live on after a kill: longer than the grace of a crawl process without a parent."""
PASS_SECONDS = 240.0
LONGEST_PASS_SECONDS = 6.0
"""A busy machine measures more, and most strikes would come after the end."""


class BrokenPromiseError(Exception):
    """What must hold after a run does not."""


@dataclass
class Tally:
    """What a whole session did and found."""

    strikes: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    rounds: int = 0
    passes: int = 0
    rows: int = 0
    archive_files: int = 0
    captures: int = 0
    seconds: float = 0.0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.broken]

    @property
    def is_good(self) -> bool:
        return not self.problems

    def add(self, other: Tally) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def describe(self) -> str:
        counts = ", ".join(f"{name} {count}" for name, count in self.strikes.most_common())
        return (
            f"{self.kills} kills in {self.rounds} rounds, {self.passes} passes ({counts})\n"
            f"{self.rows} rows compared: {len(self.lost)} lost, {len(self.doubled)} doubled\n"
            f"{self.archive_files} archive files read end to end, {self.captures} captures read back by pointer, "
            f"{len(self.broken)} things broken"
        )


class Round:
    """A site, a database and a home of their own, and the commands of an operator."""

    def __init__(self, server: EmbeddedServer, database: str, home: Path, site: NewsSite, tally: Tally) -> None:
        self.site = site
        self.tally = tally
        self._owner_url = server.url("owner", database)
        loader = urlsplit(server.url("loader", database))
        self.database_wire = Wire(loader.port or 5432)
        where = f"{loader.username}:{loader.password}@127.0.0.1:{self.database_wire.port}"
        site.write_sources(home / "sources")
        self._environment = {
            "DATELINE_HOME": str(home),
            "DATELINE_SOURCES": str(home / "sources"),
            "DATELINE_DATABASE_URL": urlunsplit(loader._replace(netloc=where)),
            "DATELINE_CONTACT": "test@example.org",
            "DATELINE_BATCH_SOURCES": "3",
            "DATELINE_CLEAN_WORKERS": "2",
            "DATELINE_LEASE_SECONDS": "600",
            "DATELINE_PAGE_SECONDS": "60",
        }
        self.settings: Settings = load_settings(self._environment)
        self.log = home / "commands.log"
        self._seen: dict[int, psutil.Process] = {}

    def close(self) -> None:
        self.database_wire.close()

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        session = psycopg2.connect(self._owner_url)
        try:
            session.autocommit = True
            with session.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            session.close()

    def command(self, *arguments: str, strikes: Strikes | None = None, most: int = 0) -> int:
        """Run one command of ours, struck or in peace; its exit status."""
        with self.log.open("ab") as log:
            log.write(f"$ {' '.join(arguments)}\n".encode())
            log.flush()
            command = subprocess.Popen(
                [sys.executable, "-m", "crawler", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env={**os.environ, **self._environment, "PYTHONPATH": str(ROOT)},
                start_new_session=True,
            )
        try:
            if strikes is not None:
                strikes.attend(command, self._seen, most)
            return command.wait(PASS_SECONDS)
        finally:
            if command.poll() is None:
                command.kill()
                command.wait()

    def await_ends(self) -> None:
        """Wait for all processes that were seen; none may stay."""
        _, alive = psutil.wait_procs([one for one in self._seen.values() if one.is_running()], timeout=END_SECONDS)
        left = [one for one in alive if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
        for process in left:
            process.kill()
        self._seen.clear()
        if left:
            raise BrokenPromiseError(f"{len(left)} processes outlived their command by {END_SECONDS:g} s")

    def let_time_pass(self, dice: random.Random) -> None:
        """Hours later: leases have run out (or ops released the batch), and what failed is due again."""
        for (path,) in self.query("select path from ingest.batch where state = 'planned' and lease_until > now()"):
            if dice.random() < 0.3:
                # A crawl whose stage was killed may still be ending: then nobody can release its batch.
                with contextlib.suppress(RunError):
                    stages.release(self.settings, path)
        self.query("update ingest.batch set lease_until = now() where state = 'planned'")
        self.query("update ingest.source_state set next_due_at = now()")
        self.query(
            "update ingest.url set next_due_at = now() where next_due_at is not null "
            "and last_outcome in ('failed', 'blocked', 'rejected', 'pending')"
        )

    def open_batches(self) -> list[str]:
        statement = "select path from ingest.batch where state = 'planned' order by planned_at, batch_id"
        return [path for (path,) in self.query(statement)]

    def names(self) -> dict[str, str]:
        return {f"127.0.0.1:{wire.port}": name for name, wire in zip(OUTLETS, self.site.wires, strict=True)}

    def publish(self, edition: int) -> None:
        self.site.publish(edition)
        self.query("update ingest.url set next_due_at = now() where next_due_at is not null")
        self.query("update ingest.source_state set next_due_at = now()")

    def undisturbed_pass(self) -> Rows:
        """One run in peace, what must hold after it, and the rows."""
        status = self.command("run", "--json")
        self.tally.passes += 1
        if status != 0:
            raise BrokenPromiseError(f"an undisturbed run ended with status {status}: see {self.log}")
        broken = find_leases(self.query) + find_broken_checks(self.settings)
        files, captures, damaged = find_broken_archive(self.settings, self.query)
        self.tally.archive_files += files
        self.tally.captures += captures
        if broken or damaged:
            raise BrokenPromiseError("; ".join([*broken, *damaged]))
        return read_rows(self.query, self.names())

    def struck_pass(self, strikes: Strikes, most: int) -> None:
        """What an operator or a scheduler does: a whole run, or the stages of what is open; struck all the while."""
        before = strikes.kills
        batches = self.open_batches() if strikes.dice.random() < 0.35 else []
        commands = [(stage, batch) for batch in batches for stage in ("crawl", "clean", "load")] or [("run", "--json")]
        for arguments in commands:
            self.command(*arguments, strikes=strikes, most=most - (strikes.kills - before))
        self.tally.passes += 1
        if strikes.dice.random() < 0.7:
            self.await_ends()
            self._hurt_open_archives(strikes)
            self.let_time_pass(strikes.dice)

    def _hurt_open_archives(self, strikes: Strikes) -> None:
        """Only of a crawl whose stage did not end: the files of one that did were brought safely to the disk."""
        for path in self.open_batches():
            folder = self.settings.runs_dir / path
            if not (folder / "crawl.json").exists() and strikes.dice.random() < 0.5:
                archives = Path(self.settings.archive_url).rglob(path.replace("/", "-"))
                for archive in archives:
                    if done := hurt_archive(strikes.dice, archive):
                        strikes.done[done] += 1
                        strikes.log.append(f"{done} in {archive}")


class Session:
    """Rounds of kills against one reference, on one server."""

    def __init__(self, server: EmbeddedServer, template: str, home: Path, seed: int) -> None:
        self._server = server
        self._template = template
        self._home = home
        self._seed = seed
        self.tally = Tally()
        self._expected: dict[int, Rows] = {}

    def run(self, kills: int, report: Callable[[str], None] = lambda _: None, *, jobs: int = 2) -> Tally:
        """Strike until there were so many kills, `jobs` rounds at a time, or a promise is broken."""
        with self._round("reference", self.tally) as reference:
            started = time.monotonic()
            for edition in (1, 2):
                reference.publish(edition)
                self._expected[edition] = reference.undisturbed_pass()
            seconds = (time.monotonic() - started) / 2
        report(f"an undisturbed pass takes {seconds:.1f} s and leaves {_size(self._expected[2])} rows")
        rounds = -(-kills // KILLS_A_ROUND)
        shares = [kills // rounds + (number < kills % rounds) for number in range(rounds)]
        with ThreadPoolExecutor(jobs) as threads:
            done = [
                threads.submit(self._struck_round, number, share, seconds)
                for number, share in enumerate(shares, start=1)
            ]
            for number, one in enumerate(done, start=1):
                tally = one.result()
                self.tally.add(tally)
                report(f"round {number}: {tally.kills} kills, {tally.seconds:.0f} s, {self.tally.kills} in all")
                for line in tally.problems:
                    report(line)
        return self.tally

    def _struck_round(self, number: int, kills: int, seconds: float) -> Tally:
        tally = Tally(rounds=1)
        if not self.tally.is_good:
            return Tally()
        dice = random.Random(f"{self._seed}:{number}")
        started = time.monotonic()
        with self._round(f"round-{number}", tally) as one:
            strikes = Strikes(
                dice, one.site.wires, one.database_wire, one.query, pass_seconds=min(seconds, LONGEST_PASS_SECONDS)
            )
            try:
                for edition, goal in ((1, kills // 2), (2, kills)):
                    one.publish(edition)
                    while strikes.kills < goal:
                        one.struck_pass(strikes, goal - strikes.kills)
                    one.await_ends()
                    one.let_time_pass(dice)
                    found = one.undisturbed_pass()
                    tally.rows += _size(found)
                    lost, doubled = compare(self._expected[edition], found)
                    tally.lost += [f"round {number}, edition {edition}: lost {row}" for row in lost]
                    tally.doubled += [f"round {number}, edition {edition}: too many {row}" for row in doubled]
                    if lost or doubled:
                        break
            except (BrokenPromiseError, DatelineError) as error:
                tally.broken.append(f"round {number}: {error}")
            tally.kills = strikes.kills
            tally.strikes = strikes.done
            tally.seconds = time.monotonic() - started
            (self._home / f"round-{number}" / "strikes.log").write_text("\n".join(strikes.log) + "\n")
        return tally

    @contextmanager
    def _round(self, name: str, tally: Tally) -> Iterator[Round]:
        """A round's surroundings. They stay when a promise was broken, to be looked at."""
        database = f"recovery_{os.getpid()}_{name.replace('-', '_')}"
        home = self._home / name
        home.mkdir(parents=True)
        self._admin(f"create database {database} template {self._template}")
        site = NewsSite()
        one = Round(self._server, database, home, site, tally)
        try:
            yield one
        finally:
            site.close()
            one.close()
            if tally.is_good:
                self._admin(f"drop database {database} with (force)")
                shutil.rmtree(home)

    def _admin(self, statement: str) -> None:
        session = psycopg2.connect(self._server.url("owner", "postgres"))
        try:
            session.autocommit = True
            with session.cursor() as cursor:
                cursor.execute(statement)
        finally:
            session.close()


def _size(rows: Rows) -> int:
    return sum(sum(table.values()) for table in rows.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    arguments = parser.parse_args()
    from tests.conftest import started_server

    home = Path(tempfile.mkdtemp(prefix="dateline recovery "))
    home.chmod(0o755)
    print(f"{arguments.kills} kills with seed {arguments.seed}, below {home}", flush=True)
    started = time.monotonic()
    with started_server() as server:
        tally = Session(server, "template_migrated", home, arguments.seed).run(
            arguments.kills, lambda line: print(line, flush=True)
        )
    print(tally.describe())
    print(f"{time.monotonic() - started:.0f} s")
    if tally.is_good:
        shutil.rmtree(home)
    return 0 if tally.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
