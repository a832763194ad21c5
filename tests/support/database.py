"""Reads all rows, rolls back, and lets others write between two statements."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, transaction


def all_rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of the chat's tables, and of the users'."""
    models = [*apps.get_app_config("chat").get_models(), get_user_model()]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undoes the block, so that each example of a property starts from the same rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def interleaved(after: int, by: Callable[[], Any]) -> Iterator[list[str]]:
    """Calls `by` between the statement number `after` and the next. Yields the statements."""
    statements: list[str] = []

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        statements.append(sql)
        if len(statements) == after:
            with _without(run):
                by()
        return result

    with connection.execute_wrapper(run):
        yield statements


@contextmanager
def _without(wrapper: Any) -> Iterator[None]:
    at = connection.execute_wrappers.index(wrapper)
    del connection.execute_wrappers[at]
    try:
        yield
    finally:
        connection.execute_wrappers.insert(at, wrapper)
