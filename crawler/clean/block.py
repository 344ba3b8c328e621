"""The unit that the text is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """A paragraph, subhead, list, quote or table. Lists and tables have one item or row a line."""

    text: str
    kind: str = "p"
