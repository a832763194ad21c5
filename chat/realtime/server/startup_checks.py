"""Checks before serving that the database is migrated and writable.

A database that is down may come back, so it does not prevent the start; `/readyz` reports it.
"""

import logging

from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from chat.accounts import first_run

log = logging.getLogger(__name__)

# The apps whose tables the chat reads. Others are their project's affair.
OURS = {"chat", "auth", "contenttypes", "sessions"}


def startup_error() -> str | None:
    """One line that says what is wrong, or None. Closes this thread's connection."""
    try:
        wrong = _unmigrated() or _read_only()
        if not wrong and not first_run.is_set_up():
            # The link itself is not logged: more people read logs than may become the administrator.
            log.warning("this chat is not set up yet: manage.py chat_setup prints the link that does it")
        return wrong
    except OperationalError as error:
        log.warning("the database is away: %s", str(error).partition("\n")[0])
        return None
    finally:
        connection.close()


def _unmigrated() -> str | None:
    """The schema is older than the code, or newer: it has migrations unknown to the code."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan([name for name in executor.loader.graph.leaf_nodes() if name[0] in OURS]):
        return "The database is not of this version: run manage.py migrate first."
    unknown = [
        name for name in executor.loader.applied_migrations if name[0] in OURS
        and name not in executor.loader.disk_migrations and not _replaced(executor, name)
    ]  # fmt: skip
    return (
        f"The database is of a newer version: {'.'.join(min(unknown))} is not known here."
        if unknown
        else None
    )


def _replaced(executor: MigrationExecutor, name: tuple[str, str]) -> bool:
    return any(name in migration.replaces for migration in executor.loader.disk_migrations.values())


def _read_only() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN READ WRITE")
            cursor.execute("ROLLBACK")
    except DatabaseError as error:
        if "readonly" in str(error) or "read-only" in str(error):
            return "The database cannot be written to."
        raise
    return None
