"""Up to when an export is sure to have everything.

`updated_at` is the moment at which a transaction began, and its rows are seen when it commits. So what a later export
has to ask for starts before every transaction that was open when this one looked: docs/decisions/0016-export.md
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from psycopg2.extensions import connection as Connection  # noqa: N812
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from crawler.errors import ConfigError
from crawler.resources import read_sql

_CLOCK_MARGIN = timedelta(minutes=1)
"""A session reads the clock for its transaction before the transaction can be seen; a machine may halt in between."""


class Horizon(BaseModel):
    """When the database was looked at, and from where on the next export has to ask for changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    moment: AwareDatetime
    next_changed_since: AwareDatetime | None
    """None where the database cannot tell: a standby does not know what is open on its primary."""
    open_transactions: dict[str, AwareDatetime]
    """Transactions that were open, with an instant at or before which each began."""


class ExportState(BaseModel):
    """A state file: how far the last export went, and which rows it was about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dateline: str
    parameters: dict[str, object]
    horizon: Horizon


def read_state(path: Path, parameters: dict[str, object]) -> ExportState | None:
    """The state that the last export left; None before the first. Raises ConfigError for a file that is no such state,
    or that of an export of other rows."""
    try:
        state = ExportState.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise ConfigError(f"{path} is no state file of `dateline export`: name another, or move it away") from error
    if state.parameters != parameters:
        raise ConfigError(
            f"{path} belongs to an export of other rows ({state.parameters}, now {parameters}): "
            "ask for the same rows, or name another state file"
        )
    return state


def find_horizon(database: Connection, previous: Horizon | None) -> Horizon:
    """Look at the transactions that are open. To be called before the snapshot of the export is taken.

    The start of another user's transaction is hidden from most logins, but not that there is one.
    """
    with database, database.cursor() as cursor:
        cursor.execute(read_sql("export/server_moment"))
        moment, server_started_at, is_standby = cursor.fetchone()  # type: ignore[misc]
        if is_standby:
            return Horizon(moment=moment, next_changed_since=None, open_transactions={})
        cursor.execute(read_sql("export/open_transactions"))
        found = cursor.fetchall()
    bounds = bound_starts(found, previous, server_started_at)
    return Horizon(
        moment=moment,
        next_changed_since=min([moment, *bounds.values()]) - _CLOCK_MARGIN,
        open_transactions=bounds,
    )


def bound_starts(
    found: Iterable[tuple[str, datetime | None, bool]], previous: Horizon | None, server_started_at: datetime
) -> dict[str, datetime]:
    """For each transaction that is open an instant at or before which it began: its start, where that is shown.

    Of each is given its name, its start and whether it is prepared. One that is hidden and that the export before did
    not see began after that looked; a prepared one was seen then under another name, or may have been.
    """
    known = previous.open_transactions if previous else {}
    oldest = (previous and previous.next_changed_since) or server_started_at
    newest = previous.moment if previous else server_started_at
    return {
        name: started_at or known.get(name) or (oldest if is_prepared else newest)
        for name, started_at, is_prepared in found
    }
