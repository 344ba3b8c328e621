"""Numbers about each block of a page, from which the model tells the story from its surroundings.

`compute_features(page, headline)` -> float32 array of shape (features, blocks); the rows are named by `NAMES`.
Everything that can be is computed for all blocks at once: a page has hundreds, and costs must stay below a millisecond.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.clean.lexicon import hear
from crawler.clean.page import Page
from crawler.clean.roles import Role
from crawler.clean.text import fold

Array = NDArray[Any]

_TAGS = {
    "p": 1,
    **dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), 2),
    "h1": 3,
    "li": 4,
    "td": 5,
    "th": 5,
    "blockquote": 6,
    "figcaption": 7,
    "caption": 7,
    "dd": 8,
    "dt": 8,
    "pre": 9,
    "button": 10,
    "article": 11,
    "section": 11,
    "div": 12,
    "body": 12,
}
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
# Classes of characters, by code point.
_OTHER, _UPPER, _LOWER, _DIGIT, _SPACE, _COMMA, _STOP, _QUOTE, _MARK, _UNSPACED = range(10)
_TABLE_SIZE = 0x3100
_FURNITURE = (
    Role.NAV | Role.FOOTER | Role.ASIDE | Role.COMMENT | Role.RELATED | Role.HIDDEN | Role.COOKIE | Role.FORM
    | Role.NEWSLETTER | Role.WIDGET
)  # fmt: skip
_LEVELS = 5
_PROSE_LENGTH = 60
_LONGEST_STATED = 200_000
_MOST_COMPARED = 200_000_000
"""Characters of the stated body, times lines that are looked for in it."""


def _classify() -> Array:
    table = np.full(_TABLE_SIZE + 1, _UNSPACED, np.uint8)  # the last one stands for all characters beyond
    table[:_TABLE_SIZE] = _OTHER
    for code in range(_TABLE_SIZE):
        char = chr(code)
        if char.isspace():
            table[code] = _SPACE
        elif char.isdigit():
            table[code] = _DIGIT
        elif char.isupper():
            table[code] = _UPPER
        elif char.isalpha():
            table[code] = _UNSPACED if 0x0E00 <= code < 0x0F00 or code >= 0x2E80 else _LOWER
    for chars, kind in ((",،、;؛", _COMMA), (".!?؟。…।", _STOP), ("\"“”„«»‘’「」'", _QUOTE), ("|•·›»/@©→▶#<>", _MARK)):
        for char in chars:
            table[ord(char)] = kind
    return table


_CLASSES = _classify()


def compute_features(page: Page, headline: int | None) -> Array:
    """See the module. `headline` is the index of the headline's block, where it is known."""
    blocks, elements = page.blocks, page.elements
    count = len(blocks)
    rows: list[Array] = []
    add = rows.append

    texts = [block.text for block in blocks]
    holders = [block.element for block in blocks]
    tags = [element.tag for element in holders]
    length = np.fromiter(map(len, texts), np.float64, count)
    linked = _column(blocks, "linked", np.float64)
    strong = _column(blocks, "strong", np.float64)
    roles = _column(blocks, "roles")
    place = _column(holders, "order")
    tag = np.array([_TAGS.get(name, 0) for name in tags], np.int64)
    level = np.array([_HEADINGS.get(name, 0) for name in tags], np.int64)

    link_share = linked / length
    prose = length - linked
    is_plain = (roles & _FURNITURE) == 0
    weight = np.where((prose >= _PROSE_LENGTH) & (link_share < 0.4), prose, 0.0)
    sums, lengths, links = _prefix(weight), _prefix(length), _prefix(linked)
    total = float(sums[-1]) or 1.0
    index = np.arange(count)

    # The line itself.
    kinds, first, last = _count_classes(texts, count)
    words = kinds[:, _SPACE] + 1 + kinds[:, _UNSPACED] / 2
    heard = [hear(text) for text in texts]
    loudness = np.array([line.spoken for line in heard], np.float64) / words
    log_length = np.log1p(length)
    add(log_length)
    add(words)
    add(link_share)
    add(strong / length)
    add(np.log1p(prose))
    add(kinds[:, _UPPER] / length)
    add(kinds[:, _DIGIT] / length)
    add(kinds[:, _STOP] / length)
    add(kinds[:, _MARK] / length)
    add(kinds[:, _STOP])
    add(kinds[:, _COMMA])
    add(first)
    add(last)
    add(np.array([text.count("\n") for text in texts]))
    add(np.array([len(block.marks) for block in blocks]))
    add(loudness)

    # Where it stands.
    add(tag)
    add(level)
    rows.extend((roles & _ROLE_BITS[:, None]) != 0)
    own = _column(elements, "own")
    parents = _column([element.parent or element for element in elements], "order")
    depths = _column(elements, "depth")
    firsts = _column(elements, "first")
    lasts = _column(elements, "last")
    element_prose = (sums[lasts] - sums[firsts]) / total
    element_length = np.maximum(lengths[lasts] - lengths[firsts], 1)
    element_links = (links[lasts] - links[firsts]) / element_length
    element_density = element_prose * total / element_length
    element_count = lasts - firsts
    here = place
    for _ in range(_LEVELS):
        add(element_prose[here])
        add(element_links[here])
        add(element_count[here])
        add(element_density[here])
        here = parents[here]
    depth = depths[place]
    add(depth)
    add(index / count)
    add(count - index)
    before = sums[:-1] / total
    add(before)
    add(1 - before - weight / total)
    add(np.minimum(index, 500))

    # The story's container: the deepest element that holds most of the prose.
    plain_sums = _prefix(np.where(is_plain, weight, 0.0))
    plain_total = float(plain_sums[-1]) or 1.0
    inside = plain_sums[lasts] - plain_sums[firsts]
    for share in (0.5, 0.8):
        around = np.nonzero(inside >= share * plain_total)[0]
        main = int(around[np.argmax(depths[around])]) if len(around) else 0
        add((index >= firsts[main]) & (index < lasts[main]))
        add(depth - depths[main])
        add((index - firsts[main]) / max(1, lasts[main] - firsts[main]))
    containers = []
    for bit in (Role.ARTICLE, Role.BODY):
        near = _nearest(own, parents, bit, int(depths.max()))[place]
        has = near >= 0
        found = np.nonzero(np.bincount(near[has]))[0]
        best = found[np.argmax(element_prose[found])] if len(found) else -1
        add(has)
        add(np.where(has, element_prose[near], 0))
        add(np.where(has, (index - firsts[near]) / np.maximum(1, element_count[near]), 0))
        add(has & (near == best))
        add(has & (near > best))
        containers.append((near, len(found)))

    # The headline.
    at = -1 if headline is None else headline
    has_headline = at >= 0
    articles = containers[0][0]
    add(np.clip(index - at, -60, 200) if has_headline else np.full(count, -100))
    add(index > at)
    add(articles == articles[at] if has_headline else np.zeros(count))
    add((sums[:-1] - sums[at]) / total if has_headline else np.zeros(count))
    add(_steps_to_headline(page, at, place))
    add(depth - (depth[at] if has_headline else 0))
    titles = _stated_titles(page)
    description = fold(page.meta("og:description", "description", "twitter:description") or "")[:120]
    add(np.array([line.folded in titles for line in heard]))
    add(np.array([_resembles(line.folded, description) for line in heard]) if description else np.zeros(count))

    # Lines of the same make, and the same line elsewhere.
    numbers: dict[int, int] = {}
    groups = np.array([numbers.setdefault(element.signature, len(numbers)) for element in holders], np.int64)
    members = np.bincount(groups)
    group_length = np.bincount(groups, length)
    add(members[groups])
    add((group_length / members)[groups])
    add((np.bincount(groups, linked) / group_length)[groups])
    add((np.bincount(groups, weight) / total)[groups])
    add((np.bincount(groups, index) / members)[groups] - index)
    seen = Counter(texts)
    add(np.array([seen[text] for text in texts]))

    # What stands next to it.
    heading_at = np.maximum.accumulate(np.where(level > 0, index, -1))
    is_under = heading_at >= 0
    add(np.minimum(index - heading_at, 50))
    add(np.where(is_under, level[heading_at], 0))
    add(np.where(is_under, loudness[heading_at], 0))
    add(np.where(is_under, link_share[heading_at], 0))
    for row in (log_length, link_share, tag, loudness):
        for step in (-2, -1, 1, 2):
            add(_shift(row, step))
    for reach in (3, 8, 20):
        low, high = np.maximum(index - reach, 0), np.minimum(index + reach + 1, count)
        add((sums[index] - sums[low]) / total)
        add((sums[high] - sums[index + 1]) / total)
        add((links[high] - links[low]) / (lengths[high] - lengths[low]))

    # The page.
    stated = page.article.get("articleBody")
    longest = min(_LONGEST_STATED, _MOST_COMPARED // count)
    whole = fold(stated[:longest]) if isinstance(stated, str) and len(stated) > 200 else ""
    add(np.array([line.folded[:160] in whole for line in heard]) if whole else np.zeros(count))
    of_page = (
        containers[0][1], containers[1][1], np.log1p(total), min(count, 2000), links[-1] / max(1.0, lengths[-1]),
        plain_total / total, bool(page.article), (page.meta("og:type") or "").lower().startswith("article"),
        np.mean(tag == 1), bool(whole), has_headline,
    )  # fmt: skip
    features = np.empty((len(NAMES), count), np.float32)
    features[: len(rows)] = rows
    features[len(rows) :] = np.array(of_page, np.float32)[:, None]
    return features


_ROLES_ASKED = (
    "BODY", "STORY", "MAIN", "ARTICLE", "HEADER", "FOOTER", "NAV", "ASIDE", "FORM", "CAPTION", "HEADLINE", "STANDFIRST",
    "BYLINE", "DATE", "BIO", "COMMENT", "RELATED", "TEASER", "SHARE", "TAGS", "NEWSLETTER", "ADVERT", "PAYWALL",
    "COOKIE", "WIDGET", "MEDIA", "EMBED", "LIVE", "TABLE", "LIST", "QUOTE", "FIGURE", "BUTTON", "CONTENTS", "HIDDEN",
    "PREFORMATTED",
)  # fmt: skip
_ROLE_BITS = np.array([int(getattr(Role, name)) for name in _ROLES_ASKED], np.int64)
# What the rows are called, in their order.
NAMES = (
    "length", "words", "share of links", "share bold", "prose", "capitals", "digits", "stops per character", "marks",
    "stops", "commas", "first character", "last character", "line ends", "inline marks", "words of furniture",
    "tag", "heading level",
    *(f"is {name.lower()}" for name in _ROLES_ASKED),
    *(f"{what} {step} up" for step in range(_LEVELS) for what in ("prose", "links", "lines", "density")),
    "depth", "place on page", "lines after", "prose before", "prose after", "line number",
    *(
        f"{what} element with {share} of the prose"
        for share in ("half", "most")
        for what in ("in the", "depth below the", "place in the")
    ),
    *(
        f"{where} {what}"
        for what in ("article", "named body")
        for where in ("in any", "prose of its", "place in its", "in the main", "after the main")
    ),
    "lines from headline", "below headline", "in the headline's article", "prose since headline",
    "steps to the headline", "depth below headline", "is the title", "is the description",
    "lines alike", "length of lines alike", "links of lines alike", "prose of lines alike", "centre of lines alike",
    "times on page", "lines since heading", "level of heading", "furniture in heading", "link in heading",
    *(f"{what} at {step:+d}" for what in ("length", "links", "tag", "furniture") for step in (-2, -1, 1, 2)),
    *(f"{what}, {reach} lines" for reach in (3, 8, 20) for what in ("prose before", "prose after", "links around")),
    "in the stated body", "articles on page", "named bodies on page", "prose on page", "lines on page", "links on page",
    "plain prose on page", "states an article", "og says article", "paragraphs on page", "states a body",
    "has a headline",
)  # fmt: skip


def _column(items: Sequence[Any], name: str, kind: Any = np.int64) -> Array:
    """One attribute of all blocks or elements."""
    return np.fromiter(map(attrgetter(name), items), kind, len(items))


def _prefix(values: Array) -> Array:
    return np.concatenate((np.zeros(1, np.float64), np.cumsum(values, dtype=np.float64)))


def _count_classes(texts: list[str], count: int) -> tuple[Array, Array, Array]:
    """Characters of each class a block, and the classes of its first and last character."""
    joined = "".join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    classes = _CLASSES.take(codes, mode="clip")
    sizes = np.fromiter(map(len, texts), np.int64, count)
    cells = np.repeat(np.arange(0, count * 10, 10), sizes)
    cells += classes
    kinds = np.bincount(cells, minlength=count * 10).reshape(count, 10).astype(np.float32)
    ends = np.cumsum(sizes)
    return kinds, classes[ends - sizes], classes[ends - 1]


def _nearest(own: Array, parents: Array, bit: int, deepest: int) -> Array:
    """Of each element: the nearest one around it, or itself, that has a role; -1: none."""
    is_one = (own & bit) != 0
    near = np.where(is_one, np.arange(len(own)), parents)
    for _ in range(deepest.bit_length()):
        near = near[near]  # each round looks twice as far up
    return np.where(is_one[near], near, -1)


def _steps_to_headline(page: Page, at: int, place: Array) -> Array:
    """How many steps up from each block's element the first one is that also holds the headline."""
    if at < 0:
        return np.full(len(place), -1.0)
    holders = {element.order for element in page.blocks[at].element.ancestors()}
    steps = [0] * len(page.elements)
    for order, element in enumerate(page.elements):
        if order not in holders and element.parent is not None:
            steps[order] = steps[element.parent.order] + 1
    return np.array(steps, np.float64)[place]


def _stated_titles(page: Page) -> set[str]:
    stated = [page.meta("og:title"), page.meta("twitter:title"), page.head_title, page.article.get("headline")]
    found = {fold(text) for text in stated if isinstance(text, str) and text}
    found.discard("")
    return found


def _resembles(folded: str, description: str) -> bool:
    return len(folded) > 20 and (folded[:60] in description or description[:60] in folded)


def _shift(row: Array, step: int) -> Array:
    moved = np.full(len(row), -1.0, np.float64)
    if step < 0:
        moved[-step:] = row[:step]
    else:
        moved[:-step] = row[step:]
    return moved
