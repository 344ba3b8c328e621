"""Numbers about each block of a page, from which the model tells the story from its surroundings.

`compute_features(page, headline)` -> float32 array of shape (features, blocks); the rows are named by `NAMES`.
Everything that can be is computed for all blocks at once: a page has hundreds, and costs must stay below a millisecond.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.clean.blocks import Block, Element
from crawler.clean.lexicon import SPEECH_NAMES, hear
from crawler.clean.page import Page
from crawler.clean.roles import ROLE_NAMES, Role
from crawler.clean.text import fold

Array = NDArray[Any]

_TAGS = {
    **{tag: 1 for tag in ("p",)},
    **{tag: 2 for tag in ("h2", "h3", "h4", "h5", "h6")},
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


def _classify() -> Array:
    table = np.zeros(_TABLE_SIZE, np.uint8)
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
    length = np.array([len(text) for text in texts], np.float32)
    linked = np.array([block.linked for block in blocks], np.float32)
    strong = np.array([block.strong for block in blocks], np.float32)
    roles = np.array([block.roles for block in blocks], np.int64)
    place = np.array([block.element.order for block in blocks], np.int64)
    tag = np.array([_TAGS.get(block.element.tag, 0) for block in blocks], np.int64)
    level = np.array([_HEADINGS.get(block.element.tag, 0) for block in blocks], np.int64)
    marks = np.array([len(block.marks) for block in blocks], np.float32)

    link_share = linked / length
    prose = length - linked
    is_plain = (roles & _FURNITURE) == 0
    is_prose = (prose >= _PROSE_LENGTH) & (link_share < 0.4)
    weight = np.where(is_prose, prose, 0).astype(np.float32)
    sums = _prefix(weight)
    total = float(sums[-1]) or 1.0
    lengths, links = _prefix(length), _prefix(linked)

    # The line itself.
    kinds, first, last = _count_classes(texts, count)
    spaces, unspaced = kinds[:, _SPACE], kinds[:, _UNSPACED]
    words = spaces + 1 + unspaced / 2
    add(np.log1p(length))
    add(words)
    add(link_share)
    add(strong / length)
    add(np.log1p(prose))
    for kind in (_UPPER, _DIGIT, _COMMA, _STOP, _QUOTE, _MARK):
        add(kinds[:, kind] / length)
    add(kinds[:, _STOP])
    add(kinds[:, _COMMA])
    add(unspaced / length)
    add(length / words)
    add(first)
    add(last)
    add(np.array([text.count("\n") for text in texts], np.float32))
    add(marks)
    heard = [hear(text) for text in texts]
    speech = np.array([line.speech for line in heard], np.int64)
    add(np.array([line.spoken for line in heard], np.float32) / words)
    for bit in SPEECH_NAMES:
        add((speech & bit) != 0)

    # Where it stands.
    add(tag)
    add(level)
    for bit in ROLE_NAMES:
        add((roles & bit) != 0)
    own = np.array([element.own for element in elements], np.int64)
    parents = np.array([element.parent.order if element.parent is not None else 0 for element in elements], np.int64)
    depths = np.array([element.depth for element in elements], np.int64)
    firsts = np.array([element.first for element in elements], np.int64)
    lasts = np.array([element.last for element in elements], np.int64)
    element_prose = sums[lasts] - sums[firsts]
    element_length = lengths[lasts] - lengths[firsts]
    element_linked = links[lasts] - links[firsts]
    element_count = (lasts - firsts).astype(np.float32)
    here = place
    around_own = own[here]
    for bit in (Role.CAPTION, Role.BYLINE, Role.DATE, Role.STANDFIRST, Role.TEASER, Role.RELATED, Role.BODY, Role.TAGS):
        add((around_own & bit) != 0)
    for _ in range(_LEVELS):
        add(element_prose[here] / total)
        add(element_linked[here] / np.maximum(element_length[here], 1))
        add(element_count[here])
        add(element_prose[here] / np.maximum(element_length[here], 1))
        here = parents[here]
    add(depths[place])
    index = np.arange(count)
    add(index / count)
    add(count - index)
    before = sums[:-1] / total
    add(before)
    add(1 - before - weight / total)
    add(np.minimum(index, 500))

    # The story's container: the deepest element that holds most of the prose.
    usable = np.where(is_plain, weight, 0)
    plain_sums = _prefix(usable)
    plain_total = float(plain_sums[-1]) or 1.0
    inside = plain_sums[lasts] - plain_sums[firsts]
    for share in (0.5, 0.8):
        holders = np.nonzero(inside >= share * plain_total)[0]
        main = int(holders[np.argmax(depths[holders])]) if len(holders) else 0
        add((index >= firsts[main]) & (index < lasts[main]))
        add(depths[place] - depths[main])
        add((index - firsts[main]) / max(1, lasts[main] - firsts[main]))
        add(parents[place] == main)
    near_article, near_body = _nearest(elements)
    articles = near_article[place]
    bodies = near_body[place]
    for near in (articles, bodies):
        has = near >= 0
        add(has)
        add(np.where(has, element_prose[near] / total, 0))
        add(np.where(has, (index - firsts[near]) / np.maximum(1, element_count[near]), 0))
    add(np.full(count, len(np.unique(articles[articles >= 0]))))
    add(np.full(count, len(np.unique(bodies[bodies >= 0]))))
    for near in (articles, bodies):
        holders = near[near >= 0]
        best = holders[np.argmax(element_prose[holders])] if len(holders) else -1
        add(np.where(near >= 0, near == best, False))
        add(np.where(near >= 0, near > best, False) if len(holders) else np.zeros(count))

    # The headline.
    at = -1 if headline is None else headline
    add(np.clip(index - at, -60, 200) if at >= 0 else np.full(count, -100))
    add(index > at)
    add((articles == articles[at]) if at >= 0 else np.zeros(count))
    between = (sums[index] - sums[at]) / total if at >= 0 else np.zeros(count)
    add(between)
    add(_common_depth(blocks, elements, at, depths, parents, place))
    add(depths[place] - (depths[place[at]] if at >= 0 else 0))
    titles = _stated_titles(page)
    description = fold(page.meta("og:description", "description", "twitter:description") or "")[:120]
    add(np.array([line.folded in titles for line in heard]))
    add(np.array([_resembles(line.folded, description) for line in heard]) if description else np.zeros(count))

    # Lines of the same make, and the same line elsewhere.
    signatures = np.array([block.element.signature for block in blocks], np.int64)
    _, groups = np.unique(signatures, return_inverse=True)
    members = np.bincount(groups)
    add(members[groups])
    add(np.bincount(groups, length)[groups] / members[groups])
    add(np.bincount(groups, linked)[groups] / np.maximum(1, np.bincount(groups, length)[groups]))
    add(np.bincount(groups, weight)[groups] / total)
    add(np.bincount(groups, index)[groups] / members[groups] - index)
    seen: dict[str, int] = {}
    for text in texts:
        seen[text] = seen.get(text, 0) + 1
    add(np.array([seen[text] for text in texts]))

    # What stands next to it.
    heading_at = np.maximum.accumulate(np.where(level > 0, index, -1))
    since = index - heading_at
    add(np.minimum(since, 50))
    add(np.where(heading_at >= 0, level[heading_at], 0))
    heading_speech = np.where(heading_at >= 0, speech[heading_at], 0)
    for bit in SPEECH_NAMES:
        add((heading_speech & bit) != 0)
    add(np.where(heading_at >= 0, link_share[heading_at], 0))
    loudness = rows[_FIRST_SPEECH - 1]
    stops = np.minimum(kinds[:, _STOP], 3)
    for row in (np.log1p(length), link_share, tag, stops, loudness, last):
        for step in (-3, -2, -1, 1, 2, 3):
            add(_shift(row, step))
    same_parent = parents[place]
    for step in (-1, 1):
        add(_shift(same_parent, step) == same_parent)
        add(_shift(signatures, step) == signatures)
    for reach in (3, 8, 20):
        add(_window(sums, index, count, -reach, 0) / total)
        add(_window(sums, index, count, 1, reach + 1) / total)
        add(_window(links, index, count, -reach, reach + 1) / np.maximum(1, _window(lengths, index, count, -reach, reach + 1)))

    # The page.
    add(np.full(count, np.log1p(total)))
    add(np.full(count, min(count, 2000)))
    add(np.full(count, links[-1] / max(1.0, float(lengths[-1]))))
    add(np.full(count, float(element_prose[0] and plain_total / total)))
    add(np.full(count, bool(page.article)))
    add(np.full(count, (page.meta("og:type") or "").lower().startswith("article")))
    add(np.full(count, float(np.mean(tag == 1))))
    stated = page.article.get("articleBody")
    if isinstance(stated, str) and len(stated) > 200:
        whole = fold(stated[:200_000])
        add(np.ones(count))
        add(np.array([bool(line.folded) and line.folded[:160] in whole for line in heard]))
    else:
        add(np.zeros(count))
        add(np.zeros(count))
    return np.asarray(rows, np.float32)


_FIRST_SPEECH = 20


def _prefix(values: Array) -> Array:
    return np.concatenate((np.zeros(1, np.float64), np.cumsum(values, dtype=np.float64)))


def _count_classes(texts: list[str], count: int) -> tuple[Array, Array, Array]:
    """Characters of each class a block, and the classes of its first and last character."""
    joined = "".join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    classes = np.where(codes < _TABLE_SIZE, _CLASSES[np.minimum(codes, _TABLE_SIZE - 1)], _UNSPACED).astype(np.int64)
    sizes = np.array([len(text) for text in texts], np.int64)
    owners = np.repeat(np.arange(count, dtype=np.int64), sizes)
    kinds = np.bincount(owners * 10 + classes, minlength=count * 10).reshape(count, 10).astype(np.float32)
    ends = np.cumsum(sizes)
    return kinds, classes[ends - sizes], classes[ends - 1]


def _nearest(elements: list[Element]) -> tuple[Array, Array]:
    """Of each element: the nearest <article>, and the nearest that is named as a story's body; -1: none."""
    article: list[int] = []
    body: list[int] = []
    for element in elements:
        if element.parent is None:
            article.append(-1)
            body.append(-1)
            continue
        above = element.parent.order
        article.append(element.order if element.own & Role.ARTICLE else article[above])
        body.append(element.order if element.own & Role.BODY else body[above])
    return np.array(article, np.int64), np.array(body, np.int64)


def _common_depth(
    blocks: list[Block], elements: list[Element], at: int, depths: Array, parents: Array, place: Array
) -> Array:
    """How many steps up from each block's element the first one is that also holds the headline."""
    if at < 0:
        return np.full(len(blocks), -1.0)
    holds = np.zeros(len(elements), bool)
    for element in blocks[at].element.ancestors():
        holds[element.order] = True
    steps = [0] * len(elements)
    for element in elements[1:]:
        if not holds[element.order] and element.parent is not None:
            steps[element.order] = steps[element.parent.order] + 1
    return np.array(steps, np.float32)[place]


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


def _window(sums: Array, index: Array, count: int, start: int, end: int) -> Array:
    low = np.clip(index + start, 0, count)
    high = np.clip(index + end, 0, count)
    window: Array = sums[high] - sums[low]
    return window
