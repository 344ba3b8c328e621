"""Connections, migrations, roles, checks, and the embedded PostgreSQL."""

from crawler.database.checks import CheckResult, run_checks
from crawler.database.connection import connect, connect_url, database_url, describe_url
from crawler.database.embedded import EmbeddedServer
from crawler.database.migrations import Migration, migrate, migration_status
from crawler.database.roles import set_role_password

__all__ = [
    "CheckResult",
    "EmbeddedServer",
    "Migration",
    "connect",
    "connect_url",
    "database_url",
    "describe_url",
    "migrate",
    "migration_status",
    "run_checks",
    "set_role_password",
]
