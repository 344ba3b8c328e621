"""An installed Dateline has all that a checkout has: SQL, catalogue, DAGs, the sample site's articles."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return next(folder.glob("dateline-*.whl"))


def test_wheel_carries_what_is_no_python(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("sql", "sources", "dags"):
        tracked = subprocess.check_output(["git", "ls-files", folder], cwd=ROOT, text=True).split()
        assert {f"crawler/_resources/{name}" for name in tracked} <= names
    package = subprocess.check_output(["git", "ls-files", "crawler"], cwd=ROOT, text=True).split()
    assert set(package) <= names
    assert not {name for name in names if name.startswith(("tests/", "docs/"))}


def test_installed_package_finds_its_resources(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    # Without the checkout on the path: an editable install would put it there.
    code = (
        "import crawler.resources as r, pathlib; from crawler.sources import load_sources; "
        "assert '_resources' in str(r.resource_dir('sql')), r.resource_dir('sql'); "
        "print(len(load_sources(r.resource_dir('sources'))), len(r.read_sql('queries/status_runs')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    sources, length = map(int, done.stdout.split())
    assert sources >= 40
    assert length > 100
