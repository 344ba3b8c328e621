"""Which blocks are the story: the model's probabilities turned into a choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.clean.blocks import LIST_TAGS, Block, Element
from crawler.clean.features import NAMES, compute_features
from crawler.clean.headline import find_headline
from crawler.clean.page import Page
from crawler.clean.roles import Role
from crawler.clean.text_model import score_blocks

Array = NDArray[Any]

BELONGS = 0.5
"""The probability from which on a block is kept on a page that the model is sure about."""
_LOWEST = 0.2
_SURE = 0.8
_LONG_ENOUGH_TO_REPEAT = 25
_LEAST_ITEMS = 3
_NO_QUOTE = Role.ASIDE | Role.PULLQUOTE | Role.RELATED | Role.EMBED
_WORDS = NAMES.index("words")


@dataclass(frozen=True)
class Reading:
    """What was made of a page's blocks. `features` has shape (features, blocks), `probabilities` (blocks,)."""

    headline: int | None
    features: Array
    probabilities: Array
    threshold: float
    body: list[int]
    """Indexes of the story's blocks, in the page's order."""


def read_body(page: Page) -> Reading:
    """Tell the story's blocks from the others."""
    headline = find_headline(page)
    if not page.blocks:
        return Reading(headline, np.zeros((len(NAMES), 0), np.float32), np.zeros(0), BELONGS, [])
    features = compute_features(page, headline)
    probabilities = score_blocks(features)
    threshold = choose_threshold(probabilities, features[_WORDS])
    return Reading(headline, features, probabilities, threshold, choose_body(page.blocks, probabilities, threshold))


def choose_threshold(probabilities: Array, words: Array) -> float:
    """`BELONGS`, but lower on a page of which the model knows little.

    There it is where the expected F1 of the words is highest: half of a story that is hard to tell is worse than all
    of it with a line too much. Measured on unseen hosts: docs/extraction.md.
    """
    order = np.argsort(-probabilities, kind="stable")
    sorted_probabilities, sorted_words = probabilities[order], words[order]
    hits = np.cumsum(sorted_probabilities * sorted_words)
    expected = 2 * hits / (np.cumsum(sorted_words) + hits[-1])
    best = int(np.argmax(expected))
    if expected[best] >= _SURE:
        return BELONGS
    return float(min(BELONGS, max(_LOWEST, sorted_probabilities[best])))


def choose_body(blocks: Sequence[Block], probabilities: Array, threshold: float) -> list[int]:
    """The blocks from the threshold on; what a page repeats (pull quotes, notices over each embed) once."""
    body = []
    seen: set[str] = set()
    for index in np.nonzero(probabilities >= threshold)[0].tolist():
        text = blocks[index].text
        if len(text) >= _LONG_ENOUGH_TO_REPEAT:
            if text in seen:
                continue
            seen.add(text)
        body.append(index)
    return _complete_lists(blocks, probabilities, _join_quotes(blocks, probabilities, body))


def _join_quotes(blocks: Sequence[Block], probabilities: Array, body: list[int]) -> list[int]:
    """With the quotes that stand alone between two lines of the story."""
    joined = []
    for index, following in zip(body, [*body[1:], None], strict=False):
        joined.append(index)
        if following == index + 2 and probabilities[index + 1] >= _LOWEST and _is_quote(blocks[index + 1]):
            joined.append(index + 1)
    return joined


def _is_quote(block: Block) -> bool:
    return block.has(Role.QUOTE) and not block.has(_NO_QUOTE) and block.linked * 2 < len(block.text)


def _complete_lists(blocks: Sequence[Block], probabilities: Array, body: list[int]) -> list[int]:
    """All items of a list of which half are kept: half of the names of the dead would be worse than none."""
    kept = set(body)
    holders: dict[int, Element] = {}
    for index in body:
        block = blocks[index]
        if block.roles & Role.LIST:
            holder = block.element.nearest(LIST_TAGS)
            if holder is not None:
                holders[holder.order] = holder
    for holder in holders.values():
        items = range(holder.first, holder.last)
        if len(items) >= _LEAST_ITEMS and sum(index in kept for index in items) * 2 >= len(items):
            kept.update(i for i in items if probabilities[i] >= _LOWEST and blocks[i].linked * 5 < len(blocks[i].text))
    return body if len(kept) == len(body) else sorted(kept)
