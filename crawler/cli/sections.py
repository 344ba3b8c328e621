"""A page of sections with names and values, as `explain` and `show` print it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from crawler.tables import plain_text


class SectionPage:
    """Prints what strangers wrote without obeying it."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def line(self, text: str, style: str = "") -> None:
        """Text that is never broken into lines here."""
        shown = plain_text(text)
        shown.stylize(style)
        self.console.print(shown, soft_wrap=True)

    def section(self, title: str) -> None:
        self.console.print()
        self.line(title, "bold cyan")

    def facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """Names, and what they are."""
        self.lines(facts, "dim")

    def lines(self, lines: Iterable[tuple[str, str]], style: str = "") -> None:
        """Pairs in two columns; a first part alone gets the whole width."""
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        rows = [tuple(plain_text(part) for part in line) for line in lines]
        for name, text in rows:
            if not text:
                self.console.print(Padding(name, (0, 0, 0, 2), expand=False))
                continue
            name.stylize(style)
            table.add_row(name, text)
        if table.rows:
            self.console.print(Padding(table, (0, 0, 0, 2), expand=False))
