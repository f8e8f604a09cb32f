"""SELECTs that every request asks: compiled once for each kind of database, not each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connections
from django.db.models import Field, QuerySet
from django.db.models.expressions import Expression


class Parameter(Expression):
    """Stands in a prepared query for a value that is given when it is asked."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class Prepared:
    """``build`` gets one ``Parameter`` for each field named and gives a ``values_list`` of columns.

    Its SQL must not depend on the values: no ``None``, no list.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **fields: Field[Any, Any]) -> None:
        self._build, self._fields = build, fields
        self._compiled: dict[str, tuple[Any, str, tuple[Any, ...]]] = {}

    def rows(self, using: str = "default", **values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows, as ``values_list`` gives them. ``values``: one for each parameter."""
        connection = connections[using]
        if connection.vendor not in self._compiled:
            queryset = self._build(
                **{name: Parameter(name, field) for name, field in self._fields.items()}
            ).using(using)
            compiler = queryset.query.get_compiler(connection=connection)
            self._compiled[connection.vendor] = (compiler, *compiler.as_sql())
        compiler, sql, parameters = self._compiled[connection.vendor]
        prepared = {
            name: field.get_db_prep_value(values[name], connection) for name, field in self._fields.items()
        }
        bound = [prepared[one.name] if isinstance(one, Parameter) else one for one in parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, bound)
            found = cursor.fetchall()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        return map(tuple, compiler.apply_converters(found, converters) if converters else found)
