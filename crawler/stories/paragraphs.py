"""What an outlet prints under many articles: its first and last paragraphs are watched."""

from __future__ import annotations

from typing import NamedTuple

import xxhash

from crawler.stories.words import encode, word_codes

LEAST_TITLES = 4
"""Different headlines under which a source has a paragraph in a month, from which on it does not count."""
_FIRST = 2
_LAST = 4


class Paragraphs(NamedTuple):
    """A text as codes of its words. `watched` are the hashes of first and last paragraphs, by place in `parts`."""

    title: bytes
    title_hash: int
    parts: tuple[bytes, ...]
    watched: dict[int, int]

    def body_without(self, boilerplate: frozenset[int] | set[int]) -> bytes:
        """The words that count."""
        if boilerplate.isdisjoint(self.watched.values()):
            return b"".join(self.parts)
        return b"".join(part for n, part in enumerate(self.parts) if self.watched.get(n) not in boilerplate)


def read_paragraphs(source_id: str, language: str | None, title: str, text: str) -> Paragraphs:
    """The paragraphs of an article; of a long one, those in the middle are one part."""
    codes = word_codes(language)
    raw = text.split("\n\n")
    if len(raw) > _FIRST + _LAST:
        raw[_FIRST:-_LAST] = [" ".join(raw[_FIRST:-_LAST])]
    parts = tuple(encode(part, codes) for part in raw)
    middle = _FIRST if len(parts) > _FIRST + _LAST else -1
    source = source_id.encode()
    watched = {
        n: xxhash.xxh3_64_intdigest(source + b"\n" + part) - (1 << 63)
        for n, part in enumerate(parts)
        if part and n != middle
    }
    coded = encode(title, codes)
    return Paragraphs(coded, xxhash.xxh3_64_intdigest(coded) - (1 << 63), parts, watched)
