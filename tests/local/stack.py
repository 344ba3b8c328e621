"""`dateline up` as a child process, as a user starts it, and ways to look at it from outside."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg2

from crawler.config import load_settings
from crawler.database import EmbeddedServer
from crawler.local.airflow_api import AirflowApi, DagRun
from crawler.local.airflow_env import prepare_airflow_home

DAG_ID = "dateline_news"


def free_ports(count: int) -> int:
    """The first of `count` neighbouring free ports."""
    for first in range(21000, 32000, count + 3):
        if all(_is_free(port) for port in range(first, first + count)):
            return first
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


class Stack:
    """A running `dateline up` with a home, ports and a sample site of its own."""

    def __init__(self, home: Path, *arguments: str, **environment: str) -> None:
        first = free_ports(20)
        self.home = home
        self.airflow_port, self.postgres_port, self.sample_port = first, first + 5, first + 10
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DATELINE_", "AIRFLOW"))},
            "DATELINE_HOME": str(home),
            "DATELINE_AIRFLOW_PORT": str(self.airflow_port),
            "DATELINE_POSTGRES_PORT": str(self.postgres_port),
            "DATELINE_SAMPLE_PORT": str(self.sample_port),
            "DATELINE_RETRY_SECONDS": "1",
            **environment,
        }
        self.output = home.parent / f"{home.name}.out"
        self.start(*arguments)

    def start(self, *arguments: str) -> None:
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "crawler", "up", *arguments],
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def settings(self) -> Any:
        return load_settings(self.environment)

    @property
    def api(self) -> AirflowApi:
        return AirflowApi(prepare_airflow_home(self.settings, self.airflow_port))

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_for(self, what: str, condition: Callable[[], Any], seconds: float = 240) -> Any:
        """Wait until the condition holds, and return what it gave. Fails with the output when it never does."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.5)
        raise AssertionError(
            f"{what}: not within {seconds:.0f} s (status {self.process.poll()})\n{self.said()[-6000:]}"
        )

    def wait_for_first_run(self) -> None:
        self.wait_for("the first run", lambda: "Running on schedule" in self.said())

    def run_now(self, *sources: str) -> str:
        """Trigger a run of chosen sources; returns its id."""
        return self.api.trigger(DAG_ID, {"sources": list(sources)})

    def wait_for_run(self, run_id: str, seconds: float = 240, dag_id: str = DAG_ID) -> DagRun:
        def ended() -> DagRun | None:
            try:
                runs = self.api.runs(dag_id, 100)
            except httpx.HTTPError:  # the api-server may be starting
                return None
            return next((run for run in runs if run.run_id == run_id and run.ended), None)

        run: DagRun = self.wait_for(f"run {run_id}", ended, seconds)
        return run

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows, as the analyst."""
        return self.query_as("analyst", sql)

    def query_airflow(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of Airflow's metadata."""
        return self.query_as("airflow", sql, "airflow")

    def query_as(self, role: str, sql: str, database: str = "dateline") -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(EmbeddedServer(self.settings).url(role, database))
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        finally:
            connection.close()

    def set_edition(self, edition: int) -> None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.sample_port}/_control/edition",
            data=json.dumps({"edition": edition}).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status < 300

    def processes(self) -> list[psutil.Process]:
        """Every process that belongs to this stack, whoever its parent is now."""
        found = []
        for process in psutil.process_iter():
            try:
                ours = process.environ().get("DATELINE_HOME") == str(self.home)
                ours = ours or any(str(self.home) in argument for argument in process.cmdline())
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
            if ours and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        return found

    def component(self, word: str) -> psutil.Process | None:
        """The process that `dateline up` started for a component, by a word of its command."""
        for child in psutil.Process(self.process.pid).children():
            try:
                title = " ".join(child.cmdline())  # the api-server writes itself with an underscore
                if word in title or word.replace("-", "_") in title:
                    return child
            except psutil.NoSuchProcess:
                continue
        return None

    def stop(self, seconds: float = 30) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)

    def kill_everything(self) -> None:
        """For the end of a test that failed."""
        for process in [psutil.Process(self.process.pid)] if self.process.poll() is None else []:
            process.kill()
        for process in self.processes():
            process.kill()
