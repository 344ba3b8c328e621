"""What one place of a page says of an article's authors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.clean.names import is_personal, split_credit
from crawler.clean.text import fold


@dataclass
class Statement:
    """The people, agencies and outlets that a place names. `origin` is the kind of place: `json-ld`, `byline`, …"""

    origin: str
    people: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    outlets: list[str] = field(default_factory=list)

    def add(self, text: str, sites: tuple[str, ...], language: str | None) -> None:
        """Add the names of a text that surely is a credit."""
        self._extend(*split_credit(text, sites, language))

    def add_personal(self, text: str, sites: tuple[str, ...], language: str | None, *, single: bool = False) -> None:
        """Add from a text that only its place makes a credit: names that look like people's.

        `single`: one word in capitals and small letters will do, where it is the only name.
        """
        people, agencies, outlets = split_credit(text, sites, language)
        alone = single and len(people) == 1 and " " not in people[0] and people[0].istitle()
        self._extend([name for name in people if alone or is_personal(name)], agencies, outlets)

    def merge(self, other: Statement) -> None:
        """Add the names of another statement."""
        self._extend(other.people, other.agencies, other.outlets)

    def keys(self) -> set[str]:
        """The people's names in the form that they are compared in."""
        return {fold(name) for name in self.people}

    def __bool__(self) -> bool:
        return bool(self.people or self.agencies or self.outlets)

    def _extend(self, people: Iterable[str], agencies: Iterable[str], outlets: Iterable[str]) -> None:
        for known, new in ((self.people, people), (self.agencies, agencies), (self.outlets, outlets)):
            known += [name for name in new if name not in known]
