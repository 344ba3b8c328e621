"""A site's template from what its pages told. Pure: the same observations, in any order, give the same template."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean

from crawler.clean.memory.keys import page_key
from crawler.clean.memory.observation import Observation, SeenLine
from crawler.clean.memory.stories import group_stories
from crawler.clean.memory.template import Furniture, PathPrior, Place, SiteTemplate, name_version
from crawler.clean.memory.trust import learn_trust

LEAST_STORIES = 4
"""Of fewer stories nothing is learned: what recurs on them may be theirs."""
MOST_PAGES = 400
_MOST_FURNITURE, _MOST_PATHS, _MOST_PLACES = 400, 300, 3

_LEAST_SHARE = 0.03
"""Of a large sample: the share of the stories that a line of the site stands on."""
_LARGEST_DAY = 0.5
"""Share of the stories that one day may bring, where there are several: its events are not the site."""
_SURE_LINE, _SURE_LABEL = 2.2, 0.0
"""Mean log-odds (p = 0.9 and 0.5) from which on a line that recurs may be the stories' own."""
_SURE_PARAGRAPH = 3.0
"""Mean log-odds (p = 0.95) from which on a paragraph that some stories share is what they tell again of their past."""
_PARAGRAPH = 15
_MANY = 0.4
"""Share of the stories that no story's own line stands on."""
_SHORT_LINE, _SHORT_LABEL = 3, 8
"""Words: what is longer and recurs is hardly a word by itself, or a subhead."""
_OFTEN = 3
"""Times that a line stands on a story, kept, from which on it is a label whatever its tag."""
_LINES_A_STORY = 3
"""Lines of one path that a story gives evidence by: a long story speaks no louder than a short one."""


def learn(observations: Sequence[Observation], learned_at: datetime | None = None) -> SiteTemplate | None:
    """What the pages have in common; None where they are fewer than `LEAST_STORIES` distinct stories."""
    pages = sorted(observations, key=lambda one: one.model_dump_json())[:MOST_PAGES]
    pages, stories = _limit_days(pages, group_stories(pages))
    count = len(set(stories))
    if count < LEAST_STORIES:
        return None
    days = {one.fetched_at.date() for one in pages if one.fetched_at}
    return name_version(
        SiteTemplate(
            version="0" * 12,
            learned_at=learned_at,
            pages=len(pages),
            stories=count,
            days=len(days),
            lines=_learn_furniture(pages, stories, len(days)),
            paths=_learn_paths(pages, stories),
            seen=tuple(sorted({page_key(page.url) for page in pages})),
            headlines=_learn_places(pages, stories, lambda one: one.headline_path),
            bylines=_learn_places(pages, stories, lambda one: one.byline_path),
            dates=_learn_places(pages, stories, lambda one: one.date_path),
            trust=learn_trust(pages, stories),
        )
    )


def _limit_days(pages: list[Observation], stories: list[int]) -> tuple[list[Observation], list[int]]:
    """Leave out stories of a day that brings more than its share."""
    day_of: dict[int, object] = {}
    for page, story in zip(pages, stories, strict=True):
        if page.fetched_at is not None:
            day_of.setdefault(story, page.fetched_at.date())
    by_day: dict[object, list[int]] = defaultdict(list)
    for story, day in day_of.items():
        by_day[day].append(story)
    if len(by_day) < 2:
        return pages, stories
    largest = max(by_day.values(), key=len)
    others = len(set(stories)) - len(largest)
    most = max(others, LEAST_STORIES - others, 2)
    dropped = set(largest[most:]) if len(largest) > _LARGEST_DAY * len(set(stories)) else set()
    kept = [(page, story) for page, story in zip(pages, stories, strict=True) if story not in dropped]
    return [page for page, _ in kept], [story for _, story in kept]


@dataclass
class _Recurring:
    """Where one line was seen."""

    stories: set[int] = field(default_factory=set)
    days: set[object] = field(default_factory=set)
    kept_on: set[int] = field(default_factory=set)
    seen: list[SeenLine] = field(default_factory=list)
    at: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """The stories by path."""

    @property
    def usual_paths(self) -> tuple[str, ...]:
        """The paths at which it stands on several stories, the usual one first."""
        several = [path for path, stories in self.at.items() if len(stories) > 1]
        return tuple(sorted(several, key=lambda path: (-len(self.at[path]), path))[:_MOST_PLACES])


def _learn_furniture(pages: Sequence[Observation], stories: Sequence[int], days: int) -> dict[str, Furniture]:
    found: dict[str, _Recurring] = defaultdict(_Recurring)
    for page, story in zip(pages, stories, strict=True):
        for line in page.lines:
            recurring = found[line.key]
            if line.key and (story not in recurring.stories or line.is_kept):
                recurring.seen.append(line)
            recurring.stories.add(story)
            recurring.at[line.path].add(story)
            if page.fetched_at is not None:
                recurring.days.add(page.fetched_at.date())
            if line.is_kept:
                recurring.kept_on.add(story)
    count = len(set(stories))
    least = max(2.0, _LEAST_SHARE * count)
    chosen = [
        (key, recurring)
        for key, recurring in found.items()
        if len(recurring.stories) >= least
        and (days < 3 or len(recurring.days) >= 2)
        and (len(recurring.kept_on) > 1 or recurring.usual_paths)
        and not _is_of_stories(recurring, count)
    ]
    # What is kept by mistake comes first: the rest is dropped without a memory.
    chosen.sort(key=lambda item: (-len(item[1].kept_on), -len(item[1].stories), item[0]))
    return {
        key: Furniture(
            stories=len(recurring.stories),
            kept=len(recurring.kept_on),
            example=min(one.example for one in recurring.seen),
            # Boxes repeat how other stories begin. There it is the site's, and on its own page the story's.
            paths=() if len(recurring.kept_on) > 1 else recurring.usual_paths,
        )
        for key, recurring in chosen[:_MOST_FURNITURE]
    }


def _is_of_stories(recurring: _Recurring, count: int) -> bool:
    """Whether a line recurs because stories are made alike: "Background", "Pros", a name in a table."""
    seen = recurring.seen
    odds, words = fmean(line.odds for line in seen), seen[0].words
    if all(line.is_label for line in seen) or len(seen) >= _OFTEN * len(recurring.stories):
        # A heading that nothing kept follows heads no part of the story.
        return odds >= _SURE_LABEL and words <= _SHORT_LABEL and 2 * sum(line.leads for line in seen) >= len(seen)
    if len(recurring.stories) >= _MANY * count:
        return len(recurring.stories) == 2 and odds >= _SURE_LINE and words <= _SHORT_LINE
    return (odds >= _SURE_LINE and words <= _SHORT_LINE) or (odds >= _SURE_PARAGRAPH and words >= _PARAGRAPH)


def weigh_lines(odds: Sequence[float]) -> tuple[float, float]:
    """What the lines of one path on one story bring: the sum of their log-odds and their weight, within bounds."""
    weight = float(min(len(odds), _LINES_A_STORY))
    return weight * fmean(odds), weight


def _learn_paths(pages: Sequence[Observation], stories: Sequence[int]) -> dict[str, PathPrior]:
    odds: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    written: dict[str, str] = {}
    for page, story in zip(pages, stories, strict=True):
        for path, text in page.paths.items():
            written[path] = min(text, written.get(path, text))
        for line in page.lines:
            odds[line.path][story].append(line.odds)
    found: dict[str, PathPrior] = {}
    for path, by_story in odds.items():
        if len(by_story) < 2:
            continue
        brought = [weigh_lines(values) for values in by_story.values()]
        found[path] = PathPrior(
            total=round(sum(total for total, _ in brought), 2),
            weight=sum(weight for _, weight in brought),
            stories=len(by_story),
            path=written.get(path, ""),
        )
    best = sorted(found.items(), key=lambda item: (-item[1].stories, -item[1].weight, item[0]))[:_MOST_PATHS]
    return dict(best)


def _learn_places(
    pages: Sequence[Observation], stories: Sequence[int], place: Callable[[Observation], str | None]
) -> tuple[Place, ...]:
    """The paths that a field stood at, the usual one first."""

    def met() -> Iterator[tuple[str, int]]:
        for page, story in zip(pages, stories, strict=True):
            key = place(page)
            if key is not None:
                yield page.paths.get(key, key), story

    counts = Counter(path for path, _ in set(met()))
    best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MOST_PLACES]
    return tuple(Place(stories=count, path=path) for path, count in best)
