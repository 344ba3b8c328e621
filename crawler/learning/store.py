"""Where what is known of sites is kept: the versions of `ingest.site_template`."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812
from pydantic import ValidationError

from crawler.clean.memory.template import SiteTemplate, differs
from crawler.config import Settings
from crawler.database import connect
from crawler.errors import DatabaseError
from crawler.resources import read_sql

logger = logging.getLogger(__name__)

_KEPT_VERSIONS = 10


def read_template(settings: Settings, source_id: str) -> SiteTemplate | None:
    """What is known now of a source's site; None where nothing is, or nothing that this version can read."""
    database = connect(settings)
    try:
        with database:
            return _current(database, source_id)
    except psycopg2.Error as error:
        raise DatabaseError(f"What sites are like could not be read: {' '.join(str(error).split())}") from error
    finally:
        database.close()


def store_template(database: Connection, source_id: str, template: SiteTemplate | None) -> tuple[str | None, bool]:
    """Make a template the current one, if it does something else than that; the version then, and whether it is new."""
    with database, database.cursor() as cursor:
        # Two who learn the same source at once: the second waits, and compares with what the first stored.
        cursor.execute(read_sql("queries/lock_source"), {"source_id": source_id})
        is_known = cursor.fetchone() is not None
        current = _current(database, source_id)
        if template is None or not is_known or (current is not None and not differs(current, template)):
            return (current.version if current else None), False
        cursor.execute(read_sql("queries/retire_site_template"), {"source_id": source_id})
        cursor.execute(read_sql("queries/insert_site_template"), _row(source_id, template))
        cursor.execute(read_sql("queries/delete_site_templates"), {"source_id": source_id, "kept": _KEPT_VERSIONS})
    return template.version, True


def _row(source_id: str, template: SiteTemplate) -> Mapping[str, object]:
    return {
        "source_id": source_id,
        "version": template.version,
        "learned_at": template.learned_at,
        "pages": template.pages,
        "stories": template.stories,
        "template": template.model_dump_json(),
    }


def _current(database: Connection, source_id: str) -> SiteTemplate | None:
    with database.cursor() as cursor:
        cursor.execute(read_sql("queries/select_site_templates"), {"source_ids": [source_id]})
        row = cursor.fetchone()
    if row is None:
        return None
    try:
        return SiteTemplate.model_validate(row[1])
    except ValidationError as error:
        logger.warning("%s: the template of another version is not used: %s", source_id, error)
        return None
