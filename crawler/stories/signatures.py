"""What of a text is compared: word triples, MinHash bands that bring alike texts together, and numbers in context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from crawler.stories.numbers import NUMBER_COLUMNS, read_numbers
from crawler.stories.words import CODE_BYTES, IS_UNSPACED, NUMBER

U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]

ROWS = 2
BANDS = 14
LEAD_BANDS = 3
"""Of texts that share 40 % of their word groups, 9 in 10 meet in a band, at 50 % 98 in 100; a short cut by its lead."""
PAD = 4
"""Zeros around each text: as many as words on each side of a number are looked at."""
_LEAD_WORDS = 60
_LEAST_WORDS = 8
_LEAST_CHARACTERS = 15
_LEAST_BODY = 5
_MOST_WORDS = 50_000
_WORDS_AT_ONCE = 1 << 16
_GROUP = 3
_CHARACTER_GROUP = 5
_K1, _K2, _K3 = (np.uint64(k) for k in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))
_PERMUTATIONS = np.random.Generator(np.random.PCG64(20_131)).integers(
    0, 1 << 32, size=(2, ROWS * (BANDS + LEAD_BANDS)), dtype=np.uint32
)
_MULTIPLIERS, _OFFSETS = _PERMUTATIONS[0] | np.uint32(1), _PERMUTATIONS[1]
_BAND_SALT = np.arange(1, BANDS + LEAD_BANDS + 1, dtype=np.uint64) * _K3
_PADDING = bytes(PAD * CODE_BYTES)


class CodedText(NamedTuple):
    """A text to be signed: its words as codes, what does not count left out."""

    key: int
    """What tells it from all others: texts that are too short to compare have it in place of their words."""
    language: str | None
    title: bytes
    body: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Signature:
    """`shingles` are sorted and unique; `bands` are empty for a text that is too short to compare."""

    digest: int
    shingles: U32
    numbers: U32
    bands: I64


def sign_texts(texts: Sequence[CodedText]) -> list[Signature]:
    """A signature each, in order."""
    signed: list[Signature] = []
    for group in _groups(texts):
        signed.extend(_sign_group(group))
    return signed


def _groups(texts: Sequence[CodedText]) -> Iterator[list[CodedText]]:
    """Groups of texts whose arrays stay in the processor's cache."""
    group: list[CodedText] = []
    words = 0
    for text in texts:
        group.append(text)
        words += (len(text.title) + len(text.body)) // CODE_BYTES
        if words >= _WORDS_AT_ONCE:
            yield group
            group, words = [], 0
    if group:
        yield group


def _sign_group(texts: list[CodedText]) -> list[Signature]:
    longest = _MOST_WORDS * CODE_BYTES
    contents = [(text.title + text.body)[:longest] for text in texts]
    codes = np.frombuffer(_PADDING + _PADDING.join(contents) + _PADDING, dtype=np.uint64)
    sizes = np.array([len(content) // CODE_BYTES for content in contents])
    starts = PAD + np.concatenate(([0], np.cumsum(sizes + PAD)[:-1]))
    body_starts = starts + np.array([len(text.title) // CODE_BYTES for text in texts])
    body_starts = np.minimum(body_starts, starts + sizes)

    is_number = codes >= np.uint64(NUMBER)
    is_kept = ~is_number
    is_kept[1:] |= ~is_number[:-1]
    words = np.where(is_number, np.uint64(NUMBER), codes)[is_kept]
    place = np.concatenate(([0], np.cumsum(is_kept)))
    begins, leads, ends = place[starts], place[body_starts], place[starts + sizes]

    unspaced = np.concatenate(([0], np.cumsum((codes & np.uint64(IS_UNSPACED)) > 0)))
    is_unspaced = 2 * (unspaced[starts + sizes] - unspaced[starts]) > sizes
    shingles, keys, is_shingle = _shingle(words, begins, ends, is_unspaced)
    is_long = (sizes >= np.where(is_unspaced, _LEAST_CHARACTERS, _LEAST_WORDS)) & (ends - leads >= _LEAST_BODY)
    order = np.concatenate(([0], np.cumsum(is_shingle)))
    first, after = order[begins], order[ends]
    lead_first, lead_after = order[leads], order[np.minimum(leads + _LEAD_WORDS, ends)]
    is_long &= (after > first) & (lead_after > lead_first)
    bands = _band(keys[is_shingle], first[is_long], after[is_long], lead_first[is_long], lead_after[is_long])
    unique = _unique(shingles[is_shingle], first, after)
    numbers = read_numbers(codes, words, place, is_number, starts, sizes, [text.language for text in texts])
    signed: list[Signature] = []
    row = 0
    for n, (text, content) in enumerate(zip(texts, contents, strict=True)):
        if not is_long[n]:
            signed.append(_unlike_all(text))
            continue
        digest = _signed(xxhash.xxh3_64_intdigest(content))
        signed.append(Signature(digest, unique[n], numbers[n], np.concatenate((bands[row], [digest]))))
        row += 1
    return signed


def _unlike_all(text: CodedText) -> Signature:
    digest = _signed(xxhash.xxh3_64_intdigest(f"too short {text.key}".encode()))
    return Signature(digest, np.empty(0, np.uint32), np.empty((0, NUMBER_COLUMNS), np.uint32), np.empty(0, np.int64))


def _shingle(words: U64, begins: I64, ends: I64, is_unspaced: NDArray[np.bool_]) -> tuple[U32, U32, NDArray[np.bool_]]:
    """For each word the hash of the group that it starts, that of the group with one word more, and if there is one.

    The larger groups are what bands are made of: unrelated texts have few of them in common.
    """
    mixed = words * _K1
    mixed ^= mixed >> np.uint64(29)
    shingles = np.zeros(len(words), np.uint64)
    keys = np.zeros(len(words), np.uint64)
    is_shingle = np.zeros(len(words), np.bool_)
    for size, mine in ((_GROUP, ~is_unspaced), (_CHARACTER_GROUP, is_unspaced)):
        if not mine.any():
            continue
        steps = np.zeros(len(words) + 1, np.int8)
        lasts = np.maximum(ends[mine] - size + 1, begins[mine])
        np.add.at(steps, begins[mine], 1)
        np.subtract.at(steps, lasts, 1)
        is_mine = np.cumsum(steps[:-1], dtype=np.int8) > 0
        count = len(words) - size
        grouped = mixed[:count].copy()
        for offset in range(1, size + 1):
            if offset == size:
                shingles[:count][is_mine[:count]] = grouped[is_mine[:count]]
            grouped *= _K2
            grouped += mixed[offset : offset + count]
        keys[:count][is_mine[:count]] = grouped[is_mine[:count]]
        is_shingle |= is_mine
    return _to_32_bits(shingles), _to_32_bits(keys), is_shingle


def _to_32_bits(hashes: U64) -> U32:
    hashes ^= hashes >> np.uint64(32)
    hashes *= _K3
    return (hashes >> np.uint64(32)).astype(np.uint32)


def _unique(values: U32, first: I64, after: I64) -> list[U32]:
    """The values of each text, sorted, each once. Texts lie one after the other."""
    text = np.repeat(np.arange(len(first), dtype=np.uint64), after - first)
    marked = text << np.uint64(32) | values
    marked.sort()
    is_new = np.ones(len(marked), np.bool_)
    is_new[1:] = marked[1:] != marked[:-1]
    marked = marked[is_new]
    starts = np.searchsorted(marked, np.arange(1, len(first), dtype=np.uint64) << np.uint64(32))
    return np.split(marked.astype(np.uint32), starts)


def _band(values: U32, first: I64, after: I64, lead_first: I64, lead_after: I64) -> I64:
    """Hashes of the bands: (texts, BANDS + LEAD_BANDS). Each text has a value, and so has each lead."""
    texts = len(first)
    if not texts:
        return np.empty((0, BANDS + LEAD_BANDS), np.int64)
    # reduceat takes from each index to the next: every other result is a text's.
    whole = np.stack((first, after), axis=1).ravel()
    lead = np.stack((lead_first, lead_after), axis=1).ravel()
    values = np.append(values, np.uint32(0xFFFFFFFF))
    least = np.empty((texts, ROWS * (BANDS + LEAD_BANDS)), np.uint64)
    for n, (multiplier, offset) in enumerate(zip(_MULTIPLIERS, _OFFSETS, strict=True)):
        permuted = (values ^ offset) * multiplier
        least[:, n] = np.minimum.reduceat(permuted, whole if n < ROWS * BANDS else lead)[::2]
    rows = least.reshape(texts, BANDS + LEAD_BANDS, ROWS)
    hashes = _BAND_SALT + rows[:, :, 0]
    for n in range(1, ROWS):
        hashes *= _K1
        hashes ^= hashes >> np.uint64(31)
        hashes += rows[:, :, n]
    hashes *= _K2
    hashes ^= hashes >> np.uint64(32)
    return hashes.view(np.int64)


def _signed(value: int) -> int:
    """As PostgreSQL's bigint has it."""
    return value - (1 << 64) if value >= 1 << 63 else value
