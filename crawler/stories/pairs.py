"""Texts that are compared with each other, each pair of texts once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from crawler.stories.likeness import COPIES, Likeness, Overlap, are_kin, judge, overlaps
from crawler.stories.numbers import NUMBER_COLUMNS, Numbers, differ


@dataclass(frozen=True, slots=True, eq=False)
class SignedText:
    """What is kept of a text: see `crawler.stories.signatures`."""

    article_id: int
    instant: datetime
    digest: int
    shingles: NDArray[np.uint32]
    numbers: NDArray[np.uint32]

    @classmethod
    def of_row(cls, article_id: int, instant: datetime, digest: int, shingles: bytes, numbers: bytes) -> SignedText:
        rows = np.frombuffer(numbers, np.uint32).reshape(-1, NUMBER_COLUMNS)
        return cls(article_id, instant, digest, np.frombuffer(shingles, np.uint32), rows)


@dataclass
class Pairs:
    """Comparisons of texts by their digest: the same words are compared once, however many articles have them."""

    texts: Mapping[int, SignedText]
    """By article."""
    _numbers: dict[int, Numbers] = field(default_factory=dict)
    _differ: dict[tuple[int, int], bool] = field(default_factory=dict)
    _overlaps: dict[tuple[int, int], Overlap] = field(default_factory=dict)

    def compare(self, article_id: int, others: Iterable[int]) -> list[tuple[int, Likeness, float]]:
        """How the others stand to an article: those with other words that are alike, as (article_id, …, similarity)."""
        mine = self.texts[article_id]
        theirs = [other for other in others if self.texts[other].digest != mine.digest]
        found = []
        for other, overlap in zip(theirs, self.overlaps(article_id, theirs), strict=True):
            likeness = judge(overlap)
            if likeness in COPIES and self.differ(article_id, other):
                likeness = Likeness.OTHER_NUMBERS
            if likeness is not None:
                found.append((other, likeness, overlap.similarity))
        return found

    def overlaps(self, article_id: int, others: list[int]) -> list[Overlap]:
        mine = self.texts[article_id]
        digests = {self.texts[other].digest: self.texts[other].shingles for other in others}
        new = [digest for digest in digests if _pair(mine.digest, digest) not in self._overlaps]
        for digest, overlap in zip(new, overlaps(mine.shingles, [digests[one] for one in new]), strict=True):
            self._overlaps[_pair(mine.digest, digest)] = overlap
        return [self._overlaps[_pair(mine.digest, self.texts[other].digest)] for other in others]

    def differ(self, article_id: int, other: int) -> bool:
        """Whether their numbers do."""
        one, two = self.texts[article_id], self.texts[other]
        pair = _pair(one.digest, two.digest)
        if pair not in self._differ:
            self._differ[pair] = one.digest != two.digest and differ(self._read(one), self._read(two))
        return self._differ[pair]

    def are_kin(self, article_id: int, other: int) -> bool:
        """Whether they have anything in common."""
        return are_kin(self.overlaps(article_id, [other])[0])

    def _read(self, text: SignedText) -> Numbers:
        if text.digest not in self._numbers:
            self._numbers[text.digest] = Numbers.of(text.numbers)
        return self._numbers[text.digest]


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)
