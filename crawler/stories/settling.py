"""Stories of articles whose edges may have changed: the second half of finding stories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from psycopg2.extensions import cursor as Cursor  # noqa: N812

from crawler.database.copying import copy_rows
from crawler.resources import read_sql
from crawler.stories.clusters import Edge, Parting, families, find_stories
from crawler.stories.likeness import Likeness, relation_to_first
from crawler.stories.pairs import Pairs, SignedText


class _Member(NamedTuple):
    """What decides which article of a story is the first."""

    published_at: datetime | None
    first_fetched_at: datetime


def settle_stories(cursor: Cursor, touched: Iterable[int]) -> frozenset[int]:
    """Find the stories of these articles and of all that edges lead to, and write what is other now. All of them."""
    articles, edges = _component(cursor, set(touched))
    if not articles:
        return frozenset()
    linked = {end for edge in edges for end in (edge.article_id, edge.other_article_id)}
    members, texts = _read_members(cursor, linked)
    pairs = Pairs(texts)
    digests = {article_id: text.digest for article_id, text in texts.items()}
    story_of, partings = find_stories(digests, edges, pairs.differ, pairs.are_kin)
    _write(cursor, _rows(articles - linked, story_of, members, pairs), partings)
    return frozenset(articles)


def _component(cursor: Cursor, touched: set[int]) -> tuple[set[int], set[Edge]]:
    """All articles that edges between copies lead to, and these edges."""
    edges: set[Edge] = set()
    reached, frontier = set(touched), set(touched)
    while frontier:
        cursor.execute(read_sql("stories/20_select_edges"), {"article_ids": sorted(frontier)})
        found = {Edge(one, other, Likeness(relation), similarity) for one, other, relation, similarity in cursor}
        edges |= found
        frontier = {end for edge in found for end in (edge.article_id, edge.other_article_id)} - reached
        reached |= frontier
    return reached, edges


def _read_members(cursor: Cursor, articles: set[int]) -> tuple[dict[int, _Member], dict[int, SignedText]]:
    members: dict[int, _Member] = {}
    texts: dict[int, SignedText] = {}
    if articles:
        cursor.execute(read_sql("stories/21_select_members"), {"article_ids": sorted(articles)})
        for article_id, published_at, first_fetched_at, *signature in cursor:
            members[article_id] = _Member(published_at, first_fetched_at)
            texts[article_id] = SignedText.of_row(article_id, published_at or first_fetched_at, *signature)
    return members, texts


def _rows(
    alone: Iterable[int], story_of: Mapping[int, int], members: Mapping[int, _Member], pairs: Pairs
) -> Iterator[tuple[int, int, str, float]]:
    """Rows of stories_member."""
    for article_id in alone:
        yield article_id, article_id, "first", 1.0
    stories: dict[int, list[int]] = defaultdict(list)
    for article_id, story_id in story_of.items():
        stories[story_id].append(article_id)
    for story_id, articles in stories.items():
        first = min(articles, key=lambda article_id: _place(article_id, members[article_id]))
        others = [article_id for article_id in articles if article_id != first]
        yield first, story_id, "first", 1.0
        digest = pairs.texts[first].digest
        same = [one for one in others if pairs.texts[one].digest == digest]
        different = [one for one in others if pairs.texts[one].digest != digest]
        for article_id in same:
            yield article_id, story_id, "copy", 1.0
        for article_id, overlap in zip(different, pairs.overlaps(first, different), strict=True):
            yield article_id, story_id, relation_to_first(overlap), overlap.similarity


def _place(article_id: int, member: _Member) -> tuple[bool, datetime, datetime, int]:
    """Published first; where none says when, seen first."""
    instant = member.published_at or member.first_fetched_at
    return member.published_at is None, instant, member.first_fetched_at, article_id


def _write(cursor: Cursor, rows: Iterable[tuple[int, int, str, float]], partings: Iterable[Parting]) -> None:
    cursor.execute(read_sql("stories/22_create_members"))
    copy_rows(cursor, "stories_member", rows)
    copy_rows(cursor, "stories_parting", partings)
    cursor.execute(read_sql("stories/23_write_stories"))
    cursor.execute(read_sql("stories/24_write_relations"))
    cursor.execute(read_sql("stories/25_select_families"))
    others = dict(cursor.fetchall())
    if others:
        found = families(others, ((one, other) for one, related in others.items() for other in related))
        values = {"story_ids": [*found], "family_ids": [*found.values()]}
        cursor.execute(read_sql("stories/26_update_families"), values)
    cursor.execute(read_sql("stories/27_finish_settling"))
