"""Which pages tell the same story: two addresses, several captures of one address, copies from a wire.

A story's own lines recur on all of its pages. They would look like furniture if each page counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from urllib.parse import urlsplit

from crawler.clean.memory.observation import Observation
from crawler.clean.text import fold

_SAME = 0.5
"""Share of the words of the longer story from which on two are one."""
_COMMON = 0.4
"""Share of the pages from which on a line is hardly a story's own."""
_ENOUGH_LEFT = 0.2
"""Share of a story's words without the common lines from which on it is compared without them."""
_SHORTEST_TITLE = 12


def group_stories(observations: Sequence[Observation]) -> list[int]:
    """The number of each page's story; pages with the same number tell the same one."""
    leaders = list(range(len(observations)))

    def find(at: int) -> int:
        while leaders[at] != at:
            leaders[at] = at = leaders[leaders[at]]
        return at

    def join(one: int, other: int) -> None:
        low, high = sorted((find(one), find(other)))
        leaders[high] = low

    seen: dict[str, int] = {}
    for at, observation in enumerate(observations):
        for name in _names(observation):
            join(at, seen.setdefault(name, at))
    stories = [_story_lines(observation) for observation in observations]
    _drop_common(stories, [find(at) for at in range(len(stories))])
    for one, other in _overlapping(stories):
        join(one, other)
    return [find(at) for at in range(len(observations))]


def _names(observation: Observation) -> list[str]:
    parts = urlsplit(observation.url)
    address = f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"
    title = fold(observation.fields.title)
    names = [f"url {address}"] if observation.url else []
    return [*names, f"title {title}"] if len(title) >= _SHORTEST_TITLE else names


def _story_lines(observation: Observation) -> dict[str, int]:
    return {key: words for key, words in observation.kept.items() if words > 3}


def _drop_common(stories: list[dict[str, int]], groups: list[int]) -> None:
    """Leave out what stands on many pages, where a story has enough besides.

    Where it has not, the pages are copies of one story for all that is known: that errs on the side of learning less.
    """
    pages: dict[str, set[int]] = defaultdict(set)
    for lines, group in zip(stories, groups, strict=True):
        for key in lines:
            pages[key].add(group)
    least = max(3.0, _COMMON * len(set(groups)))
    common = {key for key, where in pages.items() if len(where) >= least}
    for at, lines in enumerate(stories):
        left = {key: words for key, words in lines.items() if key not in common}
        if sum(left.values()) >= _ENOUGH_LEFT * sum(lines.values()):
            stories[at] = left


def _overlapping(stories: Sequence[dict[str, int]]) -> list[tuple[int, int]]:
    """Pairs that share most of their words, found through the lines that they share."""
    sizes = [sum(lines.values()) for lines in stories]
    holders: dict[str, list[int]] = defaultdict(list)
    shared: Counter[tuple[int, int]] = Counter()
    for at, lines in enumerate(stories):
        for key, words in lines.items():
            for other in holders[key]:
                shared[other, at] += words
            holders[key].append(at)
    return [pair for pair, words in shared.items() if words >= _SAME * max(sizes[pair[0]], sizes[pair[1]])]
