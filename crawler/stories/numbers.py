"""The numbers of a text with the words around them, and when two texts have different ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crawler.stories.number_words import add_up
from crawler.stories.words import DIGITS_SHIFT, IS_CONTENT, IS_WORD, VALUE_MASK, connector_codes

U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]

_REACH = 4
NUMBER_COLUMNS = 3 + 2 * _REACH
"""The number, the two words before it, the two after it, and what words are near it: 0 for none."""
_THOUSANDS = 3
_SHARED_WORDS = 2
_K1, _K2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


def read_numbers(
    codes: U64,
    words: U64,
    place: I64,
    is_number: NDArray[np.bool_],
    starts: I64,
    sizes: I64,
    languages: Sequence[str | None],
) -> list[U32]:
    """The numbers of each text: rows of NUMBER_COLUMNS hashes.

    `codes` are all words of all texts, `words` the same with numbers that follow each other as one, and `place` says
    where in `words` a code is. Between texts there are at least as many zeros as words are looked at.
    """
    at: list[int] = []
    step: list[int] = []
    value: list[int] = []
    counts = []
    positions = np.flatnonzero(is_number)
    found, values = positions.tolist(), codes[positions].tolist()
    bounds = np.searchsorted(positions, np.stack((starts, starts + sizes))).T.tolist()
    for (first, after), language in zip(bounds, languages, strict=True):
        before = len(at)
        n = first
        while n < after:
            end = n + 1
            while end < after and found[end] == found[end - 1] + 1:
                end += 1
            joined = _join_connected(codes, found, values, end, after, language) if values[end - 1] & IS_WORD else end
            for number, one in enumerate(_read_run(values[n:joined])):
                at.append(found[n])
                step.append(number)
                value.append(one)
            if joined - n > 1 and len(at) and step[-1]:
                # Of several numbers in a row, only the words before them say which is which.
                step[-1 - step[-1]] = -1
            n = joined
        counts.append(len(at) - before)
    rows = _surround(words, place[np.array(at, np.int64)], np.array(step, np.int64), np.array(value, np.uint64))
    return np.split(rows, np.cumsum(counts)[:-1])


def _join_connected(codes: U64, found: list[int], values: list[int], end: int, after: int, language: str | None) -> int:
    """Where a run of words for numbers ends if it goes on behind an «and»."""
    while (
        end < after
        and found[end] == found[end - 1] + 2
        and values[end] & IS_WORD
        and values[end - 1] & VALUE_MASK > values[end] & VALUE_MASK
        and int(codes[found[end] - 1]) in connector_codes(language)
    ):
        end += 1
        while end < after and found[end] == found[end - 1] + 1 and values[end] & IS_WORD:
            end += 1
    return end


def _read_run(run: list[int]) -> list[int]:
    """The values of numbers that follow each other: «1 200» is one, «twenty one» too, and «12 2026» is two."""
    if len(run) == 1:
        return [run[0] & VALUE_MASK]
    read: list[int] = []
    n = 0
    while n < len(run):
        end = n + 1
        if run[n] & IS_WORD:
            while end < len(run) and run[end] & IS_WORD:
                end += 1
            read.append(add_up([one & VALUE_MASK for one in run[n:end]]) & VALUE_MASK)
        else:
            total = run[n] & VALUE_MASK
            while end < len(run) and 0 < _digits(run[n]) <= _THOUSANDS and _digits(run[end]) == _THOUSANDS:
                total = (total * 1000 + (run[end] & VALUE_MASK)) & VALUE_MASK
                end += 1
            if end < len(run) and run[end] & IS_WORD and (run[end] & VALUE_MASK) >= 1000:
                total = total * (run[end] & VALUE_MASK) & VALUE_MASK
                end += 1
            read.append(total)
        n = end
    return read


def _digits(code: int) -> int:
    return 0 if code & IS_WORD else code >> DIGITS_SHIFT & 7


def _surround(words: U64, at: I64, step: I64, value: U64) -> U32:
    rows = np.empty((len(at), NUMBER_COLUMNS), np.uint32)
    rows[:, 0] = _mix(value, np.uint64(0))
    rows[:, 1] = _mix(words[at - 2], words[at - 1] + np.maximum(step, 0).astype(np.uint64))
    rows[:, 2] = np.where(step == 0, _mix(words[at + 2], words[at + 1]), np.uint32(0))
    for column, offset in enumerate((*range(-_REACH, 0), *range(1, _REACH + 1)), start=3):
        near = words[at + offset]
        is_content = (near & np.uint64(IS_CONTENT)) > 0
        rows[:, column] = np.where(is_content, (near >> np.uint64(20)).astype(np.uint32), np.uint32(0))
    return rows


def _mix(one: U64, other: U64 | np.uint64) -> U32:
    mixed = one * _K1 + other
    mixed ^= mixed >> np.uint64(32)
    mixed *= _K2
    return (mixed >> np.uint64(32)).astype(np.uint32) | np.uint32(1)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one text, ready to be compared."""

    in_context: dict[int, frozenset[int]]
    """Numbers by the words before them, and by those after them."""
    near: dict[int, list[frozenset[int]]]
    """Words near each number, once for each place where it stands."""

    @classmethod
    def of(cls, rows: U32) -> Numbers:
        in_context: dict[int, set[int]] = {}
        near: dict[int, list[frozenset[int]]] = {}
        for value, before, behind, *window in rows.tolist():
            in_context.setdefault(before, set()).add(value)
            if behind:
                in_context.setdefault(-behind, set()).add(value)
            near.setdefault(value, []).append(frozenset(word for word in window if word))
        return cls({context: frozenset(values) for context, values in in_context.items()}, near)


def differ(one: Numbers, other: Numbers) -> bool:
    """Whether two texts give different numbers for one thing.

    They do where the same words stand around numbers of which each text has one that the other lacks there, and where
    each has a number that the other has nowhere, and these stand near the same words.
    """
    for context in one.in_context.keys() & other.in_context.keys():
        mine, theirs = one.in_context[context], other.in_context[context]
        if not (mine <= theirs or theirs <= mine):
            return True
    only_mine = one.near.keys() - other.near.keys()
    only_theirs = other.near.keys() - one.near.keys()
    if not only_mine or not only_theirs:
        return False
    their_places = [words for value in only_theirs for words in other.near[value]]
    return any(
        len(words & theirs) >= _SHARED_WORDS
        for value in only_mine
        for words in one.near[value]
        for theirs in their_places
    )
