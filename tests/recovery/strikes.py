"""What can strike a pass: processes killed, lines cut, at instants that nobody chose."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.recovery.wire import Wire

_WEIGHTS = {"command": 3, "crawl process": 5, "cleaning process": 5, "tree": 2, "backend": 5, "site": 2, "database": 2}
KILLS = frozenset({"command", "crawl process", "cleaning process", "tree", "backend"})


@dataclass
class Strikes:
    """Strikes a running command until it ends, and counts. `query` speaks to the server past the database's wire."""

    dice: random.Random
    site_wires: list[Wire]
    database_wire: Wire
    query: Callable[[str], list[tuple[Any, ...]]]
    pass_seconds: float
    """How long a run takes in peace: the first strike falls anywhere in it, and others may follow."""
    done: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return sum(count for name, count in self.done.items() if name in KILLS)

    def attend(self, command: subprocess.Popen[bytes], seen: dict[int, psutil.Process], most: int) -> None:
        """Strike at random instants, at most `most` kills, until the command ends. `seen` collects its processes."""
        started = time.monotonic()
        next_at = started + self.dice.uniform(0, self.pass_seconds)
        left = most
        while command.poll() is None:
            tree = _tree(command.pid)
            seen.update({process.pid: process for process in tree})
            if time.monotonic() >= next_at and left > 0:
                name = self._strike(tree)
                if name is not None:
                    left -= name in KILLS
                    self.done[name] += 1
                    self.log.append(f"{name} at {time.monotonic() - started:.2f} s of {' '.join(command.args[3:])}")  # type: ignore[union-attr]
                    next_at = time.monotonic() + self.dice.uniform(0, self.pass_seconds / 4)
            time.sleep(self.dice.uniform(0.005, 0.03))

    def _strike(self, tree: list[psutil.Process]) -> str | None:
        """One strike at something that is there now; None when what was chosen had just gone."""
        victims = _by_kind(tree)
        names = [name for name in _WEIGHTS if name in victims or name in ("tree", "backend", "site", "database")]
        name = self.dice.choices(names, [_WEIGHTS[name] for name in names])[0]
        if name == "site":
            self.dice.choice(self.site_wires).cut(self.dice.uniform(0.05, 1.0))
        elif name == "database":
            self.database_wire.cut(self.dice.uniform(0.05, 1.0))
        elif name == "backend":
            if not self._end_backend():
                return None
        else:
            struck = tree if name == "tree" else [self.dice.choice(victims[name])]
            for process in struck:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGKILL)
        return name

    def _end_backend(self) -> bool:
        ours = self.query(
            "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )
        if not ours:
            return False
        (pid,) = self.dice.choice(sorted(ours))
        return bool(self.query(f"select pg_terminate_backend({pid})")[0][0])


def hurt_archive(dice: random.Random, folder: Path) -> str | None:
    """Cut the last file of an archive folder at a random byte, or let it end in garbage, as a dying machine does."""
    files = sorted(folder.glob("*.warc.gz"))
    if not files:
        return None
    size = files[-1].stat().st_size
    if dice.random() < 0.6:
        os.truncate(files[-1], dice.randint(0, size))
        return "archive cut"
    with files[-1].open("ab") as file:
        file.write(dice.randbytes(dice.randint(1, 5000)))
    return "garbage"


def _tree(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        command = psutil.Process(pid)
        return [command, *command.children(recursive=True)]
    return []


def _by_kind(tree: list[psutil.Process]) -> dict[str, list[psutil.Process]]:
    kinds: dict[str, list[psutil.Process]] = {}
    for number, process in enumerate(tree):
        with contextlib.suppress(psutil.Error):
            line = " ".join(process.cmdline())
            if number == 0:
                kinds["command"] = [process]
            elif "crawler.crawl.process" in line:
                kinds.setdefault("crawl process", []).append(process)
            elif "crawler.clean.worker" in line:
                kinds.setdefault("cleaning process", []).append(process)
    return kinds
