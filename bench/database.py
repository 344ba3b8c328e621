"""How fast articles are loaded, and how fast the database that they make answers, at a million and at ten thousand.

`python -m bench.database --articles 1000000`: an embedded PostgreSQL of its own is filled with an invented world
(bench.world) through the real load, batch after batch. Only the load's own time counts, not that of inventing.
"""

from __future__ import annotations

import argparse
import contextlib
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg2

from bench.load_rate import LoadRate, find_server, machine
from bench.own_server import own_server
from bench.query_times import Answer, Question, ask, example_questions, past_questions, search_questions
from bench.table import print_table
from bench.world.build import CLUSTERS_FILE, Plan, write_world
from crawler.config import Settings
from crawler.database import EmbeddedServer

SMALL = 10_000
_HERE = Path(__file__).parent
_LISTED_STEPS = 24


def main() -> None:
    parser = argparse.ArgumentParser(description="The speed of load, and of questions to a full database.")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--batch-pages", type=int, default=2_000, help="pages a batch, about")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the batch folders: 12 KB an article")
    arguments = parser.parse_args()
    plan = Plan(articles=arguments.articles, seed=arguments.seed, batch_pages=arguments.batch_pages)
    print(f"{plan.articles:,} articles of {plan.outlets} outlets in batches of {plan.batch_pages:,} pages; {machine()}")
    with own_server() as (server, settings, _):
        small = _fill(server, settings, plan, is_kept=arguments.keep)
        database = psycopg2.connect(server.url("owner"))
        database.autocommit = True
        with contextlib.closing(database), database.cursor() as cursor:
            _print_sizes(cursor)
            _copy_bare(cursor, settings.home / "articles.copy")
            _score_clusters(cursor, settings)
        _print_answers(small, _ask(server))


def _fill(server: EmbeddedServer, settings: Settings, plan: Plan, *, is_kept: bool) -> dict[str, Answer]:
    """Load the world; answers what the questions took when it was small."""
    rate = LoadRate(settings, find_server(_data_dir(server)))
    small: dict[str, Answer] = {}
    for written in write_world(settings.runs_dir, plan):
        rate.load(written.folder, written.pages, is_kept=is_kept)
        print(f"\r{rate.pages:,} loaded, {rate.pages / rate.seconds:,.0f} a second ", end="", flush=True)
        if not small and rate.pages >= SMALL:
            small = _ask(server)
    print()
    pages = rate.pages
    first, last = rate.rate_of_first(SMALL), rate.rate_of_last(SMALL)
    print_table(
        ("load", "pages", "seconds", "pages/s", f"first {SMALL:,}", f"last {SMALL:,}", "last/first"),
        [("all", f"{pages:,}", f"{rate.seconds:.0f}", *(f"{one:,.0f}" for one in (pages / rate.seconds, first, last)),
          f"{last / first:.2f}")],
    )  # fmt: skip
    print_table(
        ("CPU", "ms/page", "share"),
        [
            (name, f"{1_000 * cpu / pages:.3f}", f"{cpu / (rate.own_cpu + rate.server_cpu):.0%}")
            for name, cpu in (("Python", rate.own_cpu), ("PostgreSQL", rate.server_cpu))
        ],
    )
    steps = sorted(rate.step_seconds.items(), key=lambda step: -step[1])[:_LISTED_STEPS]
    print_table(("step", "ms/page"), [(name, f"{1_000 * seconds / pages:.3f}") for name, seconds in steps])
    return small


def _ask(server: EmbeddedServer) -> dict[str, Answer]:
    database = psycopg2.connect(server.url("owner"))
    database.autocommit = True
    with contextlib.closing(database), database.cursor() as cursor:
        cursor.execute("vacuum analyze")
        questions = [*example_questions(), *search_questions(_words(cursor)), *past_questions(_newest(cursor))]
    return ask(server.url("analyst"), server.url("owner"), _distinct(questions))


def _words(cursor: Any) -> dict[str, str]:
    """What to search for: words of the world's English, which are the same in every world of a seed."""
    cursor.execute((_HERE / "sample_words.sql").read_text(encoding="utf-8"))
    (common, rare, phrase) = cursor.fetchone()
    return {"common word": common, "rare word": rare, "two words": f"{common} {rare}", "phrase": f'"{phrase}"'}


def _newest(cursor: Any) -> datetime:
    cursor.execute("select max(published_at) from news.article")
    (newest,) = cursor.fetchone()
    assert isinstance(newest, datetime)  # noqa: S101
    return newest


def _distinct(questions: list[Question]) -> list[Question]:
    return list({question.name: question for question in questions}.values())


def _print_sizes(cursor: Any) -> None:
    cursor.execute((_HERE / "table_sizes.sql").read_text(encoding="utf-8"))
    rows = cursor.fetchall()
    cursor.execute("select pg_database_size(current_database())")
    (total,) = cursor.fetchone()
    print_table(
        ("table", "rows", "rows MB", "long values MB", "indexes MB"),
        [
            (name, f"{count:,}", *(f"{size / 1e6:,.0f}" for size in sizes))
            for name, *sizes, count in rows
            if sum(sizes) >= 1e6
        ],
    )
    print(f"database {total / 1e9:.2f} GB", flush=True)


def _copy_bare(cursor: Any, path: Path) -> None:
    """COPY of the same articles into one table without an index: what the disk and the server would let through."""
    try:
        with path.open("wb") as file:
            cursor.copy_expert("copy (select * from news.article limit 100000) to stdout", file)
        cursor.execute("create table public.unindexed (like news.article)")
        started = perf_counter()
        with path.open("rb") as file:
            cursor.copy_expert("copy public.unindexed from stdin", file)
        seconds = perf_counter() - started
        count = cursor.rowcount
        print(f"bare COPY of {count:,} articles into one unindexed table: {count / seconds:,.0f} a second", flush=True)
    finally:
        path.unlink(missing_ok=True)
        cursor.execute("drop table if exists public.unindexed")


def _score_clusters(cursor: Any, settings: Settings) -> None:
    cursor.execute("select exists (select from news.story_article)")
    if not cursor.fetchone()[0]:
        return
    cursor.execute(
        "create temporary table known_cluster (source_id text, url_key text, cluster int, family int, role text)"
    )
    with (settings.runs_dir / CLUSTERS_FILE).open("rb") as file:
        cursor.copy_expert("copy known_cluster from stdin with (format csv, header)", file)
    cursor.execute("analyze known_cluster")
    cursor.execute((_HERE / "score_clusters.sql").read_text(encoding="utf-8"))
    rightly, found, known, other_numbers = map(int, cursor.fetchone())
    print_table(
        ("stories", "precision", "recall", "known pairs", "pairs with other numbers"),
        [
            (
                "pairs",
                f"{rightly / max(found, 1):.4f}",
                f"{rightly / max(known, 1):.4f}",
                f"{known:,}",
                f"{other_numbers:,}",
            )
        ],
    )


def _print_answers(small: dict[str, Answer], large: dict[str, Answer]) -> None:
    rows = []
    for name, answer in large.items():
        before = small.get(name)
        rows.append(
            (
                name,
                f"{answer.rows:,}",
                f"{before.milliseconds:.2f}" if before else "",
                f"{answer.milliseconds:.2f}",
                f"{answer.milliseconds / before.milliseconds:.1f}" if before else "",
                ", ".join(answer.scanned) or "none",
            )
        )
    print_table(("question", "rows", f"ms at {SMALL:,}", "ms now", "times", "big tables scanned"), rows)


def _data_dir(server: EmbeddedServer) -> Path:
    command = server.command()
    return Path(command[command.index("-D") + 1])


if __name__ == "__main__":
    main()
