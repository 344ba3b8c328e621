"""What is known of sites, for the manifests of batches: what clean goes by is fixed when a batch is planned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg2.extensions import cursor as Cursor  # noqa: N812

from crawler.resources import read_sql


def read_templates(cursor: Cursor, source_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The current templates of sources, as stored; a source of which nothing is known is left out."""
    cursor.execute(read_sql("queries/select_site_templates"), {"source_ids": list(source_ids)})
    return dict(cursor.fetchall())
