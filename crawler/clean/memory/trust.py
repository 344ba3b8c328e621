"""Which of a site's fields can be taken at their word, from how they vary over its stories."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

from crawler.clean.memory.observation import Observation, SeenFields
from crawler.clean.memory.template import FieldTrust
from crawler.clean.text import fold

_LEAST_FILLED = 4
"""Stories that have a field before anything is said of it."""
_NEARLY_ALL = 0.8
_MANY = 0.5
_MOST_NAMES = 300
_AT_FETCH = timedelta(minutes=5)
_SUFFIX = re.compile(r"\s*(?:[|•·»]|\s[-–—:]|::)\s+[^|•·»]{2,60}$")
_PREFIX = re.compile(r"^[^|•·»:]{2,60}(?:\s*[|•·»]|\s[-–—]|:)\s+")
_OFFICE = re.compile(
    r"\b(?:newsroom|news desk|desk|staff|team|editors?|editorial|redaktion|redaction|redaccion|redazione|redacao|"
    r"redakcja|redakce|haber merkezi|admin|administrator|webmaster|agency|press|news|media|online|reporters?|"
    r"correspondents?)\b|редакци|редакція|تحرير|هيئة|مراسل|غرفة الأخبار|وكالة|تحریریه|מערכת"
)


def learn_trust(pages: Sequence[Observation], stories: Sequence[int]) -> FieldTrust:
    """Each story speaks once, by the first of its pages."""
    first: dict[int, Observation] = {}
    for page, story in zip(pages, stories, strict=True):
        if page.fields.title:
            first.setdefault(story, page)
    told = list(first.values())
    fields = [page.fields for page in told]
    constant = _find_constant([page.authors for page in fields])
    site_names = {fold(name) for page in told for name in (*page.site_names, page.fields.publisher or "")} - {""}
    sections = _recurring_names([(page.section,) for page in fields if page.section])
    return FieldTrust(
        constant_authors=constant,
        house_names=tuple(name for name in constant if name in site_names or _OFFICE.search(name)),
        section_names=sections,
        title_suffixes=_find_affixes([page.title for page in fields], _SUFFIX, _MANY),
        title_prefixes=_find_affixes([page.title for page in fields], _PREFIX, _NEARLY_ALL),
        spellings=_find_spellings(fields),
        fixed_time_of_day=_find_fixed_time(fields),
        is_dated_by_fetch=_is_dated_by_fetch(told),
    )


def _find_constant(values: Iterable[Collection[str]]) -> tuple[str, ...]:
    filled = [{fold(name) for name in names} for names in values if names]
    if len(filled) < _LEAST_FILLED:
        return ()
    counts = Counter(name for names in filled for name in names if name)
    return tuple(sorted(name for name, count in counts.items() if count >= _NEARLY_ALL * len(filled)))


def _recurring_names(values: Iterable[Collection[str]]) -> tuple[str, ...]:
    counts = Counter(fold(name) for names in values for name in names)
    counts.pop("", None)
    return tuple(sorted(name for name, _ in _most_common(counts) if counts[name] >= 2))


def _find_affixes(titles: Sequence[str], pattern: re.Pattern[str], share: float) -> tuple[str, ...]:
    if len(titles) < _LEAST_FILLED:
        return ()
    counts = Counter(match[0] for title in titles if (match := pattern.search(title)) and match[0] != title)
    least = max(3.0, share * len(titles))
    return tuple(sorted(affix for affix, count in counts.items() if count >= least))


def _find_spellings(fields: Sequence[SeenFields]) -> dict[str, str]:
    """The usual spelling of the names that were met in several; capitals throughout are nobody's spelling."""
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for page in fields:
        for name in page.authors:
            written[fold(name)][name] += 1
    written.pop("", None)
    chosen = {
        folded: min(forms.items(), key=lambda item: (item[0].isupper() or item[0].islower(), -item[1], item[0]))[0]
        for folded, forms in written.items()
        if sum(forms.values()) >= 2
    }
    often = sorted(chosen, key=lambda folded: (-sum(written[folded].values()), folded))[:_MOST_NAMES]
    return {folded: chosen[folded] for folded in sorted(often)}


def _find_fixed_time(fields: Sequence[SeenFields]) -> str | None:
    times = Counter(_time_of_day(page) for page in fields if page.published_at and page.has_time_of_day)
    total = sum(times.values())
    if total < _LEAST_FILLED:
        return None
    time, count = _most_common(times)[0]
    return time if count >= _NEARLY_ALL * total else None


def _time_of_day(fields: SeenFields) -> str:
    """The local time of day, as the page wrote it."""
    assert fields.published_at is not None  # noqa: S101 - the callers choose
    return local_time(fields.published_at, fields.published_zone)


def local_time(moment: datetime, zone: str | None) -> str:
    """The time of day of an instant at an offset as `+03:00`; in UTC where there is none."""
    if zone:
        try:
            moment = moment.astimezone(datetime.strptime(zone, "%z").tzinfo)
        except ValueError:
            return f"{moment:%H:%M:%S}"
    return f"{moment:%H:%M:%S}"


def _is_dated_by_fetch(pages: Sequence[Observation]) -> bool:
    """Whether stories are as old as their captures, all of them, over several days.

    A page fetched as soon as it is out looks the same: a site that is asked often has some that are older.
    """
    ages = [
        (page.fetched_at.date(), abs(page.fetched_at - page.fields.published_at))
        for page in pages
        if page.fetched_at and page.fields.published_at and page.fields.has_time_of_day
    ]
    if len(ages) < 2 * _LEAST_FILLED or len({day for day, _ in ages}) < 3:
        return False
    return all(age <= _AT_FETCH for _, age in ages)


def _most_common(counts: Counter[str]) -> list[tuple[str, int]]:
    """In one order for equal counts."""
    key: Callable[[tuple[str, int]], tuple[int, str]] = lambda item: (-item[1], item[0])  # noqa: E731
    return sorted(counts.items(), key=key)[:_MOST_NAMES]
