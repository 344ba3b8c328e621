"""What must hold in the database at any time: the files of `sql/checks`, each selecting the rows that break it."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.config import Settings
from crawler.database.connection import connect
from crawler.resources import read_sql, resource_dir

_SAMPLE_ROWS = 5


@dataclass(frozen=True)
class CheckResult:
    """One check: how many rows break it, and the first few of them as text."""

    name: str
    description: str
    failures: int
    sample: tuple[str, ...]


def run_checks(settings: Settings) -> list[CheckResult]:
    """Run all checks in one read-only snapshot, so that a load under way cannot be seen half."""
    database = connect(settings)
    results = []
    try:
        with database, database.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
            for path in sorted((resource_dir("sql") / "checks").glob("*.sql")):
                text = read_sql(f"checks/{path.stem}")
                cursor.execute(text)
                rows = cursor.fetchmany(_SAMPLE_ROWS)
                sample = tuple(", ".join(str(value) for value in row) for row in rows)
                results.append(CheckResult(path.stem, _description(text), max(cursor.rowcount, 0), sample))
    finally:
        database.close()
    return results


def _description(text: str) -> str:
    """The comment that the file opens with."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    return " ".join(lines)
