"""How long analysts' questions take, and whether any of them reads a big table from end to end."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import psycopg2

from crawler.resources import resource_dir

BIG_TABLE_ROWS = 20_000
_ROUNDS = 11
_SEQUENTIAL = re.compile(r"Seq Scan on (?:\w+\.)?(\w+)")
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Question:
    """`function` must be there for it, schema and name; None: tables are enough."""

    name: str
    statement: str
    values: Mapping[str, Any]
    function: str | None = None


@dataclass(frozen=True)
class Answer:
    """Warm median, and the big tables that were read from end to end."""

    milliseconds: float
    rows: int
    scanned: tuple[str, ...]


def example_questions() -> list[Question]:
    """The examples that analysts are shown."""
    files = sorted((resource_dir("sql") / "queries").glob("example_*.sql"))
    return [Question(path.stem, _without_semicolon(path), {}) for path in files]


def search_questions(words: Mapping[str, str]) -> list[Question]:
    """Searches, by what kind of words they are for."""
    statement = "select * from news.search(%(query)s)"
    return [Question(f"search: {kind}", statement, {"query": query}, "news.search") for kind, query in words.items()]


def past_questions(now: datetime) -> list[Question]:
    """A week of articles as they read at its end."""
    statement = "select * from news.article_as_of(%(moment)s, %(since)s, %(moment)s)"
    values = {"moment": now, "since": now - _WEEK}
    return [Question("article_as_of: a week", statement, values, "news.article_as_of")]


def ask(analyst_url: str, owner_url: str, questions: Sequence[Question]) -> dict[str, Answer]:
    """Ask what this database can answer: each once to warm up, then the median of some times."""
    answers = {}
    with _session(analyst_url) as cursor, _session(owner_url) as owner:
        owner.execute("load 'auto_explain'")
        owner.execute("set auto_explain.log_min_duration = '5ms'")
        owner.execute("set auto_explain.log_nested_statements = on")
        owner.execute("set auto_explain.log_level = notice")
        for question in questions:
            if question.function and not _exists(owner, question.function):
                continue
            rows = _run(cursor, question)
            times = []
            for _ in range(_ROUNDS):
                started = perf_counter()
                _run(cursor, question)
                times.append(perf_counter() - started)
            answers[question.name] = Answer(1_000 * median(times), rows, _scanned_tables(owner, question))
    return answers


def _run(cursor: Any, question: Question) -> int:
    cursor.execute(question.statement, question.values or None)
    return len(cursor.fetchall())


def _scanned_tables(owner: Any, question: Question) -> tuple[str, ...]:
    """Big tables that any plan of the question scans, those of statements within functions included."""
    owner.connection.notices.clear()
    _run(owner, question)
    names = {name for notice in owner.connection.notices for name in _SEQUENTIAL.findall(notice)}
    owner.execute("select relname from pg_class where reltuples > %s and relkind = 'r'", (BIG_TABLE_ROWS,))
    return tuple(sorted(names & {name for (name,) in owner.fetchall()}))


def _exists(owner: Any, function: str) -> bool:
    schema, name = function.split(".")
    owner.execute(
        "select exists (select from pg_proc where proname = %s and pronamespace = to_regnamespace(%s))", (name, schema)
    )
    return bool(owner.fetchone()[0])


@contextlib.contextmanager
def _session(url: str) -> Iterator[Any]:
    database = psycopg2.connect(url)
    database.autocommit = True
    with contextlib.closing(database), database.cursor() as cursor:
        yield cursor


def _without_semicolon(path: Path) -> str:
    return path.read_text(encoding="utf-8").rstrip().removesuffix(";")
