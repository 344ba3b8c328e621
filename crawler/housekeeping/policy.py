"""How long the months of a table are kept."""

from __future__ import annotations

from contextlib import closing

import psycopg2

from crawler.config import Settings
from crawler.database import connect
from crawler.errors import ConfigError, DatabaseError
from crawler.resources import read_sql


def set_keep_months(settings: Settings, table: str, months: int | None) -> None:
    """Keep this many whole months of a table before the present one; None: all. It holds until it is set anew.

    Raises ConfigError for a table that is not kept by month or may not be shortened, and DatabaseError where this
    user is not the owner.
    """
    with closing(connect(settings, role="owner")) as database:
        try:
            with database, database.cursor() as cursor:
                cursor.execute("set local role dateline_owner")
                cursor.execute(read_sql("queries/update_keep_months"), {"table_name": table, "keep_months": months})
                if cursor.rowcount:
                    return
                cursor.execute("select table_name from ingest.monthly_table order by table_name")
                known = ", ".join(name for (name,) in cursor)
        except psycopg2.errors.CheckViolation as error:
            raise ConfigError(f"{table}={months}: {_REFUSALS.get(table, 'keep at least one month')}") from error
        except psycopg2.errors.InsufficientPrivilege as error:
            raise DatabaseError(
                f"{table}={months}: only the owner of the tables may set this: set DATELINE_OWNER_DATABASE_URL"
            ) from error
    raise ConfigError(f"{table!r} is not kept by month: name one of {known}")


_REFUSALS = {
    "ingest.capture": "each version of an article rests on a capture, and `reprocess` reads them: all are kept",
}
