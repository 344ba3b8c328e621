"""What `dateline up` answers when it cannot start: one clear line, what to do, and nothing left running."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.local.machine import lock_home
from tests.local.stack import free_ports


def up(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    first = free_ports(12)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DATELINE_", "AIRFLOW"))}
    ports = {
        "DATELINE_AIRFLOW_PORT": str(first),
        "DATELINE_POSTGRES_PORT": str(first + 4),
        "DATELINE_SAMPLE_PORT": str(first + 6),
    }
    return subprocess.run(
        [sys.executable, "-m", "crawler", "up", "--once", *arguments],
        env={**clean, "DATELINE_HOME": str(home), **ports, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def assert_refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode != 0
    complaint = [line for line in done.stderr.splitlines() if line.startswith("dateline: ")]
    assert len(complaint) == 1, done.stderr
    assert all(word in complaint[0] for word in words), complaint[0]
    assert "Traceback" not in done.stdout + done.stderr


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.mark.parametrize("variable", ["DATELINE_AIRFLOW_PORT", "DATELINE_POSTGRES_PORT", "DATELINE_SAMPLE_PORT"])
def test_busy_port(tmp_path: Path, busy_port: int, variable: str) -> None:
    assert_refused(up(tmp_path / "home", **{variable: str(busy_port)}), str(busy_port), variable)


def test_sources_folder_that_is_not_there(tmp_path: Path) -> None:
    assert_refused(up(tmp_path / "home", "--sources", str(tmp_path / "nowhere")), "nowhere")


def test_source_file_with_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "bad.yaml").write_text("id: bad\nnmae: Bad\n", encoding="utf-8")
    done = up(tmp_path / "home", "--sources", str(folder))
    assert done.returncode == 2
    assert "bad.yaml" in done.stderr
    assert "nmae" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_enabled_source(tmp_path: Path) -> None:
    catalogue = Path(__file__).resolve().parents[2] / "sources"
    assert_refused(up(tmp_path / "home", "--sources", str(catalogue)), "enabled: true")


def test_database_that_cannot_be_reached(tmp_path: Path) -> None:
    url = "postgresql://somebody:secret-word@127.0.0.1:1/dateline"
    done = up(tmp_path / "home", DATELINE_DATABASE_URL=url)
    assert_refused(done, "127.0.0.1:1", "DATELINE_DATABASE_URL")
    assert "secret-word" not in done.stdout + done.stderr


def test_public_source_without_a_contact(tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "public.yaml").write_text(
        "id: public\nname: Public\nhome_page: https://public.example/\ncountry: ZZ\nlanguages: [en]\nkind: news\n"
        "enabled: true\nfeeds: [https://public.example/feed]\n",
        encoding="utf-8",
    )
    assert_refused(up(tmp_path / "home", "--sources", str(folder)), "DATELINE_CONTACT", "public")


def test_folder_in_which_another_runs(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with lock_home(home):
        assert_refused(up(home), "running", f"process {os.getpid()}", "DATELINE_HOME")


def test_schedule_that_cannot_be_read(tmp_path: Path) -> None:
    assert_refused(up(tmp_path / "home", DATELINE_SCHEDULE="soon"), "'soon'", "DATELINE_SCHEDULE", "5m")


def test_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert_refused(up(tmp_path / "file" / "home"), "DATELINE_HOME")
