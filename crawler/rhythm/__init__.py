"""When a source publishes, and when it is asked next. Pure: no clock, no database, no network."""

from crawler.rhythm.habit import MEMORY, Habit, HourCount, SpanComparison, compare_span

__all__ = ["MEMORY", "Habit", "HourCount", "SpanComparison", "compare_span"]
