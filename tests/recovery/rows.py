"""What the database says of a crawl, as content that two crawls of the same site can be compared by."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

Rows = dict[str, Counter[str]]
"""Rows as JSON text by table, each with how often it is there."""

_HOST = re.compile(r"127\.0\.0\.1:\d+")
# Of the run and of this database: numbers, clocks, places in the archive, and hashes of addresses with their port. How
# sure a date is depends on when its page was fetched, and on whether the feed was at hand.
_LEFT_OUT = frozenset({
    "article_id", "capture_id", "duplicate_of", "url_key", "final_url_key",
    "created_at", "updated_at", "first_seen_at", "first_fetched_at", "fetched_at", "checked_at",
    "archive_file", "archive_offset", "archive_length", "confidences",
})  # fmt: skip
_HAVE_A_PAGE = ("stored", "unchanged")


def read_rows(query: Callable[[str], list[tuple[Any, ...]]], names: dict[str, str]) -> Rows:
    """The rows; `names` says which outlet is at which host."""

    def plain(row: dict[str, Any]) -> str:
        text = json.dumps({key: value for key, value in row.items() if key not in _LEFT_OUT}, sort_keys=True)
        return _HOST.sub(lambda match: names.get(match[0], match[0]), text)

    def table(name: str) -> list[dict[str, Any]]:
        return [row for (row,) in query(f"select to_jsonb(t) from {name} t")]

    articles = [{**row, "withdrawn_at": row["withdrawn_at"] is not None} for row in table("news.article")]
    address = {row["article_id"]: row["canonical_url"] for row in articles}
    found: Rows = {"news.article": Counter(map(plain, articles))}
    found["news.article_version"] = Counter(
        plain({**row, "article": address[row["article_id"]]}) for row in table("news.article_version")
    )
    found["news.article_event"] = Counter(
        plain(
            {
                "article": address[row["article_id"]],
                **{key: row[key] for key in ("event", "reason", "version_number")},
            }
        )
        for row in table("news.article_event")
    )
    found["ingest.url"] = Counter(plain(_url_row(row, address)) for row in table("ingest.url"))
    # A page may have been fetched twice, and both fetches are true; no content may be missing, and none be foreign.
    captures = {
        plain({key: row[key] for key in ("source_id", "final_url", "http_status", "payload_sha256", "is_page")})
        for row in table("ingest.capture")
    }
    found["ingest.capture"] = Counter(captures)
    found["ingest.endpoint"] = Counter(
        plain({key: row[key] for key in ("source_id", "url", "kind", "etag", "last_reason")})
        for row in table("ingest.endpoint")
    )
    return found


def _url_row(row: dict[str, Any], address: dict[int, str]) -> dict[str, Any]:
    """What became of a URL. Whether an article is new, the same or not modified depends on how often one looked."""
    outcome = row["last_outcome"]
    return {
        "source_id": row["source_id"],
        "canonical_url": row["canonical_url"],
        "article": address.get(row["article_id"]),
        "duplicate": address.get(row["duplicate_of"]),
        "end": "page" if outcome in _HAVE_A_PAGE else f"{outcome}:{row['last_reason']}",
        "etag": row["etag"],
    }


def compare(expected: Rows, found: Rows) -> tuple[list[str], list[str]]:
    """The rows that were lost, and those that are too many."""
    lost = [f"{table}: {row}" for table in expected for row in (expected[table] - found[table]).elements()]
    extra = [f"{table}: {row}" for table in expected for row in (found[table] - expected[table]).elements()]
    return lost, extra
