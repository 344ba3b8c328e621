"""The state of a source, from what its visits say. Pure: no clock, no database, no network."""

from crawler.health.evidence import Evidence, FieldCounts, Observation, PageEnd, Visit, is_our_network
from crawler.health.machine import Change, Standing, Step, observe, standing_of
from crawler.health.memory import Memory
from crawler.health.weights import failure_weight

__all__ = [
    "Change",
    "Evidence",
    "FieldCounts",
    "Memory",
    "Observation",
    "PageEnd",
    "Standing",
    "Step",
    "Visit",
    "failure_weight",
    "is_our_network",
    "observe",
    "standing_of",
]
