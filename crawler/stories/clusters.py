"""Stories of articles that are alike: the same whatever order the articles came in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from crawler.stories.likeness import COPIES, Likeness


class Edge(NamedTuple):
    """Two articles that are alike; `article_id` is the smaller."""

    article_id: int
    other_article_id: int
    relation: Likeness
    similarity: float


class Parting(NamedTuple):
    """Two stories that an edge would have joined; `story_id` is the smaller."""

    story_id: int
    other_story_id: int
    relation: Likeness
    similarity: float


def find_stories(
    digests: Mapping[int, int],
    edges: Iterable[Edge],
    differ: Callable[[int, int], bool],
    are_kin: Callable[[int, int], bool],
) -> tuple[dict[int, int], list[Parting]]:
    """The story_id of each article, and which stories edges lead between that were not joined.

    `digests` are those of all articles; `differ` says of two articles whether their numbers do, `are_kin` whether they
    have anything in common. The most alike are joined first. Two stories are never joined when numbers of any of their
    articles differ, nor over a part that they share when other articles of theirs have nothing in common.
    """
    story_of = {article_id: article_id for article_id in digests}
    members = {article_id: [article_id] for article_id in digests}
    ordered = sorted(
        (edge for edge in edges if edge.relation in COPIES),
        key=lambda edge: (edge.relation is not Likeness.SAME, -edge.similarity, edge.article_id, edge.other_article_id),
    )
    parted = []
    for edge in ordered:
        one, other = sorted((story_of[edge.article_id], story_of[edge.other_article_id]))
        if one == other:
            continue
        if edge.relation is not Likeness.SAME and (
            relation := _keeps_apart(
                edge, _different(members[one], digests), _different(members[other], digests), differ, are_kin
            )
        ):
            parted.append((edge, relation))
            continue
        for article_id in members[other]:
            story_of[article_id] = one
        members[one] += members.pop(other)
    partings: dict[tuple[int, int], list[Parting]] = defaultdict(list)
    for edge, relation in parted:
        one, other = sorted((story_of[edge.article_id], story_of[edge.other_article_id]))
        if one != other:
            partings[one, other].append(Parting(one, other, relation, edge.similarity))
    return story_of, [max(pair, key=lambda parting: parting.similarity) for pair in partings.values()]


def _different(articles: list[int], digests: Mapping[int, int]) -> list[int]:
    """One article of each text."""
    return list({digests[article_id]: article_id for article_id in articles}.values())


def _keeps_apart(
    edge: Edge,
    ones: list[int],
    others: list[int],
    differ: Callable[[int, int], bool],
    are_kin: Callable[[int, int], bool],
) -> Likeness | None:
    if any(differ(one, other) for one in ones for other in others):
        return Likeness.OTHER_NUMBERS
    if edge.relation is Likeness.PART and not all(are_kin(one, other) for one in ones for other in others):
        return Likeness.OVERLAP
    return None


def families(stories: Iterable[int], relations: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The family_id of each story: the smallest story that it is related to, at any distance."""
    parent = {story_id: story_id for story_id in stories}

    def root(story_id: int) -> int:
        while parent[story_id] != story_id:
            parent[story_id] = parent[parent[story_id]]
            story_id = parent[story_id]
        return story_id

    for one, other in relations:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    return {story_id: root(story_id) for story_id in parent}
