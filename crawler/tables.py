"""Tables that more than one command prints."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from crawler.reasons import Outcome
from crawler.reports import RunReport, SourceLine

_WIDTH_OF_A_FILE = 160
_LEAST_WIDTH_OF_COUNTS = 30
# Control characters but the line break; and those that turn the direction of what follows, beyond the end of a cell.
_OBEYED = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def output_console(*, stderr: bool = False) -> Console:
    """A console as wide as the terminal; wide enough for our tables where the output goes to a file or a log."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else _WIDTH_OF_A_FILE)


def plain_table(*columns: str) -> Table:
    """A table without lines, for a terminal and a log alike."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=True, overflow="ellipsis", min_width=min(len(column), 12))
    return table


def rows_table(rows: Sequence[Mapping[str, object]], width: int) -> RenderableType:
    """Rows of a query: words and times in columns that are never cut, all counts but zeros behind them.

    Columns without any value are left out. In a narrow terminal what does not fit is in a line below each row.
    """
    names = [name for name, value in rows[0].items() if not isinstance(value, int)]
    words = [name for name in names if any(row[name] is not None for row in rows)]
    cells = [[show_value(row[name]) for name in words] for row in rows]
    counts = [
        ", ".join(f"{name} {value}" for name, value in row.items() if isinstance(value, int) and value) for row in rows
    ]
    widths = [max(cell_len(name), *(row[n].cell_len for row in cells)) for n, name in enumerate(words)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in words:
        table.add_column(name, no_wrap=True)
    if sum(widths) + 2 * len(widths) + _LEAST_WIDTH_OF_COUNTS <= width:
        table.add_column("counts")
        for row, told in zip(cells, counts, strict=True):
            table.add_row(*row, Text(told))
        return table
    fitting = sum(sum(widths[:n]) + 2 * (n - 1) <= width for n in range(1, len(words) + 1))
    columns = list(zip(words, widths, strict=True))[:fitting]
    lines = [Text("  ".join(set_cell_size(name, size) for name, size in columns), "bold")]
    for row, told in zip(cells, counts, strict=True):
        lines.append(Text("  ").join(_padded(cell, size) for cell, (_, size) in zip(row, columns, strict=False)))
        rest = [f"{name} {cell}" for name, cell in zip(words[fitting:], row[fitting:], strict=True) if cell]
        if below := ", ".join([*rest, told] if told else rest):
            lines.append(Text(f"  {below}", "dim"))
    return Group(*lines)


def _padded(cell: Text, size: int) -> Text:
    cell.pad_right(size - cell.cell_len)
    return cell


def show_value(value: object) -> Text:
    """A database value as a table shows it: times to the second, nothing for null, one line."""
    if value is None:
        return Text()
    if isinstance(value, datetime):
        return Text(f"{value:%Y-%m-%d %H:%M:%S}")
    return plain_text(" ".join(str(value).split()))


def plain_text(text: str) -> Text:
    """Text of strangers: no markup of rich, and no character that a terminal obeys instead of showing it."""
    return Text(_OBEYED.sub("\N{REPLACEMENT CHARACTER}", text))


def run_table(report: RunReport, if_empty: str = "No source was due.") -> Group:
    """What landed in a run, a line a source: discovered is the sum of the outcomes right of it."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("source", no_wrap=True)
    for name in ("discovered", *(outcome.value for outcome in Outcome)):
        table.add_column(name, justify="right")
    total = SourceLine("total")
    for line in report.sources:
        table.add_row(*_cells(line))
        total.discovered += line.discovered
        total.known += line.known
        total.versions += line.versions
        total.outcomes.update(line.outcomes)
    table.add_row(*_cells(total), style="bold")
    notes = [f"{line.source_id}: {reasons}" for line in report.sources if (reasons := _reasons(line))]
    notes.append(f"{total.versions} versions written; {total.known} links met again that were not due")
    parts: list[RenderableType] = [
        Text(f"Run {report.run_id}", style="bold"),
        table,
        *(Text(note, style="dim") for note in notes),
        *(Text(warning, style="yellow") for warning in report.warnings),
    ]
    if not report.sources:
        parts = [parts[0], Text("Nothing was loaded." if report.problems else if_empty)]
    return Group(*parts)


def _cells(line: SourceLine) -> list[str]:
    return [line.source_id, str(line.discovered), *(str(line.outcomes[outcome]) for outcome in Outcome)]


def _reasons(line: SourceLine) -> str:
    """Why URLs were not stored, as in `rejected: paywall 1, soft_404 2; blocked: robots 1`."""
    told = []
    for outcome in Outcome:
        reasons = line.reasons_of(outcome)
        if reasons and set(reasons) != {"new"}:
            told.append(f"{outcome.value}: " + ", ".join(f"{name} {count}" for name, count in reasons.items()))
    return "; ".join(told)


def report_json(report: RunReport) -> dict[str, object]:
    """A run as JSON, for scripts."""
    return {
        "run_id": report.run_id,
        "problems": list(report.problems),
        "warnings": list(report.warnings),
        "sources": [
            {
                "source_id": line.source_id,
                "discovered": line.discovered,
                "known": line.known,
                "versions": line.versions,
                "outcomes": dict(line.outcomes),
                "reasons": dict(line.reasons),
                "notices": [notice.model_dump(mode="json") for notice in line.notices],
            }
            for line in report.sources
        ],
    }
