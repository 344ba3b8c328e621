"""What a field module answers: a value, where it came from, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """`origin` is a short stable code, as in `json-ld`, `meta`, `h1`, `url`; `confidence` is 0 to 1, calibrated."""

    value: T
    origin: str
    confidence: float
