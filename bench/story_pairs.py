"""How well copies are told from reports that only look like copies: labelled pairs in ten languages.

`python -m bench.story_pairs`: the pairs are made of bench/data/story_events.jsonl (news of events that never happened,
each in two wordings, with words and numbers to change) and story_outlets.jsonl (what outlets add), go through
`update_stories` in an embedded PostgreSQL of its own, and a line for each kind says what was found. Exit status 1 where
precision or recall is below 95 %, or a pair with other numbers is counted as one story. `--wrong` prints those pairs.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

from bench.own_server import own_server
from bench.table import print_table
from crawler.config import Settings
from crawler.database import connect, connect_url, database_url
from crawler.stories import update_stories

START = datetime(2024, 1, 3, tzinfo=timezone.utc)
APART = timedelta(days=62)
"""Between rounds: texts of one never meet those of another."""
BAR = 0.95
COPIES = ("copy", "light_edit", "cut", "added_intro")
OTHER_NUMBERS = ("other_numbers", "update")
_HERE = Path(__file__).parent
_DATA = _HERE / "data"
_NUMBER = re.compile(r"\d+")
_VARIANTS = str.maketrans(
    {"أ": "ا", "إ": "ا", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ً": "", "\u200c": " ", "é": "e", "’": "'", "«": '"'}
    | {"“": '"', "ё": "е", **{chr(zero + n): str(n) for zero in (0x660, 0x6F0) for n in range(10)}}
)


class Stored(NamedTuple):
    """An article for `store`; `at` is when it was published and fetched."""

    article_id: int
    source_id: str
    title: str
    text: str
    language: str
    at: datetime


class Text(NamedTuple):
    title: str
    text: str


class Pair(NamedTuple):
    kind: str
    name: str
    language: str
    one: Text
    other: Text


def make_pairs() -> Iterator[Pair]:
    """All pairs; those of one kind and number stand together, one an event."""
    outlets = {outlet["language"]: outlet for outlet in _read("story_outlets")}
    for event in _read("story_events"):
        outlet = outlets[event["language"]]
        whole = Text(event["title"], event["text"])
        paragraphs = whole.text.split("\n\n")
        edits, numbers = event["edits"], event["numbers"]
        credited = f"{outlet['intro']}\n\n{whole.text}\n\n{outlet['credit']}"
        others = [
            ("copy", whole),
            ("copy", Text(*(part.translate(_VARIANTS).upper() for part in whole))),
            ("light_edit", Text(whole.title, _replace(whole.text, edits[:2]))),
            ("light_edit", Text(event["other_title"], _replace(whole.text, edits))),
            ("cut", Text(whole.title, "\n\n".join(paragraphs[:3]))),
            ("cut", Text(event["other_title"], "\n\n".join(paragraphs[:2]))),
            ("added_intro", Text(whole.title, f"{outlet['intro']}\n\n{whole.text}")),
            ("added_intro", Text(event["other_title"], credited)),
            ("rewrite", Text(event["other_title"], event["other_text"])),
            *(("other_numbers", Text(whole.title, _replace(whole.text, [change]))) for change in numbers),
            ("update", Text(event["other_title"], f"{_replace(whole.text, numbers[:2])}\n\n{outlet['credit']}")),
        ]
        if swapped := _swap(whole.text):
            others.append(("other_numbers", Text(whole.title, swapped)))
        for kind, other in others:
            yield Pair(kind, event["id"], event["language"], whole, other)


def make_boilerplate() -> Iterator[tuple[str, str, list[Text]]]:
    """For each language an outlet's short reports, no two of one event, all with the same paragraphs below them."""
    events = _read("story_events")
    for outlet in _read("story_outlets"):
        short = [
            Text(f"{event['title']} - {number}", f"{paragraph}\n\n{outlet['about']}")
            for event in events
            if event["language"] == outlet["language"]
            for number, paragraph in enumerate(event["text"].split("\n\n"), start=1)
        ]
        yield outlet["language"], f"{outlet['language']}-herald", short


def _read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (_DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def _replace(text: str, changes: list[list[str]]) -> str:
    for old, new in changes:
        text = text.replace(old, new, 1)
    return text


def _swap(text: str) -> str | None:
    """The first two numbers in digits change places."""
    found = list(_NUMBER.finditer(text))[:2]
    if len(found) < 2 or found[0][0] == found[1][0]:
        return None
    one, other = found
    return text[: one.start()] + other[0] + text[one.end() : other.start()] + one[0] + text[other.end() :]


def judge_pairs(settings: Settings) -> list[tuple[Pair, str]]:
    """Each pair, and what was found: one story, a relation, or apart."""
    rounds: Counter[str] = Counter()
    articles: list[Stored] = []
    placed: list[tuple[Pair, int, int]] = []
    for pair in make_pairs():
        at = START + rounds[pair.name] * APART
        rounds[pair.name] += 1
        for source, text in (("alpha", pair.one), ("beta", pair.other)):
            articles.append(Stored(len(articles) + 1, f"{source}-{pair.name}", *text, pair.language, at))
        placed.append((pair, len(articles) - 1, len(articles)))
    at = START - APART
    for language, source, texts in make_boilerplate():
        first = len(articles) + 1
        articles += [Stored(first + n, source, *text, language, at) for n, text in enumerate(texts)]
        half = len(texts) // 2
        for n in range(half):
            pair = Pair("boilerplate", source, language, texts[n], texts[half + n])
            placed.append((pair, first + n, first + half + n))
    store(settings, articles)
    update_stories(settings)
    with closing(connect(settings)) as database, database.cursor() as cursor:
        cursor.execute("select article_id, story_id from news.story_article")
        story_of = dict(cursor.fetchall())
        cursor.execute("select story_id, other_story_id, relation from news.story_relation")
        relations = {(one, other): relation for one, other, relation in cursor}
    judged = []
    for pair, one, other in placed:
        low, high = sorted((story_of[one], story_of[other]))
        judged.append((pair, "one story" if low == high else relations.get((low, high), "apart")))
    return judged


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
    with closing(connect_url(database_url(settings, "owner"))) as database, database, database.cursor() as cursor:
        cursor.execute(_HERE.joinpath("store_articles.sql").read_text(encoding="utf-8"))
        cursor.copy_expert("copy bench_article from stdin", copied)
        cursor.execute(_HERE.joinpath("queue_articles.sql").read_text(encoding="utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--wrong", action="store_true", help="print the pairs that were taken for something else")
    chosen = parser.parse_args()
    with own_server() as (_, settings, _):
        judged = judge_pairs(settings)
    rows, is_good = [], True
    for kind in dict.fromkeys(pair.kind for pair, _ in judged):
        found = Counter(result for pair, result in judged if pair.kind == kind)
        total = found.total()
        expected = "one story" if kind in COPIES else "other_numbers" if kind in OTHER_NUMBERS else None
        right = found[expected] if expected else total - found["one story"]
        is_good &= right >= BAR * total
        counts = (found["one story"], found["other_numbers"], found["overlap"], found["apart"])
        rows.append((kind, str(total), *map(str, counts), f"{right / total:.3f}"))
    print_table(("kind", "pairs", "one story", "other numbers", "overlap", "apart", "right"), rows)
    for result, kinds in (("one story", COPIES), ("other_numbers", OTHER_NUMBERS)):
        hits = sum(pair.kind in kinds and found == result for pair, found in judged)
        precision = hits / max(1, sum(found == result for _, found in judged))
        recall = hits / sum(pair.kind in kinds for pair, _ in judged)
        is_good &= min(precision, recall) >= BAR
        print(f"{result}: precision {precision:.3f}, recall {recall:.3f}")
    confused = sum(pair.kind in OTHER_NUMBERS and found == "one story" for pair, found in judged)
    print(
        f"{len(judged)} pairs, {len({pair.language for pair, _ in judged})} languages; "
        f"{confused} with other numbers counted as one story"
    )
    if chosen.wrong:
        for pair, found in judged:
            wanted = "one story" if pair.kind in COPIES else "other_numbers" if pair.kind in OTHER_NUMBERS else ""
            if found != wanted and (wanted or found == "one story"):
                print(f"{pair.kind} {pair.name}: {found}\n{pair.other.text}\n")
    sys.exit(0 if is_good and not confused else 1)


if __name__ == "__main__":
    main()
