"""Who wrote an article: what its head states, weighed against the credits around and under the story.

A person beats a newsroom, wherever each stands. The head beats a line of the page, unless the line is a byline that
names others, or more people: then the head names but the user who typed the story in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawler.clean.agencies import is_agency, is_wire
from crawler.clean.found import Found
from crawler.clean.names import is_personal
from crawler.clean.page import Page
from crawler.clean.roles import Role
from crawler.clean.seen_credits import find_credit_lines, read_lines
from crawler.clean.stated_credits import read_head
from crawler.clean.statement import Statement

# Share of pages on which the names were all right and complete, by origin, on 756 pages with known authors (138 of
# news, 618 of blogs and news); "+": head and lines agree on one of them. Shrunk towards .7 where rare; .65 for the
# others, which are lines that name more people than the head.
_SHARE_RIGHT = {
    "json-ld+": 0.95,
    "json-ld-person+": 0.95,
    "meta+": 0.94,
    "json-ld-person": 0.9,
    "author-link": 0.88,
    "meta": 0.87,
    "byline-class": 0.86,
    "byline": 0.82,
    "signature": 0.82,
    "name-line": 0.82,
    "json-ld": 0.81,
    "author-box": 0.7,
    "outlet": 0.88,
    "agency": 0.88,
}
_NOT_SIGNED = Role.CAPTION | Role.CREDIT | Role.RELATED | Role.TEASER | Role.ASIDE | Role.COMMENT
_CORRECTING = frozenset(("byline", "author-link", "byline-class", "name-line"))


@dataclass(frozen=True)
class Credits:
    """Who a page says wrote it."""

    people: Found[tuple[str, ...]] | None
    agencies: tuple[str, ...]
    """News agencies, and whoever else is named as the source of the material."""
    outlets: tuple[str, ...]
    """Desks or the outlet itself, where they sign like an author."""
    lines: frozenset[int]
    """Indexes of blocks in or next to the text that are nothing but credits."""
    beside: tuple[str, ...] = ()
    """Agencies and outlets that are named as authors in the same place as the people, or, without people, alone."""

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody who is named."""
        people = self.people.value if self.people else ()
        return (*people, *self.agencies, *self.outlets, *self.beside)


def find_credits(page: Page, headline: int | None, body: Sequence[int]) -> Credits:
    """Who wrote the article. `headline` is the index of its headline's block, `body` are those of its text."""
    sites = _name_sites(page)
    stated = [statement for statement in read_head(page, sites) if statement]
    known = set().union(*(statement.keys() for statement in stated))
    lines = find_credit_lines(page, body, sites)
    seen = [statement for statement in read_lines(page, headline, body, sites, lines, known) if statement]
    for index, (writers, sources) in lines.items():
        # A signature stands under the story; over it the lines are read by `read_lines`, with more care.
        signs = bool(body) and index > body[0] and not page.blocks[index].roles & _NOT_SIGNED
        statement = _state_line(writers, sources, sites)
        seen.append(statement if signs else replace(statement, people=[]))
    return _weigh(stated, seen, frozenset(lines))


def _state_line(writers: list[str], sources: list[str], sites: tuple[str, ...]) -> Statement:
    """What a line says that is nothing but credits: who wrote, and whose material it is."""
    agencies = [*filter(is_wire, writers), *(name for name in sources if is_wire(name) or not is_agency(name, sites))]
    outlets = [name for name in (*sources, *writers) if name not in agencies and is_agency(name, sites)]
    people = [name for name in writers if not is_agency(name, sites)]
    return Statement("signature", people=people, agencies=agencies, outlets=outlets)


def choose_authors(credits: Credits) -> Found[tuple[str, ...]] | None:
    """Whom to give as the authors: people and who is named beside them; else who signs: desk, outlet or agency."""
    people = credits.people
    if people is not None:
        return Found((*people.value, *credits.beside), people.origin, people.confidence)
    if credits.beside:
        origin = "outlet" if credits.outlets else "agency"
        return Found(credits.beside, origin, _SHARE_RIGHT[origin])
    return None


def _name_sites(page: Page) -> tuple[str, ...]:
    """Names that the site goes by."""
    host = page.host
    names = [*page.site_names, host, max(host.split(".")[:-1] or [host], key=len)]
    names += [name[4:] for name in names if name[:4].lower() == "the "]
    return tuple(dict.fromkeys(name for name in names if name))


def _weigh(stated: list[Statement], seen: list[Statement], lines: frozenset[int]) -> Credits:
    everything = [*stated, *seen]
    agencies = tuple(dict.fromkeys(name for statement in everything for name in statement.agencies))
    sources = [name for statement in seen if statement.origin == "signature" for name in statement.outlets]
    head = next((statement for statement in stated if statement.people), None)
    visible = next((statement for statement in seen if statement.people), None)
    chosen: Statement
    rival: Statement | None
    if head and visible and _corrects(visible, head):
        chosen, rival = visible, head
    elif head:
        chosen, rival = head, visible
    elif visible:
        chosen, rival = visible, None
    else:
        signing = next((statement for statement in everything if statement), None)
        if signing is None:
            return Credits(None, (), (), lines)
        outlets = tuple(dict.fromkeys((*signing.outlets, *sources)))
        return Credits(None, agencies, outlets, lines, (*signing.agencies, *signing.outlets))
    agrees = rival is not None and bool(chosen.keys() & rival.keys())
    origin = chosen.origin + ("+" if agrees else "")
    people = Found(tuple(chosen.people), origin, _SHARE_RIGHT.get(origin, 0.65))
    beside = (*chosen.agencies, *chosen.outlets) if chosen is head else ()
    return Credits(people, agencies, tuple(dict.fromkeys((*chosen.outlets, *sources))), lines, beside)


def _corrects(seen: Statement, head: Statement) -> bool:
    """Whether the page's own byline names others, or more people, than its head."""
    inside, outside = head.keys(), seen.keys()
    if seen.origin not in _CORRECTING or not all(map(is_personal, seen.people)):
        return False
    if inside & outside:
        return inside < outside
    return seen.origin == "byline" or all(map(_is_user, head.people))


def _is_user(name: str) -> bool:
    """Whether it may be the name of an account: one word of a script that writes spaces between names."""
    return " " not in name and name.isascii()
