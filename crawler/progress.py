"""How a stage tells how far it is, to a bar on a terminal or to a log."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called now and then with what is done, of how much (None: not known yet), and a word on what it is doing."""

    def __call__(self, done: int, total: int | None, note: str) -> None: ...


def no_progress(done: int, total: int | None, note: str) -> None:
    """Tell nobody."""
