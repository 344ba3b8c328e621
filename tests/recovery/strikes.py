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

_WEIGHTS = {"command": 3, "crawl process": 6, "cleaning process": 5, "tree": 2, "backend": 6, "site": 2, "database": 2}
KILLS = frozenset({"command", "crawl process", "cleaning process", "tree", "backend"})


@dataclass
class Strikes:
    """Strikes a running command until it ends, and counts. `query` speaks to the server past the database's wire."""

    dice: random.Random
    site_wires: list[Wire]
    database_wire: Wire
    query: Callable[[str], list[tuple[Any, ...]]]
    pass_seconds: float
    """How long a run takes in peace."""
    done: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return sum(count for name, count in self.done.items() if name in KILLS)

    def attend(self, command: subprocess.Popen[bytes], seen: dict[int, psutil.Process], most: int) -> None:
        """Strike what chance chooses, when chance chooses, until the command ends; at most `most` kills.

        What is not there at its instant is struck a moment after it appears. `seen` collects the processes.
        """
        started = time.monotonic()
        left = most
        name, at = self._choose(self.pass_seconds / 2)
        while command.poll() is None:
            tree = _tree(command.pid)
            seen.update({process.pid: process for process in tree})
            if left > 0 and time.monotonic() >= at and self._is_there(name, tree):
                time.sleep(self.dice.uniform(0, 0.3))
                if self._strike(name, _tree(command.pid)):
                    left -= name in KILLS
                    self.done[name] += 1
                    words = " ".join(map(str, command.args[3:]))  # type: ignore[index]
                    self.log.append(f"{name} at {time.monotonic() - started:.2f} s of {words}")
                    name, at = self._choose(self.pass_seconds / 5)
            time.sleep(self.dice.uniform(0.03, 0.1))

    def _choose(self, within_seconds: float) -> tuple[str, float]:
        (name,) = self.dice.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
        return name, time.monotonic() + self.dice.uniform(0, within_seconds)

    def _is_there(self, name: str, tree: list[psutil.Process]) -> bool:
        if name == "backend":
            return bool(self._backends())
        return name in ("site", "database", "tree") or name in _by_kind(tree)

    def _strike(self, name: str, tree: list[psutil.Process]) -> bool:
        """Whether it struck: what was chosen may have just gone."""
        if name == "site":
            self.dice.choice(self.site_wires).cut(self.dice.uniform(0.05, 1.0))
        elif name == "database":
            self.database_wire.cut(self.dice.uniform(0.05, 1.0))
        elif name == "backend":
            return self._end_backend()
        else:
            victims = tree if name == "tree" else _by_kind(tree).get(name, [])
            for process in victims if name == "tree" else victims[:1]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGKILL)
            return bool(victims)
        return True

    def _backends(self) -> list[int]:
        others = "where datname = current_database() and pid <> pg_backend_pid()"
        return sorted(pid for (pid,) in self.query(f"select pid from pg_stat_activity {others}"))

    def _end_backend(self) -> bool:
        pids = self._backends()
        return bool(pids and self.query(f"select pg_terminate_backend({self.dice.choice(pids)})")[0][0])


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
