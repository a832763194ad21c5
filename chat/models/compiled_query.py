"""Compiles a frequent ORM query to SQL once: compiling costs five to ten times as much as the query."""

import json
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Func, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

Parameter = int | str | list[int] | list[str]
# The statement, its parameters, and how columns are converted.
Compiled = tuple[str, list[Any], SQLCompiler, dict[int, Any]]


class ListParameter(Func):
    """A list of values as one parameter of `__in`, so that one statement serves any number of them."""

    def __init__(self, values: Value, field: "Field[Any, Any]") -> None:
        super().__init__(values)
        self._field = field

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="(SELECT value FROM json_each(%(expressions)s))")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any) -> Any:
        of = self._field.rel_db_type(connection)
        return self.as_sql(compiler, connection, template=f"(SELECT unnest(%(expressions)s::{of}[]))")


class CompiledQuery:
    """`make` gets an expression for each parameter and returns a queryset of `values_list(...)`."""

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], values: int = 1) -> None:
        self._make, self._parameters = make, [object() for _ in range(values)]
        self._compiled: Compiled | None = None

    def __call__(self, *values: Parameter) -> list[Any]:
        sql, parameters, compiler, converters = self._compiled or self._compile()
        given = dict(zip(self._parameters, map(_as_one, values), strict=True))
        with connection.cursor() as cursor:
            cursor.execute(sql, [given.get(one, one) for one in parameters])
            rows: list[Any] = cursor.fetchall()
        return list(compiler.apply_converters(rows, converters)) if converters else rows

    def _compile(self) -> Compiled:
        query = self._make(*map(Value, self._parameters)).query
        compiler = query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        self._compiled = sql, list(parameters), compiler, converters
        return self._compiled


def _as_one(value: Parameter) -> Parameter:
    # SQLite has no lists.
    return json.dumps(value) if isinstance(value, list) and connection.vendor == "sqlite" else value
