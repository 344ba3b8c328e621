"""A site's template put to use on a page: which lines are the story, and which fields are corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crawler.clean.blocks import Block
from crawler.clean.body import Reading, choose_body, choose_threshold
from crawler.clean.features import NAMES
from crawler.clean.memory.keys import line_key, page_key, path_keys
from crawler.clean.memory.learning import weigh_lines
from crawler.clean.memory.observation import MOST_LINES, log_odds
from crawler.clean.memory.template import FieldTrust, SiteTemplate
from crawler.clean.memory.trust import local_time
from crawler.clean.page import Page
from crawler.clean.text import fold
from crawler.records import ArticleFields, Precision

Array = NDArray[Any]

_WORDS = NAMES.index("words")
_STRONGEST = 2.5
"""Log-odds that a path may bring: less than those of a line that the model is sure about."""
_CONSIDERED = 0.002
"""Lines less likely than this stay where they are, whatever the site is like."""
_SURE = 0.8
_LEAST_LEFT = 0.5
_DATED_BY_FETCH = 0.3


def adjust(page: Page, reading: Reading, template: SiteTemplate) -> Reading:
    """The reading with what is known of the site: its furniture dropped, its paths weighed.

    A template that takes most of what the model was sure of does not fit the page: the reading stays as it was.
    """
    if not page.blocks:
        return reading
    probabilities = reading.probabilities.copy()
    considered = np.nonzero(probabilities >= _CONSIDERED)[0].tolist()
    blocks = [page.blocks[index] for index in considered]
    own = _own_lines(page, reading, template) if page_key(page.url) in template.seen else {}
    keys = path_keys(blocks)
    shift = np.clip(_weigh_paths(keys, template, own), -_STRONGEST, _STRONGEST)
    odds = np.clip(probabilities[considered], 1e-6, 1 - 1e-6)
    moved = 1 / (1 + (1 - odds) / odds * np.exp(-shift))
    is_furniture = [_is_furniture(block, key, template) for block, key in zip(blocks, keys, strict=True)]
    probabilities[considered] = np.where(is_furniture, 0.0, moved)
    words = reading.features[_WORDS]
    if not probabilities.any():
        return reading
    threshold = choose_threshold(probabilities, words)
    body = choose_body(page.blocks, probabilities, threshold)
    sure = [index for index in reading.body if reading.probabilities[index] >= _SURE]
    kept = set(body)
    if sum(words[index] for index in sure if index in kept) < _LEAST_LEFT * sum(words[index] for index in sure):
        return reading
    return replace(reading, probabilities=probabilities, threshold=threshold, body=body)


def _is_furniture(block: Block, path: str, template: SiteTemplate) -> bool:
    line = template.lines.get(line_key(block.text))
    return line is not None and (not line.paths or path in line.paths)


def _weigh_paths(keys: Sequence[str], template: SiteTemplate, own: Mapping[str, tuple[float, float]]) -> list[float]:
    """The log-odds that each path brings, without what the page itself brought to it."""
    odds = {
        key: template.paths[key].odds_without(*own.get(key, (0.0, 0.0))) for key in template.paths.keys() & set(keys)
    }
    return [odds.get(key, 0.0) for key in keys]


def _own_lines(page: Page, reading: Reading, template: SiteTemplate) -> dict[str, tuple[float, float]]:
    """What a page brought to the template's paths when they were learned."""
    own: dict[str, list[float]] = {}
    blocks = page.blocks[:MOST_LINES]
    for key, block, probability in zip(path_keys(blocks), blocks, reading.probabilities.tolist(), strict=False):
        if key in template.paths and line_key(block.text):
            own.setdefault(key, []).append(log_odds(probability))
    return {key: weigh_lines(odds) for key, odds in own.items()}


def apply_fields(fields: ArticleFields, template: SiteTemplate, fetched_at: datetime | None = None) -> ArticleFields:
    """The fields with what is known of the site; the origin of what is changed ends in `+template`."""
    trust = template.trust
    changed: dict[str, Any] = {}
    title = _strip_affixes(fields.title, trust)
    if title != fields.title:
        changed["title"] = title
    authors, agencies = _correct_authors(fields, trust)
    if authors != fields.authors:
        changed["authors"] = authors
    if agencies != fields.agencies:
        changed["agencies"] = agencies
    confidences = dict(fields.confidences)
    if fields.published_at is not None and fields.published_precision is not Precision.DAY:
        if trust.fixed_time_of_day == local_time(fields.published_at, fields.published_zone):
            changed["published_precision"] = Precision.DAY
        if trust.is_dated_by_fetch and fetched_at and abs((fetched_at - fields.published_at).total_seconds()) <= 300:
            confidences["published_at"] = min(_DATED_BY_FETCH, confidences.get("published_at", 1.0))
            changed["published_precision"] = Precision.DAY
    if not changed:
        return fields
    origins = dict(fields.origins)
    for name in changed:
        named = "published_at" if name == "published_precision" else name
        origins[named] = f"{origins[named]}+template" if named in origins else "template"
    for name in ("authors", "agencies"):
        if name in changed and not changed[name]:
            origins.pop(name, None)
            confidences.pop(name, None)
    return fields.model_copy(update={**changed, "origins": origins, "confidences": confidences})


def _strip_affixes(title: str, trust: FieldTrust) -> str:
    stripped = title
    for suffix in trust.title_suffixes:
        stripped = stripped.removesuffix(suffix)
    for prefix in trust.title_prefixes:
        stripped = stripped.removeprefix(prefix)
    return stripped.strip() or title


def _correct_authors(fields: ArticleFields, trust: FieldTrust) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Authors without sections and, beside somebody else, without whoever is named on every page.

    The outlet itself goes to the agencies, as everywhere. A person who writes every story of a site stays.
    """
    authors = [name for name in fields.authors if fold(name) not in trust.section_names]
    others = [name for name in authors if fold(name) not in trust.constant_authors]
    moved: list[str] = []
    if others:
        authors = others
    else:
        moved = [name for name in authors if fold(name) in trust.house_names]
        authors = [name for name in authors if fold(name) not in trust.house_names]
    written = {fold(name): trust.spellings.get(fold(name), name) for name in authors}
    known = {fold(name) for name in fields.agencies}
    agencies = (*fields.agencies, *(name for name in moved if fold(name) not in known))
    return tuple(written.values()) if written else (), agencies
