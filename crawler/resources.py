"""Where the files are that are no Python: SQL, the catalogue of sources, DAGs.

In a checkout they stand beside the package; an installed wheel carries them inside it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_resources"


def resource_dir(name: str) -> Path:
    """The folder `sql`, `sources` or `dags`."""
    installed = _INSTALLED / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


@cache
def read_sql(name: str) -> str:
    """The text of an SQL file, named below `sql/` without its ending, as in `queries/select_due_sources`."""
    return (resource_dir("sql") / f"{name}.sql").read_text(encoding="utf-8")
