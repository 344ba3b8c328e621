"""The pages of an invented outlet: stories of their own, in the site's furniture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone

import numpy as np

from crawler.clean.body import BELONGS, Reading, choose_body
from crawler.clean.features import compute_features
from crawler.clean.memory.observation import Observation, SeenFields, SeenLine
from crawler.clean.page import Page, parse_page

PLACES = (
    "Karsu", "Brenfeld", "Talmora", "Osteny", "Wexhaven", "Marisal", "Dorvan", "Ilmeny", "Quarrow", "Sandport",
    "Tivara", "Ulmstad",
)  # fmt: skip
WORKS = (
    "bridge", "ferry", "school", "market", "harbour", "mill", "station", "reservoir", "library", "orchard", "clinic",
    "quarry",
)  # fmt: skip
APPEAL = "Readers keep the Karsu Ledger alive, so please consider a small gift to our newsroom this winter."
START = datetime(2026, 3, 1, 9, 0, tzinfo=timezone.utc)


def headline(number: int) -> str:
    return f"The {WORKS[number % 12]} of {PLACES[number % 12]} opens again, part {number}"


def story(number: int) -> list[str]:
    """Three paragraphs that no other number has."""
    place, work = PLACES[number % 12], WORKS[number % 12]
    name = f"{place} {'abcdefghij'[number // 100]}{'abcdefghij'[number // 10 % 10]}{'abcdefghij'[number % 10]}"
    return [
        f"The {work} of {name} has opened again after repairs that took longer than the council had promised anyone.",
        f"Engineers at {name} found cracks in the {work} last spring, and asked for money that nobody had set aside.",
        f"People of {name} came to the {work} with cakes and drums, and stayed there until it was dark outside.",
    ]


def html(number: int, *extra: str, title: str | None = None, author: str = "Lena Oswin") -> str:
    """A page with its appeal in the middle of the story, where it looks like a part of it."""
    first, second, third = (f"<p>{line}</p>" for line in story(number))
    return (
        f"<html lang='en'><head><title>{title or headline(number)}</title>"
        f"<meta property='og:type' content='article'></head><body class='page postid-{number}'>"
        "<nav><a href='/'>Home</a><a href='/politics'>Politics</a></nav><main><article class='story'>"
        f"<h1>{headline(number)}</h1><p class='byline'>By {author}</p>"
        f"<time datetime='2026-03-0{1 + number % 9}T08:30:00Z'>March {1 + number % 9}, 2026</time>"
        f"<div class='body'>{first}{second}<p>{APPEAL}</p>{third}{''.join(extra)}</div></article></main>"
        "<footer><p>Karsu Ledger, a paper of the Dorvan valley</p></footer></body></html>"
    )


def read(page: Page, kept: Mapping[str, float]) -> Reading:
    """A reading in which the lines that begin so have these probabilities, and all others 0.01."""
    probabilities = np.full(len(page.blocks), 0.01)
    for block in page.blocks:
        for beginning, probability in kept.items():
            if block.text.startswith(beginning):
                probabilities[block.index] = probability
    at = next((block.index for block in page.blocks if block.element.tag == "h1"), None)
    features = compute_features(page, at)
    return Reading(at, features, probabilities, BELONGS, choose_body(page.blocks, probabilities, BELONGS))


def read_story(number: int, *extra: str, more: Mapping[str, float] | None = None) -> tuple[Page, Reading]:
    """A page as a model reads it that takes the appeal for story."""
    page = parse_page(html(number, *extra), f"https://ledger.example/{number}")
    kept = dict.fromkeys((line[:40] for line in story(number)), 0.97)
    return page, read(page, {**kept, APPEAL[:30]: 0.9, **(more or {})})


def line(text: str, odds: float = 3.0, **more: object) -> SeenLine:
    """A line as it is observed; its text is its key."""
    values = {
        "key": text, "path": "p", "odds": odds, "is_kept": odds > 0, "is_label": False, "leads": True,
        "words": len(text.split()), "example": text[:90], **more,
    }  # fmt: skip
    return SeenLine(**values)  # type: ignore[arg-type]


def observation(number: int, *more: SeenLine, day: int | None = None, **fields: object) -> Observation:
    """What the page of a story tells, with lines that others have too."""
    return Observation(
        url=f"https://ledger.example/{number}",
        fetched_at=None if day is None else START + timedelta(days=day, minutes=number),
        site_names=("Karsu Ledger",),
        lines=(*map(line, story(number)), *more),
        paths={"p": "div.body/p"},
        fields=SeenFields(**{"title": headline(number), **fields}),  # type: ignore[arg-type]
    )


def observations(count: int, *more: SeenLine, **fields: object) -> Sequence[Observation]:
    return [observation(number, *more, **fields) for number in range(count)]
