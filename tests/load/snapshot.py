"""All tables as comparable content."""

from __future__ import annotations

from collections.abc import Callable

TABLES = (
    "news.source",
    "news.article",
    "news.article_version",
    "news.article_event",
    "ingest.run",
    "ingest.batch",
    "ingest.source_state",
    "ingest.endpoint",
    "ingest.url",
    "ingest.capture",
    "ingest.outcome",
    "ingest.batch_source",
    "ingest.source_event",
    "ingest.source_hour",
    "ingest.source_day",
)
# What depends on the order of loads: rows stay in the month that they were first put in.
_OF_THIS_ORDER = ("ingest.search_document", "ingest.search_language", "ingest.search_word")
# Numbers that a rolled back load uses up, and the clock of the loader itself.
_OF_THIS_DATABASE = (
    "created_at", "updated_at", "first_seen_at", "loaded_at", "load_started_at", "lease_until", "planned_at",
    "article_id", "capture_id", "event_id", "recorded_at", "duplicate_of", "attempts", "logged_at",
    "next_due_at_of_source",
)  # fmt: skip


def snapshot(query: Callable[..., list[tuple]], *, across_databases: bool = False) -> dict[str, list[str]]:
    """Each table's rows as sorted JSON; `across_databases` leaves out what two databases may differ in."""
    left_out = list(_OF_THIS_DATABASE) if across_databases else []
    return {
        table: [row for (row,) in query(f"select (to_jsonb(t) - %s::text[])::text from {table} t order by 1", left_out)]
        for table in (TABLES if across_databases else TABLES + _OF_THIS_ORDER)
    }
