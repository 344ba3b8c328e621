"""What finding stories costs an article, and whether that stays so as the table grows.

`python -m bench.stories --articles 20000`: articles of made-up words go into an embedded PostgreSQL of its own, a
quarter of them copies (verbatim, cut, edited, with a line added), and `update_stories` finds their stories.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import itertools
import os
import random
import shutil
import socket
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from time import perf_counter, process_time, sleep
from typing import NamedTuple

import psutil

from bench.table import print_table
from crawler.config import Settings, load_settings
from crawler.database import EmbeddedServer, connect_url, migrate
from crawler.stories import rebuild_stories, update_stories

START = datetime(2026, 9, 1, tzinfo=timezone.utc)
COPIES = 0.25
WORDS = 350
_SYLLABLES = (
    "ka",
    "re",
    "mo",
    "ti",
    "lan",
    "sor",
    "ver",
    "ha",
    "du",
    "pen",
    "gri",
    "sto",
    "ma",
    "el",
    "or",
    "is",
    "un",
)
_SOURCES = 50
_KEPT = 40


class MadeUp(NamedTuple):
    title: str
    text: str


def make_articles(count: int, seed: int = 1) -> Iterator[MadeUp]:
    """Texts of words as frequent as words are, in paragraphs with numbers in them."""
    chance = random.Random(seed)
    words = list({"".join(chance.choices(_SYLLABLES, k=chance.choice((1, 2, 2, 3, 3, 4)))) for _ in range(40_000)})
    weights = list(itertools.accumulate(1 / (rank + 5) for rank in range(len(words))))
    wires: list[tuple[str, list[str]]] = []

    def choose(size: int) -> list[str]:
        return chance.choices(words, cum_weights=weights, k=size)

    def write(size: int) -> list[str]:
        paragraphs = []
        while size > 0:
            line = choose(min(size, chance.randint(25, 60)))
            line[chance.randrange(len(line))] = str(chance.randint(2, 400))
            paragraphs.append(" ".join(line).capitalize() + ".")
            size -= len(line)
        return paragraphs

    for _ in range(count):
        if wires and chance.random() < COPIES:
            title, paragraphs = chance.choice(wires[-_KEPT:])
            paragraphs = list(paragraphs)
            kind = chance.choice(("verbatim", "verbatim", "line", "cut", "edit"))
            if kind == "line":
                paragraphs.append(" ".join(choose(8)))
            elif kind == "cut":
                paragraphs = paragraphs[: max(3, len(paragraphs) // 2)]
            elif kind == "edit":
                number = chance.randrange(len(paragraphs))
                line = paragraphs[number].split()
                line[chance.randrange(len(line))] = choose(1)[0]
                paragraphs[number] = " ".join(line)
        else:
            title, paragraphs = " ".join(choose(9)), write(max(120, int(chance.gauss(WORDS, 80))))
            wires.append((title, paragraphs))
        yield MadeUp(title, "\n\n".join(paragraphs))


@contextmanager
def own_database() -> Iterator[Settings]:
    """Settings of a migrated database that ends with the block."""
    home = Path(tempfile.mkdtemp(prefix="dateline-bench-"))
    home.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {"DATELINE_HOME": str(home), "DATELINE_POSTGRES_PORT": str(port)}
    server = EmbeddedServer(load_settings(environment))
    os.environ["PGOPTIONS"] = ""
    try:
        server.start()
        owner = {"DATELINE_OWNER_DATABASE_URL": server.url("owner", "postgres")}
        settings = load_settings({**environment, **owner, "DATELINE_DATABASE_URL": server.url("loader", "postgres")})
        migrate(settings)
        yield settings
    finally:
        server.stop(seconds=5)
        shutil.rmtree(home, ignore_errors=True)


class Stored(NamedTuple):
    """An article for `store`; `at` is when it was published and fetched."""

    article_id: int
    source_id: str
    title: str
    text: str
    language: str
    at: datetime


def store(settings: Settings, articles: Iterable[Stored]) -> None:
    """Put articles there, and queue them."""
    copied = io.StringIO()
    for one in articles:
        key = hashlib.sha256(str(one.article_id).encode()).hexdigest()
        content = hashlib.sha256(f"{one.title}\n{one.text}".encode()).hexdigest()
        text = one.text.replace("\n", "\\n")
        fields = (one.article_id, one.source_id, key, one.title, text, one.language, content, one.at.isoformat())
        copied.write("\t".join(map(str, fields)) + "\n")
    copied.seek(0)
    with closing(connect_url(settings.owner_database_url or "")) as database, database, database.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("store_articles.sql").read_text(encoding="utf-8"))
        cursor.copy_expert("copy bench_article from stdin", copied)
        cursor.execute(Path(__file__).with_name("queue_articles.sql").read_text(encoding="utf-8"))


def publish(articles: Iterable[MadeUp], first: int, total: int) -> Iterator[Stored]:
    """Articles that appear one after the other in 60 days."""
    for number, one in enumerate(articles, start=first):
        at = START + timedelta(days=60) * (number / total)
        yield Stored(number, f"s{number % _SOURCES}", one.title, one.text, "en", at)


def measure(settings: Settings, count: int, batch: int, step: int) -> None:
    """A line for every `step` articles."""
    articles = list(make_articles(count))
    postgres = _postgres(settings)
    rows = []
    for first in range(0, count, step):
        store(settings, publish(articles[first : first + step], first + 1, count))
        started, cpu_started, server_started = perf_counter(), process_time(), _cpu_seconds(postgres)
        done = 0
        while done < step:
            done += update_stories(settings, most=batch, batch=batch).articles or step
        seconds, cpu = perf_counter() - started, process_time() - cpu_started
        sleep(0.5)  # the server notes what a session took when it has ended
        server = _cpu_seconds(postgres) - server_started
        rows.append(
            (f"{first + step:,}", *(f"{1000 * part / step:.3f}" for part in (cpu, server, cpu + server, seconds)))
        )
        print(*rows[-1], flush=True)
    print_table(("articles", "Python ms", "PostgreSQL ms", "CPU ms", "elapsed ms"), rows)


def _postgres(settings: Settings) -> psutil.Process:
    pid = int((settings.home / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    return psutil.Process(pid)


def _cpu_seconds(postgres: psutil.Process) -> float:
    """Of the server and all that it started, those that have ended included."""
    own = postgres.cpu_times()
    total = own.children_user + own.children_system + own.user + own.system
    for child in postgres.children():
        try:
            its = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += its.user + its.system
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=1000, help="articles in a transaction")
    parser.add_argument("--step", type=int, default=4000, help="articles in a line of the table")
    parser.add_argument("--rebuild", action="store_true", help="also find all of them anew")
    chosen = parser.parse_args()
    with own_database() as settings:
        measure(settings, chosen.articles, chosen.batch, chosen.step)
        if chosen.rebuild:
            started = perf_counter()
            rebuild_stories(settings)
            print(f"rebuilt in {perf_counter() - started:.1f} s")
        with closing(connect_url(settings.owner_database_url or "")) as database, database.cursor() as cursor:
            cursor.execute("select count(*), sum(article_count) from news.story")
            print("stories, articles:", *(cursor.fetchone() or ()))


if __name__ == "__main__":
    main()
