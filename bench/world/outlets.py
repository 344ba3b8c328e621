"""The outlets of the world: who publishes how much, in which language, and what they print below everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.world.languages import LANGUAGES
from bench.world.reports import Desk
from bench.world.vocabulary import Vocabulary
from crawler.sources.model import Source

_SHARE_WITH_TAIL = 0.4
_LINKS_OF_THE_SITE = 25
_VOLUME_EXPONENT = 0.7


@dataclass(frozen=True)
class Outlet:
    """`tail` is what it prints below every report, empty for most; `weight` is how much it publishes."""

    source: Source
    vocabulary: Vocabulary
    weight: float
    tail: tuple[str, ...]
    sections: tuple[str, ...]
    site_links: tuple[Mapping[str, object], ...]

    @property
    def address(self) -> str:
        return self.source.home_page


def found_outlets(desk: Desk, count: int) -> list[Outlet]:
    """So many outlets, in languages as their shares want it."""
    total = sum(language.share for language in LANGUAGES)
    outlets: list[Outlet] = []
    wanted = 0.0
    for language in LANGUAGES:
        wanted += language.share / total * count
        vocabulary = Vocabulary(language, desk.chance)
        while len(outlets) < round(wanted):
            outlets.append(_found(desk, vocabulary, len(outlets)))
    return outlets


def _found(desk: Desk, vocabulary: Vocabulary, number: int) -> Outlet:
    source_id = f"outlet-{vocabulary.language.code}-{number:03}"
    address = f"https://{source_id}.example/"
    source = Source.model_validate(
        {
            "id": source_id,
            "name": " ".join(desk.chance.sample(vocabulary.names, 2)),  # no number: credits are printed with the copies
            "home_page": address,
            "country": vocabulary.language.country,
            "languages": [vocabulary.language.code],
            "time_zone": vocabulary.language.zone,
            "kind": "news",
            "enabled": True,
            "feeds": [f"{address}feed.xml"],
        }
    )
    has_tail = desk.chance.random() < _SHARE_WITH_TAIL
    links = [
        {"url": f"{address}section/{place}/", "text": desk.chance.choice(vocabulary.names), "is_in_text": False}
        for place in range(_LINKS_OF_THE_SITE)
    ]
    return Outlet(
        source,
        vocabulary,
        weight=desk.chance.randrange(1, 60) ** -_VOLUME_EXPONENT,
        tail=desk.paragraph(vocabulary, desk.chance.randrange(15, 45)) if has_tail else (),
        sections=tuple(desk.chance.sample(vocabulary.names, 6)),
        site_links=tuple(links),
    )
