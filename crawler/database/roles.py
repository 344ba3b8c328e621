"""Logins for the roles that migration 0001 makes."""

from __future__ import annotations

import psycopg2
from psycopg2 import sql

from crawler.config import Settings
from crawler.database.connection import connect, describe_url
from crawler.errors import ConfigError, DatabaseError

ROLES = ("dateline_owner", "dateline_loader", "dateline_analyst")


def set_role_password(settings: Settings, role: str, password: str) -> None:
    """Let a role log in with this password. It is hashed here: the server, and its log, never see it.

    Raises ConfigError for another role than ours, and DatabaseError when this user may not do so.
    """
    if role not in ROLES:
        raise ConfigError(f"{role!r} is none of Dateline's roles: choose one of {', '.join(ROLES)}")
    if not password:
        raise ConfigError(f"The password for {role} is empty: give it one")
    database = connect(settings, role="owner")
    try:
        with database, database.cursor() as cursor:
            hashed = psycopg2.extensions.encrypt_password(password, role, scope=database, algorithm="scram-sha-256")
            cursor.execute(sql.SQL("alter role {} login password %s").format(sql.Identifier(role)), (hashed,))
    except psycopg2.errors.InsufficientPrivilege as error:
        raise DatabaseError(
            f"{describe_url(database.dsn)}: this user may not change the role {role}. "
            f"Ask the DBA to run: alter role {role} login password '…'"
        ) from error
    finally:
        database.close()
