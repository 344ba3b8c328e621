"""The rooms of the house: who may import whom (docs/architecture.md)."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "crawler"

WORDS = {
    "addresses",
    "errors",
    "config",
    "reasons",
    "states",
    "folding",
    "manifests",
    "records",
    "urls",
    "url_parameters",
    "resources",
    "runs",
    "retry_after",
    "locks",
    "progress",
    "pools",
}
LOWER = WORDS | {"page_objects", "sources", "rhythm", "health", "archive", "recognition", "database"}
MAY_IMPORT = {
    **dict.fromkeys(WORDS, WORDS),
    "page_objects": WORDS | {"page_objects"},
    "sources": WORDS | {"sources"},
    "rhythm": WORDS | {"rhythm"},
    "health": WORDS | {"rhythm", "health"},
    "archive": WORDS | {"archive"},
    "recognition": WORDS | {"recognition"},
    "database": WORDS | {"database"},
    "plan": LOWER | {"plan"},
    "crawl": LOWER | {"crawl"},
    "clean": (LOWER - {"database"}) | {"clean"},
    "load": LOWER | {"load"},
    "housekeeping": LOWER | {"housekeeping"},
    "stories": LOWER | {"stories"},
    "learning": LOWER | {"clean", "learning"},
    "search": LOWER | {"search"},
    "imports": LOWER | {"imports"},
    "export": LOWER | {"export"},
    "sample_site": {"errors", "sample_site"},
    "evidence": LOWER | {"evidence"},
    "reports": WORDS | {"reports"},
    "tables": WORDS | {"reports", "tables"},
    "stages": LOWER | {"plan", "crawl", "clean", "load", "stories", "learning", "imports", "housekeeping", "stages"},
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_names(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names if node.module == "crawler")
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module_imports_only_what_its_room_may(path: Path) -> None:
    allowed = MAY_IMPORT.get(room_of(path))
    imported = {name.split(".")[1] for name in imported_names(path) if name.startswith("crawler.")} - {"__version__"}
    if allowed is not None:
        assert imported <= allowed, f"{path.name} imports {sorted(imported - allowed)}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_in_the_package_imports_airflow(path: Path) -> None:
    assert not {name for name in imported_names(path) if name.split(".")[0] == "airflow"}


def test_dags_call_only_the_stages() -> None:
    for path in (ROOT / "dags").glob("*.py"):
        imported = {name.split(".")[1] for name in imported_names(path) if name.startswith("crawler.")}
        assert imported <= {"stages", "config", "errors", "manifests", "reports", "runs"}, path.name


@pytest.mark.parametrize("folder", ["crawler", "dags", "tests"])
def test_no_file_is_longer_than_500_lines(folder: str) -> None:
    long = {
        path.name: lines
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert not long


def test_no_sql_string_in_python_is_longer_than_a_line() -> None:
    statement = re.compile(
        r"\s*(select\s|insert into|update \w+ set|delete from|create (table|view|index|or)|with \w+ as|alter table)",
        re.IGNORECASE,
    )
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in [*modules(), *(ROOT / "dags").glob("*.py")]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and "\n" in node.value.strip()
        and statement.match(node.value)
    ]
    assert not found
