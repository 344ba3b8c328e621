"""The part of `dateline sources` that is about what sites are like: learning it, and showing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.clean.memory.template import FieldTrust, Place, SiteTemplate
from crawler.learning import Learned
from crawler.sources.explaining import one_line

_MOST_SHOWN = 40


def describe_learned(learned: Sequence[Learned]) -> Iterator[tuple[str, ...]]:
    """Rows for a table: source, pages, stories, version, and what came of it."""
    for one in learned:
        if one.is_new:
            came = "new version"
        elif one.version:
            came = "as before" if one.stories else "too few stories: as before"
        else:
            came = "too few stories"
        yield one.source_id, str(one.pages), str(one.stories), one.version or "", came


def describe_template(source_id: str, template: SiteTemplate) -> Iterator[str]:
    """A template in lines for people."""
    learned = f", learned {template.learned_at:%Y-%m-%d %H:%M} UTC" if template.learned_at else ""
    yield f"{source_id}: version {template.version}{learned}"
    yield f"from {template.pages} pages of {template.days} days, which tell {template.stories} stories"
    yield from _describe_lines(template)
    yield from _describe_places("The headline stands at", template.headlines)
    yield from _describe_places("The byline stands at", template.bylines)
    yield from _describe_places("The date stands at", template.dates)
    yield from _describe_paths(template)
    yield from _describe_trust(template.trust)


def _describe_lines(template: SiteTemplate) -> Iterator[str]:
    lines = sorted(template.lines.values(), key=lambda line: (-line.kept, -line.stories, line.example))
    yield ""
    yield f"Furniture: {len(lines)} lines (on stories / would be kept)"
    for line in lines[:_MOST_SHOWN]:
        yield f"  {line.stories:4} / {line.kept:<4} {one_line(line.example)}"
    if len(lines) > _MOST_SHOWN:
        yield f"  … and {len(lines) - _MOST_SHOWN} more (--json shows all)"


def _describe_places(title: str, places: Sequence[Place]) -> Iterator[str]:
    if places:
        yield ""
        yield f"{title} (on stories)"
        for place in places:
            yield f"  {place.stories:4} {one_line(place.path)}"


def _describe_paths(template: SiteTemplate) -> Iterator[str]:
    if not template.paths:
        return
    paths = sorted(template.paths.values(), key=lambda path: (-path.odds, -path.weight))
    half = _MOST_SHOWN // 4
    shown = paths if len(paths) <= 2 * half else [*paths[:half], *paths[-half:]]
    yield ""
    yield f"Paths: {len(template.paths)} (log-odds that a line there is story, stories)"
    for path in shown:
        yield f"  {path.odds:+5.1f} {path.stories:6} {one_line(path.path)}"


def _describe_trust(trust: FieldTrust) -> Iterator[str]:
    told = [
        ("titles lose the end", trust.title_suffixes),
        ("titles lose the beginning", trust.title_prefixes),
        ("named on nearly every page, no evidence of who wrote", trust.constant_authors),
        ("the outlet itself, and no author", trust.house_names),
        ("sections, and no authors", trust.section_names),
    ]
    lines = [f"  {what}: {', '.join(map(repr, values))}" for what, values in told if values]
    if trust.fixed_time_of_day:
        lines.append(f"  published at {trust.fixed_time_of_day} always: only the day is known")
    if trust.is_dated_by_fetch:
        lines.append("  published when it was fetched, always: dates are doubted")
    if trust.spellings:
        lines.append(f"  spellings of {len(trust.spellings)} writers")
    if lines:
        yield ""
        yield "Fields"
        yield from lines
