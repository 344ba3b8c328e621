"""Every command and query that the README shows is run, as it stands there.

The checkout is copied, its virtual environment is this one (so that nothing is downloaded again), and addresses of
the web are replaced by an outlet of the sample site.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from crawler.config import load_settings
from crawler.database import EmbeddedServer
from crawler.sample_site import SampleSite
from tests.local.stack import free_ports

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

# What starts the installation or stays up until it is stopped is run by `make test` itself and by tests/local.
RUN_ELSEWHERE = {"make run", "make test"}
SETS_A_VARIABLE = {"export DATELINE_CONTACT=mailto:you@example.org"}
NEEDS_DOCKER = {"cp .env.example .env", "docker compose up -d"}


def commands() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def queries() -> list[str]:
    return re.findall(r"```sql\n(.*?)```", README, re.DOTALL)


class Checkout:
    """A copy of the tracked files, in a folder with a space in its name, with its own state and ports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines():
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
        (folder / ".venv").symlink_to(sys.prefix)
        first = free_ports(12)
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("DATELINE_", "AIRFLOW", "MAKE", "ARGS"))
            },
            "DATELINE_AIRFLOW_PORT": str(first),
            "DATELINE_POSTGRES_PORT": str(first + 4),
            "DATELINE_HOME": str(folder / ".dateline"),
        }

    def run(self, command: str) -> str:
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        assert done.returncode == 0, f"$ {command}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout


@pytest.fixture(scope="module")
def site() -> Iterator[SampleSite]:
    with SampleSite(base_port=0) as running:
        yield running


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    stamps = [Path(sys.prefix) / name for name in (".runtime", ".dev")]
    if not all(stamp.exists() for stamp in stamps):
        pytest.skip("not run by `make test`: its virtual environment is what the Makefile's commands use")
    made = Checkout(tmp_path_factory.mktemp("a clone"))
    for stamp in stamps:
        # Newer than the files just copied, or make would install once more.
        stamp.touch()
    return made


def test_readme_shows_the_two_commands_first() -> None:
    assert commands()[:2] == ["make run", "make test"]


def test_own_source_is_added_checked_and_crawled(checkout: Checkout, site: SampleSite) -> None:
    add, check, run = (command for command in commands() if "my-sources" in command and "dateline run" not in command)
    assert add.startswith(".venv/bin/dateline sources add https://")
    here = site.urls["marj-observer"]
    checkout.run(re.sub(r"https://\S+", f"{here} --allow-private --country XX", add))
    assert "ok" in checkout.run(check).lower()
    printed = checkout.run(f"{run} ONCE=1")
    assert re.search(r"^total +\d+ +[1-9]", printed, re.MULTILINE), printed


def test_commands_without_airflow(checkout: Checkout, site: SampleSite) -> None:
    (checkout.folder / "page.html").write_text(
        "<html><title>A bridge reopens</title><body><article><h1>A bridge reopens</h1><p>The old bridge over the river "
        "Senn was opened to traffic again on Monday after nine months of repairs, the town's mayor said.</p>"
        "<p>Lorries of more than ten tonnes still have to take the ferry until the spring.</p></article></body></html>",
        encoding="utf-8",
    )
    outputs = {
        command: checkout.run(command)
        for command in commands()
        if re.search("dateline (run|status|show|extract)", command)
    }
    assert len(outputs) == 5
    run, status, show, extract, _ = outputs.values()
    assert run.startswith("Run ")  # what is due depends on when the run before was
    assert "Sources" in status
    assert "\nVERIFIED" in show
    assert "A bridge reopens" in extract
    assert "A bridge reopens" in (checkout.folder / "why.html").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (checkout.folder / "use.py").write_text(code, encoding="utf-8")
    printed = checkout.run(f"PYTHONPATH=. {sys.executable} use.py")
    assert printed.startswith("A bridge reopens\n")
    assert "Lorries of more than ten tonnes" in printed


def test_help_lists_the_rest(checkout: Checkout) -> None:
    assert "sources" in checkout.run(".venv/bin/dateline --help")
    assert "make run" in checkout.run("make help")


def test_queries_answer(checkout: Checkout) -> None:
    settings = load_settings(checkout.environment)
    server = EmbeddedServer(settings)
    server.start()
    try:
        connection = psycopg2.connect(server.url("analyst"))
        with connection, connection.cursor() as cursor:
            for query in queries():
                cursor.execute(query)
                assert cursor.description
            cursor.execute(queries()[0])
            assert cursor.fetchall()
        connection.close()
    finally:
        server.stop()


def test_every_command_is_accounted_for() -> None:
    run_here = {c for c in commands() if "my-sources" in c or re.search("dateline (run|status|show|extract)", c)}
    assert set(commands()) == run_here | RUN_ELSEWHERE | SETS_A_VARIABLE
    inline = set(re.findall(r"`((?:cp|docker|make|dateline) [^`]+)`", README))
    assert inline <= NEEDS_DOCKER | RUN_ELSEWHERE | {"make run ONCE=1", "dateline --help"}
