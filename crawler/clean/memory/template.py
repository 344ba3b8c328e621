"""What is known of a site: the learned template, as it is stored, shown and used."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from crawler.records import Instant, Record


class Furniture(Record):
    """A line that belongs to the site: on how many stories it was seen, how often kept by mistake, and as what."""

    stories: int = Field(ge=1)
    kept: int = Field(ge=0)
    example: str
    paths: tuple[str, ...] = ()
    """Keys of the paths at which it belongs to the site; none: wherever it stands."""


_SHRINK = 4.0
"""Lines that say nothing, put beside those that were seen: few lines are weak evidence."""


class PathPrior(Record):
    """How the lines of one path fared: the sum of the model's log-odds that they are story, over so many of them."""

    total: float
    weight: float = Field(gt=0)
    """Lines that count, some of each story."""
    stories: int = Field(ge=1)
    path: str

    @property
    def odds(self) -> float:
        """Their mean, shrunk towards nothing where they are few."""
        return self.odds_without(0.0, 0.0)

    def odds_without(self, total: float, weight: float) -> float:
        """As `odds`, but without what one of the pages brought to it."""
        left = max(self.weight - weight, 0.0)
        return (self.total - total) / (left + _SHRINK) if left else 0.0


class Place(Record):
    """Where a field stands on the site's pages, and on how many stories it stood there."""

    stories: int = Field(ge=1)
    path: str


class FieldTrust(Record):
    """What to make of a site's fields. Names are folded, but for the values of `spellings`."""

    constant_authors: tuple[str, ...] = ()
    """Named on nearly every page: the newsroom, or whoever runs the site."""
    house_names: tuple[str, ...] = ()
    """Those of them that are the outlet itself, and no person."""
    section_names: tuple[str, ...] = ()
    title_suffixes: tuple[str, ...] = ()
    """What titles end with on many pages, separator included, as written."""
    title_prefixes: tuple[str, ...] = ()
    spellings: dict[str, str] = Field(default_factory=dict)
    """How a writer's name is written, by its folded form."""
    fixed_time_of_day: str | None = None
    """The one time that instants of publication have, as `00:00:00`: nobody's clock, so that only the day is known."""
    is_dated_by_fetch: bool = False
    """Instants of publication are those of the request."""


class SiteTemplate(Record):
    """A version of what is known of a site. `version` names the content: equal knowledge, equal version."""

    format: Literal[1] = 1
    """Of keys and fields. What another version of Dateline has stored is not half understood, but left out."""
    version: str = Field(pattern=r"^[0-9a-f]{12}$")
    learned_at: Instant | None = None
    pages: int = Field(ge=0)
    stories: int = Field(ge=0)
    days: int = Field(ge=0)
    """Distinct days of the captures; 0 where they have none."""
    lines: dict[str, Furniture] = Field(default_factory=dict)
    paths: dict[str, PathPrior] = Field(default_factory=dict)
    seen: tuple[str, ...] = ()
    """Keys of the addresses that it was learned from: no page is its own evidence."""
    headlines: tuple[Place, ...] = ()
    bylines: tuple[Place, ...] = ()
    dates: tuple[Place, ...] = ()
    trust: FieldTrust = Field(default_factory=FieldTrust)


def name_version(template: SiteTemplate) -> SiteTemplate:
    """The template under the name of its content. When it was learned is no part of that."""
    content = template.model_dump(mode="json", exclude={"version", "learned_at"})
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=True).encode()).hexdigest()
    return template.model_copy(update={"version": digest[:12]})


def differs(old: SiteTemplate, new: SiteTemplate) -> bool:
    """Whether two templates would do something else to a page.

    A sample of other days has other menus and slightly other odds. An outlet's edits are told from our own changes by
    reading two captures alike: so a template stays for as long as it would do the same.
    """
    if old.trust != new.trust or _dropped(old) != _dropped(new):
        return True
    shared = old.paths.keys() & new.paths.keys()
    if any(abs(old.paths[key].odds - new.paths[key].odds) > _SAME_ODDS for key in shared):
        return True
    return any(
        abs(path.odds) > _SAME_ODDS and path.stories >= _KNOWN_WELL
        for key in old.paths.keys() ^ new.paths.keys()
        for path in [old.paths.get(key) or new.paths[key]]
    )


_SAME_ODDS = 1.0
_KNOWN_WELL = 10


def _dropped(template: SiteTemplate) -> set[str]:
    """The lines that would be kept if it were not for the template."""
    return {key for key, line in template.lines.items() if line.kept}


@lru_cache(maxsize=64)
def load_template(path: str) -> SiteTemplate:
    """The template in a file, which nobody changes once it is written. Raises OSError, and pydantic's errors."""
    return SiteTemplate.model_validate_json(Path(path).read_bytes())
