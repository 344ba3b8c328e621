"""Airflow's configuration for one machine: environment variables, secrets made once, and a login."""

from __future__ import annotations

import json
import os
import secrets
import sys
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.config import Settings
from crawler.resources import resource_dir

LOGIN = "admin"
# A task is a process of about 140 MB, and a crawl has a Scrapy process beside it.
_BYTES_PER_TASK = 400_000_000


@dataclass(frozen=True)
class AirflowHome:
    """Where this machine's Airflow lives, and its secrets."""

    folder: Path
    port: int
    password: str
    secrets: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def prepare_airflow_home(settings: Settings, port: int) -> AirflowHome:
    """Make the folder and its secrets, or read those made before."""
    folder = settings.home / "airflow"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secrets.json"
    if not path.exists():
        made = {
            "fernet_key": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "api_secret_key": secrets.token_urlsafe(32),
            "jwt_secret": secrets.token_urlsafe(48),
            "password": secrets.token_urlsafe(12),
        }
        write_private(path, json.dumps(made, indent=2))
    values = json.loads(path.read_text(encoding="utf-8"))
    write_private(folder / "passwords.json", json.dumps({LOGIN: values["password"]}))
    return AirflowHome(folder, port, values["password"], values)


def airflow_environment(
    settings: Settings, home: AirflowHome, metadata_url: str, database_url: str, schedule: str, log_server_port: int
) -> dict[str, str]:
    """The environment of every Airflow component and task.

    `metadata_url` is of Airflow's own database, `database_url` of Dateline's. Variables of the caller's that
    configure another Airflow are left behind; `DATELINE_*` ones pass through.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW__", "AIRFLOW_"))}
    binaries = str(Path(sys.executable).parent)
    ours = {
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "AIRFLOW_HOME": str(home.folder),
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": str(task_slots()),
        "AIRFLOW__CORE__DAGS_FOLDER": str(resource_dir("dags")),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__FERNET_KEY": home.secrets["fernet_key"],
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{home.url}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{LOGIN}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home.folder / "passwords.json"),
        "AIRFLOW__CORE__MP_START_METHOD": "fork",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata_url.replace("postgresql://", "postgresql+psycopg2://", 1),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(home.port),
        "AIRFLOW__API__BASE_URL": home.url,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": home.secrets["api_secret_key"],
        "AIRFLOW__API_AUTH__JWT_SECRET": home.secrets["jwt_secret"],
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home.folder / "logs"),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(log_server_port),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(log_server_port + 1),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        # A task whose process was killed outright is noticed within a minute instead of five.
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
        "DATELINE_HOME": str(settings.home),
        "DATELINE_ARCHIVE_URL": settings.archive_url,
        "DATELINE_RUNS": str(settings.runs_dir),
        "DATELINE_DATABASE_URL": database_url,
        "DATELINE_SCHEDULE": schedule,
        # On one's own machine nobody wants to wait a minute for a second try.
        "DATELINE_RETRY_SECONDS": os.environ.get("DATELINE_RETRY_SECONDS", "10"),
    }
    if settings.sources_dir is not None:
        ours["DATELINE_SOURCES"] = str(settings.sources_dir)
    return inherited | ours


def task_slots() -> int:
    """How many tasks run at once on this machine: two a core, as memory allows, and at least two."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(2, min(2 * (os.cpu_count() or 1), pages // 2 // _BYTES_PER_TASK))


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, atomically."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    part.replace(path)
