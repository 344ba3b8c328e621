from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from crawler.tables import plain_table, rows_table, show_value


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("[red]Alert[/] in [/b] Aleppo", "[red]Alert[/] in [/b] Aleppo"),
        ("\x1b[2J\x1b]0;owned\x07 \x9b31m", "�[2J�]0;owned� �31m"),
        ("two\r\nlines\tand a \u202eturn", "two lines and a �turn"),
        ("\u200fحلب\u200f", "\u200fحلب\u200f"),
    ],
)
def test_a_title_from_the_web_is_shown_and_never_obeyed(title: str, shown: str) -> None:
    out = StringIO()
    table = plain_table("title")
    table.add_row(show_value(title))
    Console(file=out, width=100, force_terminal=True, color_system=None).print(table)
    assert out.getvalue().splitlines()[1].strip() == shown


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (48, ["source  state    counts", "alpha   dead     stored 12, failed 3", "سنا     healthy"]),
        (46, ["source  state", "alpha   dead", "  stored 12, failed 3", "سنا     healthy"]),
        (12, ["source", "alpha", "  state", "dead, stored", "12, failed 3", "سنا", "  state", "healthy"]),
    ],
)
def test_counts_go_below_their_row_where_the_terminal_is_narrow(width: int, shown: list[str]) -> None:
    rows = [
        {"source": "alpha", "state": "dead", "since": None, "stored": 12, "failed": 3},
        {"source": "سنا", "state": "healthy", "since": None, "stored": 0, "failed": 0},
    ]
    out = StringIO()
    Console(file=out, width=width).print(rows_table(rows, width))
    assert [line.rstrip() for line in out.getvalue().splitlines()] == shown
