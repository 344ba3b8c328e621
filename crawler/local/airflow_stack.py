"""Airflow on one machine: its components under the supervisor, and its first run watched."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timezone
from functools import partial
from importlib.metadata import version

import httpx
from rich.console import Console

from crawler.errors import DatabaseError, DatelineError
from crawler.local.airflow_api import AirflowApi, DagRun
from crawler.local.airflow_env import AirflowHome, task_slots
from crawler.local.supervisor import Component, Supervisor
from crawler.pools import airflow_pools

log = logging.getLogger(__name__)

_START_SECONDS = 240.0
_HEALTH_EVERY_SECONDS = 10.0
_HUNG_SECONDS = 40.0
"""How long a component may miss its heartbeat (after the 30 s that Airflow itself grants) before it is killed."""
_WITH_HEARTBEAT = {"scheduler": "scheduler", "dag_processor": "dag-processor", "triggerer": "triggerer"}
# Tasks talk to the api-server, so what starts tasks comes after it; no task of ours waits for the triggerer. Started
# all at once, the four would keep each other from the processor for twice as long.
_START_ORDER = (
    {"api-server": ("api-server",), "dag-processor": ("dag-processor",)},
    {"scheduler": ("scheduler", "--skip-serve-logs")},
    {"triggerer": ("triggerer", "--skip-serve-logs")},
)


class LocalAirflow:
    """Airflow's components and the DAG of the main job. `watch` is called while waiting: it keeps all else alive."""

    def __init__(
        self, home: AirflowHome, environment: Mapping[str, str], supervisor: Supervisor, watch: Callable[[], None]
    ) -> None:
        self.home = home
        self.api = AirflowApi(home)
        self.dag_id = f"{environment.get('DATELINE_AIRFLOW_PREFIX', 'dateline_')}news"
        self._environment = environment
        self._started_at = datetime.now(timezone.utc)
        self._supervisor = supervisor
        self._watch = watch
        self._asked_at = 0.0
        self._unwell_since: dict[str, float] = {}

    def migrate(self) -> str:
        """Bring the metadata to this version, and return the version. The command runs once for each version: it takes
        its ten seconds each time."""
        airflow_version = version("apache-airflow")
        stamp = self.home.folder / "migrated"
        key = f"{airflow_version} {self._environment['AIRFLOW__DATABASE__SQL_ALCHEMY_CONN'].rpartition('@')[2]}"
        if not (stamp.exists() and stamp.read_text(encoding="utf-8") == key):
            log_path = self.home.folder / "db-migrate.log"
            with log_path.open("wb") as output:
                done = subprocess.run(
                    [sys.executable, "-m", "airflow", "db", "migrate"],
                    env=dict(self._environment),
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    check=False,
                )
            if done.returncode != 0:
                raise DatabaseError(f"Airflow could not prepare its metadata database: see {log_path}")
            stamp.write_text(key, encoding="utf-8")
        return airflow_version

    def start(self) -> None:
        """Start all components, and return when they are healthy and the DAG is known and has its pools."""
        started: set[str] = set()
        for components in _START_ORDER:
            self._wait_for(partial(self._are_healthy, frozenset(started)))
            for name, arguments in components.items():
                command = (sys.executable, "-m", "airflow", *arguments)
                log_path = self.home.folder / f"{name}.log"
                self._supervisor.start(
                    Component(f"airflow {name}", command, self._environment, log_path, has_workers=name == "scheduler")
                )
            started |= {"metadatabase" if name == "api-server" else name for name in components}
        self._wait_for(self._has_dag)
        for pool in airflow_pools(task_slots()).values():
            self.api.ensure_pool(pool.name, pool.slots, pool.description)

    def kill_hung(self) -> str | None:
        """Kill a component whose process lives without a heartbeat, so that the supervisor starts it again.

        A scheduler that loses its database now and then waits for ever for a worker that is gone. Returns what was
        done, or None. Asks Airflow a few times a minute, however often it is called.
        """
        now = time.monotonic()
        if now - self._asked_at < _HEALTH_EVERY_SECONDS:
            return None
        self._asked_at = now
        try:
            health = self.api.health()
        except httpx.HTTPError:
            health = {}
        for part, name in _WITH_HEARTBEAT.items():
            if health.get("metadatabase") != "healthy" or health.get(part) != "unhealthy":
                self._unwell_since.pop(part, None)
            elif now - self._unwell_since.setdefault(part, now) >= _HUNG_SECONDS:
                del self._unwell_since[part]
                self._supervisor.kill(f"airflow {name}")
                return f"airflow {name} has had no heartbeat for over a minute: it is ended"
        return None

    def follow_first_run(self, console: Console, seconds: float) -> DagRun:
        """Let the scheduler run the DAG, and wait for the first run that ends, telling how far it is."""
        seen = {run.run_id for run in self.api.runs(self.dag_id) if run.ended}
        self.api.unpause(self.dag_id)
        deadline = time.monotonic() + seconds
        last = ""
        with console.status("Waiting for the scheduler to start the first run …") as status:
            while time.monotonic() < deadline:
                self._watch()
                try:
                    self._raise_import_errors()
                    new = [run for run in self.api.runs(self.dag_id) if run.run_id not in seen]
                    if new and new[-1].ended:
                        return new[-1]
                    if new:
                        line = describe_progress(self.api.task_states(self.dag_id, new[-1].run_id))
                        status.update(f"Run under way: {line}")
                        if line != last and not console.is_terminal:
                            console.print(f"  {line}")
                        last = line
                except httpx.HTTPError:
                    status.update("Waiting for Airflow's api-server …")
                time.sleep(1.0)
        raise DatelineError(
            f"no run ended within {seconds:.0f} s: see {self.dag_id} in Airflow, or raise --first-run-seconds"
        )

    def _are_healthy(self, parts: Collection[str]) -> bool:
        if not parts:
            return True
        health = self.api.health()
        return all(health.get(name.replace("-", "_")) == "healthy" for name in parts)

    def _has_dag(self) -> bool:
        self._raise_import_errors()
        return self.api.has_dag(self.dag_id)

    def _raise_import_errors(self) -> None:
        if broken := self.api.import_errors(self._started_at):
            raise DatelineError(f"Airflow cannot read a DAG file: {broken[0]}")

    def _wait_for(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            self._watch()
            try:
                if condition():
                    return
            except httpx.HTTPError:
                log.debug("Airflow's api-server does not answer yet", exc_info=True)
            time.sleep(0.5)
        raise DatelineError(f"Airflow was not ready within {_START_SECONDS:.0f} s: see the logs in {self.home.folder}")


def describe_progress(states: Mapping[str, Mapping[str, int]]) -> str:
    """How many tasks of a run are done, as in `plan 1/1 · crawl 2/3 (1 failing)`."""
    parts = []
    for task in ("plan", "batch.crawl", "batch.clean", "batch.load", "report"):
        counts = states.get(task, {})
        total = sum(counts.values())
        label = task.removeprefix("batch.")
        if total:
            done = counts.get("success", 0) + counts.get("skipped", 0)
            failing = counts.get("failed", 0) + counts.get("up_for_retry", 0)
            parts.append(f"{label} {done}/{total}" + (f" ({failing} failing)" if failing else ""))
    return " · ".join(parts) or "queued"
