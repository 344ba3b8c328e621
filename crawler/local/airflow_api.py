"""The few calls of Airflow's REST API that a one-machine run needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from crawler.local.airflow_env import LOGIN, AirflowHome


@dataclass(frozen=True)
class DagRun:
    """One run of a DAG. `state` is Airflow's: queued, running, success or failed."""

    run_id: str
    state: str
    run_after: datetime
    ended: bool


class AirflowApi:
    """A client of the api-server on this machine. Every call may raise httpx.HTTPError while it is starting."""

    def __init__(self, home: AirflowHome) -> None:
        self._home = home
        self._client = httpx.Client(base_url=home.url, timeout=15.0, trust_env=False)
        self._token: str | None = None

    def health(self) -> dict[str, str]:
        """Component name to its state, as in `{"scheduler": "healthy", …}`."""
        answer = self._client.get("/api/v2/monitor/health")
        answer.raise_for_status()
        return {name: str(part.get("status")) for name, part in answer.json().items()}

    def has_dag(self, dag_id: str) -> bool:
        answer = self._request("GET", f"/api/v2/dags/{dag_id}", accept={404})
        return answer.status_code == httpx.codes.OK

    def import_errors(self, since: datetime) -> list[str]:
        """Each DAG file that could not be imported at its last reading, with the last line of why.

        Airflow keeps what it found in an earlier life until it reads the file again: that is left out.
        """
        answer = self._request("GET", "/api/v2/importErrors").json()
        return [
            f"{error['filename']}: {error['stack_trace'].strip().splitlines()[-1]}"
            for error in answer["import_errors"]
            if datetime.fromisoformat(error["timestamp"]) >= since
        ]

    def unpause(self, dag_id: str) -> None:
        self._request("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": False})

    def trigger(self, dag_id: str, conf: Mapping[str, Any]) -> str:
        """Start a run now; returns its id."""
        body = {"logical_date": None, "conf": dict(conf)}
        return str(self._request("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=body).json()["dag_run_id"])

    def ensure_pool(self, name: str, slots: int, description: str) -> None:
        """Make a pool; one that is there keeps the size that ops gave it."""
        body = {"name": name, "slots": slots, "description": description, "include_deferred": False}
        self._request("POST", "/api/v2/pools", json=body, accept={httpx.codes.CONFLICT})

    def runs(self, dag_id: str, limit: int = 20) -> list[DagRun]:
        """The newest runs, newest first."""
        answer = self._request("GET", f"/api/v2/dags/{dag_id}/dagRuns", params={"order_by": "-id", "limit": limit})
        return [
            DagRun(
                run_id=run["dag_run_id"],
                state=run["state"],
                run_after=datetime.fromisoformat(run["run_after"]),
                ended=run["state"] in {"success", "failed"},
            )
            for run in answer.json()["dag_runs"]
        ]

    def task_states(self, dag_id: str, run_id: str) -> dict[str, Counter[str]]:
        """For each task, how many of its (mapped) instances are in which state."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        states: dict[str, Counter[str]] = {}
        for instance in self._request("GET", path, params={"limit": 1000}).json()["task_instances"]:
            states.setdefault(instance["task_id"], Counter())[instance["state"] or "waiting"] += 1
        return states

    def _request(self, method: str, path: str, *, accept: set[int] | None = None, **options: Any) -> httpx.Response:
        if self._token is None:
            login = self._client.post("/auth/token", json={"username": LOGIN, "password": self._home.password})
            login.raise_for_status()
            self._token = login.json()["access_token"]
        answer = self._client.request(method, path, headers={"Authorization": f"Bearer {self._token}"}, **options)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._token = None
        if answer.status_code not in (accept or set()):
            answer.raise_for_status()
        return answer
