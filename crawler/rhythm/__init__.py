"""When a source publishes, and when it is asked next. Pure: no clock, no database, no network."""

from crawler.rhythm.habit import MEMORY, Habit, HourCount, SpanComparison, compare_span
from crawler.rhythm.polling import Bounds, NextPoll, Rhythm, Visit, next_poll

__all__ = [
    "MEMORY",
    "Bounds",
    "Habit",
    "HourCount",
    "NextPoll",
    "Rhythm",
    "SpanComparison",
    "Visit",
    "compare_span",
    "next_poll",
]
