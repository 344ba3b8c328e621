"""Health checks of the containers: `check_health.py api-server|scheduler|triggerer|dag-processor|sample-site`.

Exit status 0: alive. Anything else: not alive, with a line that says why, which `docker inspect` shows.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from urllib.error import URLError
from urllib.request import urlopen

_SECONDS = 8
_API_HEALTH = "http://127.0.0.1:8080/api/v2/monitor/health"
# The scheduler's own health server, which looks for this host's heartbeat in the database.
_SCHEDULER_HEALTH = "http://127.0.0.1:8974/health"
_SAMPLE_SITE = ("127.0.0.1", 8460)
_JOB_TYPES = {"triggerer": "TriggererJob", "dag-processor": "DagProcessorJob"}


def check_api_server() -> str | None:
    """The API answers, and its database does. The status of the others is theirs to tell."""
    with urlopen(_API_HEALTH, timeout=_SECONDS) as response:
        health = json.load(response)
    status = health["metadatabase"]["status"]
    return None if status == "healthy" else f"metadatabase: {status}"


def check_scheduler() -> str | None:
    with urlopen(_SCHEDULER_HEALTH, timeout=_SECONDS):
        return None  # any status but 2xx has raised


def check_sample_site() -> str | None:
    """The first of its outlets takes connections. (A request would be counted among those of the crawl.)"""
    socket.create_connection(_SAMPLE_SITE, timeout=_SECONDS).close()
    return None


_CHECKS = {"api-server": check_api_server, "scheduler": check_scheduler, "sample-site": check_sample_site}


def main() -> None:
    component = sys.argv[1]
    if component in _JOB_TYPES:
        # Airflow's own check of this host's heartbeat. It takes seconds of processor time: not to be run often.
        os.execvp("airflow", ["airflow", "jobs", "check", "--job-type", _JOB_TYPES[component], "--local"])
    try:
        problem = _CHECKS[component]()
    except (URLError, OSError, ValueError, KeyError) as error:
        problem = f"{type(error).__name__}: {error}"
    if problem:
        raise SystemExit(f"{component} is not healthy: {problem}")
    print(f"{component} is healthy")


main()
