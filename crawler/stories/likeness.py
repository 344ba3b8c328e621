"""How two texts stand to each other: a pure function of the two."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

U32 = NDArray[np.uint32]

_LEAST_COPY = 0.45
"""Jaccard index from which two texts are copies: one word in ten may be another."""
_LEAST_SHORT_COPY = 0.6
_SHORT = 25
_LEAST_PART = 0.75
"""How much of the shorter text the longer one has where one is a part of the other."""
_SHORTEST_PART = 30
_LEAST_RATIO = 0.18
_LEAST_OVERLAP = 0.3
_SHORTEST_OVERLAP = 30
_LEAST_KIN = 0.25
_NEARLY_ALL = 0.9


class Likeness(StrEnum):
    """As in ingest.story_edge."""

    SAME = "same"
    COPY = "copy"
    PART = "part"
    OTHER_NUMBERS = "other_numbers"
    OVERLAP = "overlap"


COPIES = frozenset((Likeness.SAME, Likeness.COPY, Likeness.PART))


class Overlap(NamedTuple):
    """Counts of word triples: those of each text, and those that both have."""

    one: int
    other: int
    shared: int

    @property
    def similarity(self) -> float:
        """Jaccard index."""
        return self.shared / (self.one + self.other - self.shared) if self.shared else 0.0

    @property
    def containment(self) -> float:
        """How much of the shorter text is in the longer one."""
        return self.shared / min(self.one, self.other) if self.shared else 0.0

    @property
    def ratio(self) -> float:
        """Length of the shorter text in lengths of the longer one."""
        return min(self.one, self.other) / max(self.one, self.other, 1)


def overlaps(one: U32, others: Sequence[U32]) -> list[Overlap]:
    """What a text shares with each of others. Arrays of shingles, sorted and unique."""
    if not others:
        return []
    if not len(one):
        return [Overlap(0, len(other), 0) for other in others]
    joined = np.concatenate(others)
    places = np.searchsorted(one, joined)
    places[places == len(one)] = 0
    is_shared = np.concatenate(([0], np.cumsum(one[places] == joined)))
    bounds = np.cumsum([len(other) for other in others])
    shared = np.diff(np.concatenate(([0], is_shared[bounds])))
    return [Overlap(len(one), len(other), int(n)) for other, n in zip(others, shared, strict=True)]


def judge(overlap: Overlap) -> Likeness | None:
    """How two texts with different words stand to each other, numbers aside; None: they have nothing in common."""
    least_copy = _LEAST_SHORT_COPY if max(overlap.one, overlap.other) < _SHORT else _LEAST_COPY
    if overlap.similarity >= least_copy:
        return Likeness.COPY
    shorter = min(overlap.one, overlap.other)
    if overlap.containment >= _LEAST_PART and shorter >= _SHORTEST_PART and overlap.ratio >= _LEAST_RATIO:
        return Likeness.PART
    if overlap.containment >= _LEAST_OVERLAP and overlap.shared >= _SHORTEST_OVERLAP:
        return Likeness.OVERLAP
    return None


def are_kin(overlap: Overlap) -> bool:
    """Whether two texts can be in one story at all, where only a third one has parts of both."""
    return overlap.containment >= _LEAST_KIN


def relation_to_first(overlap: Overlap) -> str:
    """How a text stands to the first of its story, as in news.story_article."""
    if overlap.similarity >= _NEARLY_ALL:
        return "copy"
    if overlap.containment >= _LEAST_PART and overlap.ratio < _NEARLY_ALL:
        return "part"
    return "light_edit"
