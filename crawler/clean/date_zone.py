"""The zone that a page's dates are written in, and how that is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta, timezone, tzinfo

from crawler.clean.claims import HEAD, Claim
from crawler.clean.clocks import UTC
from crawler.clean.instants import zone_of
from crawler.clean.page import Page
from crawler.clean.page_locale import guess_zone
from crawler.records import Precision

_FURTHEST = timedelta(hours=14)
_HALF_HOUR = timedelta(minutes=30)
_STAMPED = frozenset(("time-element", "microdata", "feed"))


class Place:
    """The zone of the page, and how it is known."""

    def __init__(self, page: Page, claims: Sequence[Claim]) -> None:
        self.fetched_at = page.fetched_at
        self.claims = claims
        self.offsets = [c.reading for c in claims if c.reading.clock is not None and c.reading.offset]
        """Readings with an offset of their own that is not nought."""
        self.stated = zone_of(page.time_zone) if page.time_zone else None
        self.guessed = guess_zone(page)
        self.shown = self._with_summer_time(self._written() or self._betrayed())

    @property
    def zone(self) -> tzinfo | None:
        return self.stated or self.shown or self.guessed

    @property
    def is_known(self) -> bool:
        return (self.stated or self.shown) is not None

    def _written(self) -> tzinfo | None:
        """The offset that the page writes with one of its own dates."""
        for claim in self.claims:
            if claim.reading.offset and claim.reading.clock is not None and "elsewhere" not in claim.traits:
                return claim.reading.zone
        return None

    def _betrayed(self) -> tzinfo | None:
        """The zone of a clock that shows the same minute as a date in UTC, but another hour."""
        timed = [c for c in self.claims if c.reading.clock and c.origin != "ago"]
        absolute = [c.reading for c in timed if c.reading.zone is UTC and (c.origin in HEAD or c.origin in _STAMPED)]
        local = [c.reading for c in timed if c.reading.zone is None]
        for one in absolute:
            for other in local:
                ahead = other.naive - one.naive
                if one.precision is not Precision.SECOND or other.precision is not Precision.SECOND:
                    ahead = other.naive.replace(second=0) - one.naive.replace(second=0)
                if ahead and abs(ahead) <= _FURTHEST and ahead % _HALF_HOUR == timedelta(0):
                    return timezone(ahead)
        return None

    def _with_summer_time(self, zone: tzinfo | None) -> tzinfo | None:
        """The country's zone instead of a bare offset that is its offset at the time."""
        if zone is None or self.guessed is None:
            return zone
        for claim in self.claims:
            reading = claim.reading
            if reading.clock is not None and reading.zone in (zone, None, UTC):
                at = reading.naive
                return (
                    self.guessed
                    if at.replace(tzinfo=self.guessed).utcoffset() == at.replace(tzinfo=zone).utcoffset()
                    else zone
                )
        return zone
