"""`dateline up`: everything on this machine, from an empty folder to rows, and on schedule until it is stopped."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass, replace
from types import FrameType

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from crawler.config import Settings
from crawler.crawl import require_contact
from crawler.database import EmbeddedServer, migrate
from crawler.errors import ConfigError, DatelineError
from crawler.local.airflow_env import airflow_environment, prepare_airflow_home, task_slots
from crawler.local.airflow_stack import LocalAirflow
from crawler.local.first_run import show_first_run
from crawler.local.machine import check_home, check_ports, find_port_pair, is_port_free, lock_home
from crawler.local.supervisor import Component, Supervisor
from crawler.sources import read_catalogue

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_STOP_SECONDS = 8.0


@dataclass(frozen=True)
class UpOptions:
    """What `dateline up` was asked for."""

    once: bool
    airflow_port: int
    sample_port: int
    sample_edition_seconds: float
    schedule: str
    first_run_seconds: float


class _StopRequested(Exception):  # noqa: N818 (no error: somebody asked us to end)
    """SIGINT or SIGTERM came."""


def run_up(settings: Settings, options: UpOptions, console: Console) -> int:
    """Start everything, show the first run, and stay up until told to stop. Returns the exit status."""
    check_home(settings.home)
    lock = lock_home(settings.home)
    check_ports(range(options.airflow_port, options.airflow_port + 1), "Airflow", "DATELINE_AIRFLOW_PORT")
    supervisor = Supervisor(on_restart=lambda line: console.print("[yellow]![/]", Text(line)))
    server = EmbeddedServer(settings) if settings.database_url is None else None
    try:
        for number in _STOP_SIGNALS:
            signal.signal(number, _request_stop)
        if server is not None:
            server.start()
            console.print(f"[green]✓[/] PostgreSQL on 127.0.0.1:{server.port}")
        return _run_components(settings, options, server, supervisor, console)
    except _StopRequested:
        console.print("Stopping: Airflow, then PostgreSQL …")
        return 130 if options.once else 0
    finally:
        for number in _STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        supervisor.stop(_STOP_SECONDS)
        if server is not None:
            server.stop()
        lock.close()
        console.print("Stopped.")


def _run_components(
    settings: Settings, options: UpOptions, server: EmbeddedServer | None, supervisor: Supervisor, console: Console
) -> int:
    def watch() -> None:
        """Bring back whatever has died."""
        if server is not None and not server.is_running():
            console.print(f"[yellow]![/] PostgreSQL has ended; starting it again (log: {escape(str(server.log_file))})")
            server.start()
        supervisor.check()

    applied = migrate(settings)
    console.print(f"[green]✓[/] database schema up to date ({len(applied)} migrations and views applied now)")
    if settings.sources_dir is None:
        settings = _start_sample_site(settings, options, supervisor, console)
    enabled = [source for source in read_catalogue(settings) if source.enabled]
    if not enabled:
        raise ConfigError(
            f"{settings.sources_dir}: no source is enabled: set `enabled: true` in the files of those to crawl"
        )
    require_contact(settings, enabled)
    console.print(f"[green]✓[/] {len(enabled)} sources in {escape(str(settings.sources_dir))}")

    home = prepare_airflow_home(settings, options.airflow_port)
    if server is not None:
        metadata_url, database_url = server.url("airflow", "airflow"), server.url("loader")
    else:
        metadata_url, database_url = _configured_metadata_url(), str(settings.database_url)
    log_ports = find_port_pair(options.airflow_port + 1)
    environment = airflow_environment(settings, home, metadata_url, database_url, options.schedule, log_ports)
    airflow = LocalAirflow(home, environment, supervisor, watch)
    with console.status("Preparing Airflow's metadata database …"):
        airflow_version = airflow.migrate()
    with console.status("Starting Airflow: api-server, dag-processor, triggerer, scheduler …"):
        airflow.start()
    console.print(f"[green]✓[/] Airflow {airflow_version} at {home.url} ({task_slots()} tasks at once)")

    run = airflow.follow_first_run(console, options.first_run_seconds)
    mark = "[green]✓[/]" if run.state == "success" else "[red]✗[/]"
    console.print(f"{mark} run {run.run_id}: {run.state}")
    analyst_url = server.url("analyst") if server is not None else None
    show_first_run(replace(settings, database_url=database_url), run, analyst_url, home, console)
    if options.once:
        return 0 if run.state == "success" else 1
    console.print("\nRunning on schedule. [bold]Ctrl-C[/] stops everything.")
    while True:
        time.sleep(1.0)
        watch()
        if said := airflow.kill_hung():
            console.print("[yellow]![/]", Text(said))


def _start_sample_site(settings: Settings, options: UpOptions, supervisor: Supervisor, console: Console) -> Settings:
    folder = settings.home / "sample-site" / "sources"
    command = [sys.executable, "-m", "crawler.sample_site", "--port", str(options.sample_port)]
    command += ["--state", str(folder.parent / "state.json"), "--write-sources", str(folder)]
    command += ["--edition-seconds", str(options.sample_edition_seconds)]
    ports = range(options.sample_port, options.sample_port + 5)
    check_ports(ports, "the sample news site", "DATELINE_SAMPLE_PORT")
    log_path = folder.parent / "site.log"
    supervisor.start(Component("sample site", command, dict(os.environ), log_path))
    deadline = time.monotonic() + 30
    while is_port_free(ports[-1]) or len(list(folder.glob("*.yaml"))) < len(ports):
        if time.monotonic() > deadline:
            raise DatelineError(f"the sample news site did not start within 30 s: see {log_path}")
        supervisor.check()
        time.sleep(0.2)
    console.print(f"[green]✓[/] sample news site, invented outlets on 127.0.0.1:{ports.start} to {ports.stop - 1}")
    return replace(settings, sources_dir=folder)


def _configured_metadata_url() -> str:
    url = os.environ.get("DATELINE_AIRFLOW_DATABASE_URL")
    if not url:
        raise ConfigError(
            "DATELINE_DATABASE_URL is set, so none is started here, and Airflow has no place for its metadata: set "
            "DATELINE_AIRFLOW_DATABASE_URL to a database of its own on that server (or unset DATELINE_DATABASE_URL)"
        )
    return url


def _request_stop(number: int, frame: FrameType | None) -> None:
    raise _StopRequested
