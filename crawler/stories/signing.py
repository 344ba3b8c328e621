"""Signatures and edges of the articles that wait: the first half of finding stories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from psycopg2.extensions import cursor as Cursor  # noqa: N812

from crawler.database.copying import copy_rows
from crawler.resources import read_sql
from crawler.stories.likeness import Likeness
from crawler.stories.pairs import Pairs, SignedText
from crawler.stories.paragraphs import LEAST_TITLES, Paragraphs, read_paragraphs
from crawler.stories.signatures import CodedText, Signature, sign_texts

WINDOW = timedelta(days=30)
"""How far apart two texts may have been published to be compared."""
_MONTHLY = ("ingest.story_signature", "ingest.story_band", "ingest.story_paragraph")


class Signed(NamedTuple):
    """What a batch came to: how many entries of the queue it took, and articles whose story may be another now."""

    taken: int
    touched: frozenset[int]


class _Forgotten(NamedTuple):
    """What was known of articles that are signed again; edges as (article, other article, relation)."""

    paragraphs: list[int]
    edges: list[tuple[int, int, str]]
    digests: dict[int, int]


class _Waiting(NamedTuple):
    """A row of stories/02_select_texts."""

    article_id: int
    source_id: str
    language: str | None
    title: str
    text: str
    instant: datetime
    content_sha256: str
    signed_instant: datetime | None


def sign_pending(cursor: Cursor, most: int) -> Signed:
    """Take up to `most` entries of the queue, sign their articles, and compare these with others."""
    cursor.execute(read_sql("stories/01_take_pending"), {"most": most})
    cursor.execute("select count(*) from stories_taken")
    (taken,) = cursor.fetchone()  # type: ignore[misc]
    cursor.execute(read_sql("stories/02_select_texts"))
    waiting = [_Waiting(*row) for row in cursor]
    cursor.execute(read_sql("stories/11_create_edges"))
    touched: set[int] = set()
    if waiting:
        article_ids = [one.article_id for one in waiting]
        forgotten = _forget(cursor, waiting)
        touched.update(article_ids, (end for one, other, _ in forgotten.edges for end in (one, other)))
        paragraphs = [read_paragraphs(one.source_id, one.language, one.title, one.text) for one in waiting]
        boilerplate = _watch_paragraphs(cursor, waiting, paragraphs, forgotten.paragraphs)
        signatures = sign_texts(
            [
                CodedText(one.article_id, one.language, its.title, its.body_without(boilerplate))
                for one, its in zip(waiting, paragraphs, strict=True)
            ]
        )
        _write_signatures(cursor, waiting, paragraphs, signatures)
        _compare(cursor, waiting, signatures)
        _queue_parted(cursor, waiting, signatures, forgotten)
    cursor.execute(read_sql("stories/12_finish_signing"))
    return Signed(taken, frozenset(touched))


def _forget(cursor: Cursor, waiting: Sequence[_Waiting]) -> _Forgotten:
    """Take away what is known of articles."""
    known = [(one.article_id, one.signed_instant) for one in waiting if one.signed_instant is not None]
    if not known:
        return _Forgotten([], [], {})
    article_ids, instants = ([*column] for column in zip(*known, strict=True))
    values = {"article_ids": article_ids, "instants": instants}
    cursor.execute(read_sql("stories/02a_select_digests"), values)
    digests = dict(cursor.fetchall())
    cursor.execute(read_sql("stories/03_forget_signatures"), values)
    paragraphs = [paragraph_hash for (paragraph_hash,) in cursor]
    cursor.execute(read_sql("stories/04_forget_edges"), values)
    return _Forgotten(paragraphs, cursor.fetchall(), digests)


def _queue_parted(
    cursor: Cursor, waiting: Sequence[_Waiting], signatures: Sequence[Signature], forgotten: _Forgotten
) -> None:
    """Queue the articles that had the same words as one that has others now, or another place in time.

    Of many with the same words only neighbours in time have an edge: those have to find each other anew. What is read
    as before parts nobody; to queue its neighbours too would call them up for ever, one after the other.
    """
    parted = {
        one.article_id
        for one, its in zip(waiting, signatures, strict=True)
        if (one.signed_instant, forgotten.digests.get(one.article_id)) != (one.instant, its.digest)
    }
    ends = {
        end
        for one, other, relation in forgotten.edges
        if relation == Likeness.SAME and not parted.isdisjoint((one, other))
        for end in (one, other)
    }
    again = ends - {one.article_id for one in waiting}
    copy_rows(cursor, "ingest.story_pending (article_id)", ((article_id,) for article_id in sorted(again)))


def _watch_paragraphs(
    cursor: Cursor, waiting: Sequence[_Waiting], paragraphs: Sequence[Paragraphs], dropped: list[int]
) -> set[int]:
    """Keep first and last paragraphs; those of them that do not count. Who has one that turns is queued."""
    instants = [one.instant for one in waiting]
    months = sorted({_month_of(instant) for instant in instants})
    for table in _MONTHLY:
        cursor.execute("select ingest.ensure_months(%s, %s::timestamptz[])", (table, months))
    cursor.execute(read_sql("stories/05_create_paragraphs"))
    rows = (
        (paragraph_hash, its.title_hash, one.article_id, one.instant)
        for one, its in zip(waiting, paragraphs, strict=True)
        for paragraph_hash in set(its.watched.values())
    )
    copy_rows(cursor, "stories_paragraph", rows)
    values = {
        "since": months[0],
        "until": _month_of(months[-1] + timedelta(days=32)),
        "titles": LEAST_TITLES,
        "dropped": dropped,
    }
    cursor.execute(read_sql("stories/06_insert_paragraphs"), values)
    if turned := [paragraph_hash for (paragraph_hash,) in cursor]:
        article_ids = [one.article_id for one in waiting]
        cursor.execute(read_sql("stories/07_queue_readers"), {"paragraph_hashes": turned, "article_ids": article_ids})
    met = sorted({paragraph_hash for its in paragraphs for paragraph_hash in its.watched.values()})
    cursor.execute("select paragraph_hash from ingest.story_boilerplate where paragraph_hash = any(%s)", (met,))
    return {paragraph_hash for (paragraph_hash,) in cursor}


def _write_signatures(
    cursor: Cursor, waiting: Sequence[_Waiting], paragraphs: Sequence[Paragraphs], signatures: Sequence[Signature]
) -> None:
    rows = (
        (
            one.article_id,
            one.instant,
            signature.digest,
            _bytea(signature.shingles.tobytes()),
            _bytea(signature.numbers.tobytes()),
            _bigints(signature.bands.tolist()),
            _bigints(set(its.watched.values())),
        )
        for one, its, signature in zip(waiting, paragraphs, signatures, strict=True)
    )
    copy_rows(cursor, "ingest.story_signature", rows)
    copy_rows(cursor, "stories_signed", ((one.article_id, one.instant, one.content_sha256) for one in waiting))
    instants = [one.instant for one in waiting]
    values = {"article_ids": [one.article_id for one in waiting], "since": min(instants), "until": max(instants)}
    cursor.execute(read_sql("stories/08_insert_bands"), values)


def _compare(cursor: Cursor, waiting: Sequence[_Waiting], signatures: Sequence[Signature]) -> None:
    """Write the edges between these articles and others, and among them."""
    texts = {
        one.article_id: SignedText(one.article_id, one.instant, its.digest, its.shingles, its.numbers)
        for one, its in zip(waiting, signatures, strict=True)
    }
    found: dict[int, set[int]] = defaultdict(set)
    wanted: dict[int, datetime] = {}
    for month in sorted({_month_of(one.instant) for one in waiting}):
        cursor.execute(read_sql("stories/09_select_candidates"), {"month": month, "window": WINDOW})
        for article_id, other, instant in cursor:
            found[article_id].add(other)
            if other not in texts:
                wanted[other] = instant
    mine = frozenset(texts)
    for text in select_signatures(cursor, wanted):
        texts[text.article_id] = text
    pairs = Pairs(texts)
    edges: dict[tuple[int, int], tuple[Likeness, float]] = {}
    for article_id, others in found.items():
        # A pair of two of these articles is compared from the smaller one.
        compared = [other for other in others if other not in mine or article_id < other]
        for other, likeness, similarity in pairs.compare(article_id, compared):
            edges[_ordered(article_id, other)] = likeness, similarity
        for other in _next_with_same_words(texts[article_id], (texts[other] for other in others)):
            edges[_ordered(article_id, other)] = Likeness.SAME, 1.0
    copy_rows(cursor, "stories_edge", ((*pair, *relation) for pair, relation in edges.items()))


def select_signatures(cursor: Cursor, wanted: dict[int, datetime]) -> list[SignedText]:
    """Signatures of articles, by article and instant."""
    if not wanted:
        return []
    values = {
        "article_ids": [*wanted],
        "instants": [*wanted.values()],
        "since": min(wanted.values()),
        "until": max(wanted.values()),
    }
    cursor.execute(read_sql("stories/10_select_signatures"), values)
    return [SignedText.of_row(*row) for row in cursor]


def _next_with_same_words(text: SignedText, others: Iterable[SignedText]) -> list[int]:
    """Of the articles with the same words, the one right before and the one right after."""
    here = text.instant, text.article_id
    places = [(one.instant, one.article_id) for one in others if one.digest == text.digest]
    before = max((place for place in places if place < here), default=None)
    after = min((place for place in places if place > here), default=None)
    return [place[1] for place in (before, after) if place is not None]


def _ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _month_of(instant: datetime) -> datetime:
    return instant.astimezone(timezone.utc).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _bytea(value: bytes) -> str:
    return f"\\x{value.hex()}"


def _bigints(values: Iterable[int]) -> str:
    return f"{{{','.join(map(str, values))}}}"
