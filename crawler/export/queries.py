"""The queries of an export: their values are parameters, their names come from the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from crawler.errors import ConfigError
from crawler.export.columns import Relation
from crawler.export.request import ExportRequest, Partition
from crawler.resources import read_sql

NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
"""What readers of partitioned folders take for null."""


@dataclass(frozen=True)
class Subject:
    """Something that can be exported. `instant` is the column that --since, --until, days and months go by."""

    table: str
    instant: str | None
    changed: str
    search: str | None


SUBJECTS = {
    "articles": Subject("news.article", "published_at", "updated_at", "export/search"),
    "versions": Subject("news.article_version", "published_at", "created_at", "export/search"),
    "events": Subject("news.article_event", "observed_at", "created_at", "export/search"),
    "stories": Subject("news.story", "first_published_at", "updated_at", "export/search_stories"),
    "sources": Subject("news.source", None, "updated_at", None),
}


class RowQuery:
    """The rows that a request asks of one table."""

    def __init__(self, request: ExportRequest, subject: Subject, relation: Relation) -> None:
        self._request = request
        self._subject = subject
        self._relation = relation
        if subject.instant is None and (request.since or request.until or _is_by_time(request.partition)):
            raise ConfigError(f"{request.what} have no date of their own: leave --since, --until, --by-… out")
        if subject.search is None and request.query:
            raise ConfigError(f"{request.what} cannot be searched: leave --query out")
        self._values: dict[str, object] = {
            "since": request.since,
            "until": request.until,
            "changed_since": request.changed_since,
            "source_ids": list(request.source_ids) or None,
            "languages": list(request.languages) or None,
            "query": request.query,
        }

    def rows(
        self, columns: Sequence[str], *, part: str | None = None, after: Sequence[object] = ()
    ) -> tuple[sql.Composable, dict[str, object]]:
        """All rows, those of one day or month, or those behind a key; in the order of the key."""
        key = sql.SQL(", ").join(map(self._column, self._relation.key))
        chosen = sql.SQL(", ").join(map(self._column, columns))
        return self._compose(chosen, sql.SQL("order by {}").format(key), part, after)

    def count(
        self, *, part: str | None = None, after: Sequence[object] = ()
    ) -> tuple[sql.Composable, dict[str, object]]:
        return self._compose(sql.SQL("count(*)"), sql.SQL(""), part, after)

    def parts(self, partition: Partition) -> tuple[sql.Composable, dict[str, object]]:
        """The days or months that there are, as text, each with its number of rows."""
        pattern = "YYYY-MM-DD" if partition is Partition.DAY else "YYYY-MM"
        selected = sql.SQL("coalesce(to_char({}, {}), {}) as part, count(*)").format(
            self._instant(), sql.Literal(pattern), sql.Literal(NO_VALUE)
        )
        return self._compose(selected, sql.SQL("group by part order by part"), None, ())

    def _compose(
        self, selected: sql.Composable, rest: sql.Composable, part: str | None, after: Sequence[object]
    ) -> tuple[sql.Composable, dict[str, object]]:
        request = self._request
        search = self._subject.search if request.query else None
        text = sql.SQL(read_sql("export/select_rows")).format(
            selected=selected,
            relation=sql.Identifier(*self._relation.name.split(".")),
            instant=self._instant(),
            changed=self._column(self._subject.changed),
            scope=sql.SQL(read_sql(f"export/scope_{request.what}")),
            search=sql.SQL(read_sql(search) if search else "true"),
            part=self._part(part, after),
            rest=rest,
        )
        return text, self._values

    def _part(self, part: str | None, after: Sequence[object]) -> sql.Composable:
        if after:
            key = sql.SQL(", ").join(map(self._column, self._relation.key))
            return sql.SQL("({}) > ({})").format(key, sql.SQL(", ").join(map(sql.Literal, after)))
        if part is None:
            return sql.SQL("true")
        if part == NO_VALUE:
            return sql.SQL("{} is null").format(self._instant())
        unit, first = ("day", part) if len(part) > len("YYYY-MM") else ("month", f"{part}-01")
        return sql.SQL("{0} >= {1}::timestamptz and {0} < {1}::timestamptz + {2}::interval").format(
            self._instant(), sql.Literal(first), sql.Literal(f"1 {unit}")
        )

    def _column(self, name: str) -> sql.Composable:
        return sql.Identifier("exported", name)

    def _instant(self) -> sql.Composable:
        return self._column(self._subject.instant) if self._subject.instant else sql.SQL("null::timestamptz")


def open_cursor(cursor: Cursor, query: tuple[sql.Composable, dict[str, object]] | str) -> None:
    """Open the server-side cursor `exported` over our query, or over one of the user's own."""
    if isinstance(query, str):
        cursor.execute("select set_config('dateline.export_query', %s, true)", (query,))
        cursor.execute(read_sql("export/open_query"))
    else:
        text, values = query
        cursor.execute(sql.SQL("declare exported no scroll cursor for {}").format(text), values)


def _is_by_time(partition: Partition | None) -> bool:
    return partition in (Partition.DAY, Partition.MONTH)
