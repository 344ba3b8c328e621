"""When a page was published and last changed: claims are weighed by origin, place and agreement."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler.clean.blocks import Block
from crawler.clean.claims import HEAD, Claim, head_claims, hint_claim, script_claims, title_claim, url_claim, url_month
from crawler.clean.clocks import UTC
from crawler.clean.date_lines import is_date_line as is_date_line
from crawler.clean.date_weights import WEIGHTS
from crawler.clean.date_zone import Place
from crawler.clean.found import Found
from crawler.clean.instants import Moment, Reading, make_readable, offset_of, read_all, zone_of
from crawler.clean.page import Page
from crawler.clean.page_locale import is_month_first, language_of
from crawler.clean.roles import Role
from crawler.clean.shown_claims import LONGEST_LINE, Layout, label_of, lay_out, near_blocks, visible_claims
from crawler.records import Precision

_WEAK = frozenset(("meta-date", "meta-odd", "ld-created", "ld-other", "meta-many"))
_FIRST_YEAR = 1990
_TOLERANCE = timedelta(hours=1)
"""How far a stated date may lie after the fetch: clocks differ."""
_ANY_ZONE = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Dates:
    """When it was published and when it was last changed, as far as the page says."""

    published: Found[Moment] | None = None
    modified: Found[Moment] | None = None


def find_dates(page: Page, headline: int | None, body: Sequence[int]) -> Dates:
    """Both dates; `headline` and `body` are indexes of blocks. Nothing before 1990, nothing later than the fetch."""
    claims = collect_claims(page, lay_out(page, headline, body))
    relate(claims, page)
    place = Place(page, claims)
    published = _choose_published(claims, place)
    modified = _choose_modified(claims, place, published)
    return Dates(published, modified)


def collect_claims(page: Page, layout: Layout) -> list[Claim]:
    """All claims; those far from the story only where nothing better says when it was published."""
    claims = head_claims(page)
    claims += filter(None, (url_claim(page.url), hint_claim(page), title_claim(page)))
    month_first, language = is_month_first(page), language_of(page)
    ago = all(c.is_update for c in claims)
    near = visible_claims(near_blocks(page, layout), page, layout, month_first=month_first, language=language, ago=ago)
    claims += near
    claims = [c for c in claims if _is_plausible(c, page.fetched_at)]
    if all(c.is_update or c.traits[0] in _WEAK for c in claims):
        seen = {c.block for c in near}
        rest = sorted((block for block in page.blocks if block.index not in seen), key=_is_undated)
        far = visible_claims(rest, page, layout, month_first=month_first, language=language, far=True)
        far.sort(key=lambda claim: claim.block or 0)
        if all(c.is_update for c in far):
            far += script_claims(page)
        for claim in far:
            claim.traits.append("far-pass")
        claims += (c for c in far if _is_plausible(c, page.fetched_at))
    if any(c.reading.is_ambiguous for c in claims):
        _settle_order(claims, page)
    _find_shown_changes(claims)
    return claims


def _is_undated(block: Block) -> bool:
    """Whether nothing but its text could make it a date."""
    return not block.roles & Role.DATE and not any(mark.tag == "time" for mark in block.marks)


def _is_plausible(claim: Claim, fetched_at: datetime | None) -> bool:
    """Whether it lies between 1990 and the fetch, in one zone or another."""
    reading = claim.reading
    if reading.day.year < _FIRST_YEAR:
        return False
    slack = _TOLERANCE if reading.offset else _ANY_ZONE
    return fetched_at is None or reading.absolute <= fetched_at + slack


# --- how day and month stand -----------------------------------------------------------------------------------------

_SLASHED = re.compile(r"(?<![\d/.-])(\d{1,2})([/-])(\d{1,2})\2(?:19|20)\d\d(?!\d)")


def _settle_order(claims: list[Claim], page: Page) -> None:
    """Turn round the ambiguous dates where that makes them agree with one that is plain, or with the page's others."""
    plain = [c.reading for c in claims if not c.reading.is_ambiguous]
    for claim in claims:
        reading = claim.reading
        if not reading.is_ambiguous or any(other.agrees(reading) for other in plain):
            continue
        turned = _turned(reading)
        if any(other.agrees(turned) for other in plain) or _page_disagrees(page, reading):
            claim.reading = turned


def _turned(reading: Reading) -> Reading:
    return replace(reading, day=reading.day.replace(month=reading.day.day, day=reading.day.month))


def _page_disagrees(page: Page, reading: Reading) -> bool:
    """Whether other dates on the page, of which there is but one way to read them, are written the other way round."""
    votes = 0
    for block in page.blocks:
        text = block.text
        if len(text) <= LONGEST_LINE and ("/" in text or "-" in text):
            for match in _SLASHED.finditer(make_readable(text)):
                one, two = int(match[1]), int(match[3])
                if one > 12 >= two:
                    votes += 1
                elif two > 12 >= one:
                    votes -= 1
    if not votes:
        return False
    return (votes < 0) != is_month_first(page)


def _find_shown_changes(claims: Sequence[Claim]) -> None:
    """A date that is shown, to the minute that the head gives for the last change, is no date of publication."""
    stated = [c.reading for c in claims if c.origin in HEAD and not c.is_update and c.reading.clock]
    changed = [c.reading for c in claims if c.origin in HEAD and c.is_update and c.reading.clock]
    if not stated or not changed:
        return
    for claim in claims:
        reading = claim.reading
        if claim.block is not None and not claim.is_update and reading.clock:
            claim.is_update = any(_is_same_minute(reading, c) for c in changed) and not any(
                _is_same_minute(reading, s) for s in stated
            )


def _is_same_minute(one: Reading, other: Reading) -> bool:
    if one.zone is None or other.zone is None:
        return one.naive.replace(second=0) == other.naive.replace(second=0)
    return one.absolute.replace(second=0) == other.absolute.replace(second=0)


# --- who agrees with whom --------------------------------------------------------------------------------------------


def relate(claims: Sequence[Claim], page: Page) -> None:
    """Add the traits of how claims stand to each other."""
    month = url_month(page.url)
    stated = [c for c in claims if c.origin in HEAD and not c.is_update]
    changed = [c for c in claims if c.origin in HEAD and c.is_update]
    shown = [c for c in claims if c.block is not None and not c.is_update]
    of_url = next((c for c in claims if c.origin == "url"), None)
    of_feed = next((c for c in claims if c.origin == "feed"), None)
    signatures = Counter(page.blocks[c.block].element.signature for c in claims if c.block is not None)
    for claim in claims:
        reading, traits = claim.reading, claim.traits
        relations = []
        with_stated = any(c is not claim and c.reading.agrees(reading) for c in stated)
        with_changed = any(c is not claim and c.reading.agrees(reading) for c in changed)
        if with_stated or with_changed:
            relations.append(
                "with-both" if with_stated and with_changed else "with-stated" if with_stated else "with-changed"
            )
        if not with_stated and any(c is not claim for c in stated):
            relations.append("against-stated")
        if of_url is not None and of_url is not claim:
            relations.append("with-url" if of_url.reading.agrees(reading) else "against-url")
        elif month is not None and of_url is None:
            is_same = month == (reading.day.year, reading.day.month)
            relations.append("with-url-month" if is_same else "against-url-month")
        if of_feed is not None and of_feed is not claim:
            relations.append("with-feed" if of_feed.reading.agrees(reading) else "against-feed")
        others = [c for c in shown if c.block != claim.block]
        with_shown = any(c.reading.agrees(reading) for c in others)
        if claim.block is None:
            if others:
                relations.append("with-shown" if with_shown else "against-shown")
        else:
            if shown and claim is shown[0]:
                relations.append("first-shown")
            if signatures[page.blocks[claim.block].element.signature] > 2:
                relations.append("listed")
            if any(reading.day < c.reading.day for c in others):
                relations.append("older-shown")
            if any(reading.day > c.reading.day for c in others):
                relations.append("newer-shown")
            if with_shown:
                relations.append("shown-twice")
        if not (with_stated or with_changed or with_shown or "with-url" in relations or "with-feed" in relations):
            relations.append("alone")
        traits += relations


# --- the choice ------------------------------------------------------------------------------------------------------


def weigh(claim: Claim) -> float:
    return sum(WEIGHTS.get(trait, 0.0) for trait in claim.traits)


def eligible(claims: Sequence[Claim]) -> list[Claim]:
    """Claims that may be of the publication. A date of a change is one only where nothing better is there."""
    firm = any(
        not c.is_update and (c.origin in HEAD or c.origin in ("url", "feed", "label", "microdata")) for c in claims
    )
    return [c for c in claims if not (firm and c.is_update)]


def _choose_published(claims: Sequence[Claim], place: Place) -> Found[Moment] | None:
    able = eligible(claims)
    scores = {id(claim): weigh(claim) for claim in able}
    while able:
        chosen = max(able, key=lambda claim: scores[id(claim)])
        same = [c for c in able if c.reading.agrees(chosen.reading)]
        moment = instant_of(chosen, same, place)
        if moment is not None and _is_in_time(moment, place.fetched_at):
            top = scores[id(chosen)]
            weights = {id(c): math.exp(scores[id(c)] - top) for c in able}
            share = sum(weights[id(c)] for c in same) / sum(weights.values())
            return Found(moment, chosen.origin, _confidence(chosen, same, share, moment, place))
        able.remove(chosen)
    return None


_ORDER = {
    kind: place
    for place, kind in enumerate(
        ("ld", "meta", "ld-page", "microdata", "meta-odd", "ld-other", "feed", "time", "meta-date")
    )
}


def instant_of(chosen: Claim, same: list[Claim], place: Place) -> Moment | None:
    """The instant of the chosen day that is written most exactly and most credibly."""
    timed = [c for c in same if c.reading.clock is not None and c.is_update == chosen.is_update]
    exact = [c for c in timed if c.reading.clock]  # midnight is what systems write that know no time
    if not exact:
        return _day_of(chosen, timed, place)
    shown = [c.reading for c in exact if c.block is not None and c.reading.zone is None]
    exact.sort(key=lambda c: _rank(c, shown))
    reading = exact[0].reading
    zone = place.zone
    if reading.zone is UTC:
        reading = _unmarked(reading, place, shown)
    if reading.zone is None:
        return reading.moment(zone)
    moment = reading.moment(None)
    if moment is None or zone is None or reading.zone is not UTC:
        return moment
    # Stated in UTC: the same instant with the outlet's offset, whose day is the day of the story.
    local = moment.at.astimezone(zone)
    if not (local.hour or local.minute or local.second) and (
        place.is_known or any(c.reading.day == local.date() != reading.day for c in same if c.block is not None)
    ):
        return Moment(local, Precision.DAY, offset_of(local))
    return Moment(local, moment.precision, offset_of(local))


def _rank(claim: Claim, shown: list[Reading]) -> tuple[int, bool, float]:
    """Stated in the head before seen; of several that are stated, the one whose minute is shown."""
    kind = claim.traits[0]
    if claim.block is not None and kind != "microdata":
        return 2 if kind == "line" else 1, False, 0.0
    is_shown = any(reading.minute == claim.reading.minute for reading in shown)
    return 0, not is_shown, _ORDER.get(kind, 9) - 0.5 * (claim.reading.precision is Precision.SECOND)


def _unmarked(reading: Reading, place: Place, shown: list[Reading]) -> Reading:
    """Local time that is marked as UTC: written elsewhere with the offset, or shown as it is while the page has one."""
    if place.zone is not None:
        twins = [c for c in place.claims if _may_be_same(c, reading)]
        if twins:
            local = replace(reading, zone=place.zone)
            if local.offset and any(c.reading.absolute == local.absolute for c in twins):
                return local
    if place.offsets:
        clock = reading.naive.replace(second=0)
        for other in place.offsets:
            if other.naive.replace(second=0) == clock:
                return replace(reading, zone=other.zone)
        if any(s.naive.replace(second=0) == clock for s in shown):
            return replace(reading, zone=place.offsets[0].zone)
    if place.zone is not None and place.fetched_at is not None and reading.absolute > place.fetched_at + _TOLERANCE:
        return replace(reading, zone=place.zone)
    return reading


def _may_be_same(claim: Claim, reading: Reading) -> bool:
    """Whether a claim in UTC shows a reading's minute and second at another hour; whole minutes agree by chance."""
    one = claim.reading
    if one.zone is not UTC or one.clock is None or one.clock == reading.clock or one.minute != reading.minute:
        return False
    return bool(one.clock.seconds % 60) or claim.origin == "feed"


def _day_of(chosen: Claim, timed: list[Claim], place: Place) -> Moment | None:
    """A bare day. Midnight in UTC is a day of UTC, unless it shows to be the outlet's."""
    reading = replace(chosen.reading, clock=None, precision=Precision.DAY)
    if (
        chosen.reading.clock is None
        and timed
        and timed[0].reading.zone is not None
        and timed[0].reading.day == reading.day
    ):
        reading = replace(reading, zone=timed[0].reading.zone)
    return reading.moment(place.zone if reading.zone is None else reading.zone)


def _is_in_time(moment: Moment, fetched_at: datetime | None) -> bool:
    return moment.at.year >= _FIRST_YEAR and (fetched_at is None or moment.at <= fetched_at + _TOLERANCE)


# Shares of right days on 610 news and mixed pages, each of a site that the weights were not fitted on, by what agrees.
_STATED_AND_SHOWN, _STATED, _STATED_CONTESTED = 0.99, 0.92, 0.8
_SHOWN_AND_URL, _SHOWN, _SHOWN_CONTESTED = 0.97, 0.94, 0.82
_URL, _SHOWN_ASIDE, _WEAK_HEAD, _WEAK_CONTESTED = 0.9, 0.8, 0.8, 0.4
_CHANGE, _FAR, _FAR_CONTESTED = 0.6, 0.7, 0.3
# Not measured: a clock whose zone is the country's or nobody's; a time counted back from the fetch.
_GUESSED_ZONE, _NO_ZONE, _AGO = 0.8, 0.7, 0.8
_SURE = 0.9
_BAD_PLACES = frozenset(("far-pass", "in-body", "elsewhere", "listed", "of-other", "far", "today"))


def _confidence(chosen: Claim, same: list[Claim], share: float, moment: Moment, place: Place) -> float:
    is_sure = share >= _SURE
    is_stated = any(c.origin in HEAD and c.traits[0] not in _WEAK for c in same)
    is_shown = any(c.block is not None and not _BAD_PLACES.intersection(c.traits) for c in same)
    is_backed = any(c.origin in ("url", "feed") for c in same)
    if chosen.is_update:
        found = _CHANGE
    elif "far-pass" in chosen.traits or chosen.origin == "script":
        found = _FAR if is_sure else _FAR_CONTESTED
    elif is_stated:
        found = _STATED_AND_SHOWN if is_shown else _STATED if is_sure else _STATED_CONTESTED
    elif is_shown:
        found = _SHOWN_CONTESTED if not is_sure else _SHOWN_AND_URL if is_backed else _SHOWN
    elif is_backed:
        found = _URL
    elif chosen.block is not None:
        found = _SHOWN_ASIDE
    else:
        found = _WEAK_HEAD if is_sure else _WEAK_CONTESTED
    if chosen.origin == "ago":
        found = min(found, _AGO)
    if moment.precision is not Precision.DAY and not place.is_known and all(c.reading.zone is None for c in same):
        found = min(found, _GUESSED_ZONE if place.guessed else _NO_ZONE)
    return found


def _choose_modified(claims: Sequence[Claim], place: Place, published: Found[Moment] | None) -> Found[Moment] | None:
    """The last change that is stated, or else shown; only where it is later than the publication."""
    changes = [c for c in claims if c.is_update and "elsewhere" not in c.traits and "in-body" not in c.traits]
    for origins, sure in ((HEAD, 0.9), (frozenset(("microdata", "time-element", "visible", "label", "ago")), 0.7)):
        for claim in changes:
            if claim.origin not in origins:
                continue
            same = [c for c in changes if c.reading.agrees(claim.reading)]
            moment = instant_of(claim, same, place)
            if moment is None or not _is_in_time(moment, place.fetched_at):
                continue
            if published is not None:
                first = published.value
                if moment.at <= first.at or (
                    Precision.DAY in (moment.precision, first.precision) and moment.at.date() <= first.at.date()
                ):
                    continue
            return Found(moment, claim.origin, sure)
    return None


def dates_of_lines(lines: Sequence[str], page: Page) -> Dates:
    """Both dates from the lines over a story that has no markup."""
    zone = zone_of(page.time_zone) if page.time_zone else None
    language, month_first = language_of(page), is_month_first(page)
    found: dict[bool, Found[Moment]] = {}
    for line in lines:
        text = make_readable(line[:LONGEST_LINE])
        for reading in read_all(text, month_first=month_first, language=language)[:2]:
            label = label_of(text[: reading.start])
            moment = reading.moment(zone)
            if label != "other" and moment and _is_in_time(moment, page.fetched_at):
                found.setdefault(
                    label == "updated", Found(moment, "text-line", 0.8 if label or is_date_line(line) else 0.5)
                )
    published, modified = found.get(False), found.get(True)
    if published and modified and modified.value.at <= published.value.at:
        modified = None
    return Dates(published, modified)
