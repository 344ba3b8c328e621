"""When the world publishes: by day and night, on weekdays and weekends."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np

START = datetime(2024, 11, 1, tzinfo=timezone.utc)
PER_DAY = 1_370
"""Articles: a million are 24 months."""
_OF_HOUR = (2, 1, 1, 1, 2, 4, 7, 9, 10, 11, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7, 6, 5, 4, 3)
"""UTC."""
_OF_WEEKDAY = (10, 11, 11, 11, 10, 6, 6)
"""Monday first."""


def published_seconds(articles: int, seed: int) -> np.ndarray:
    """Seconds after START at which each article appears, ascending."""
    chance = np.random.default_rng(seed)
    days = max(1, round(articles / PER_DAY))
    hours = np.array(
        [_OF_WEEKDAY[(START + timedelta(days=day)).weekday()] * of_hour for day in range(days) for of_hour in _OF_HOUR],
        dtype=float,
    )
    drawn = chance.choice(len(hours), size=articles, p=hours / hours.sum())
    return np.sort((drawn + chance.random(articles)) * 3600).astype(np.int64)


def instant(seconds: float) -> datetime:
    """That many seconds after START."""
    return START + timedelta(seconds=seconds)
