"""Many rows at once, in SQL of our own: ``bulk_create`` takes half a second for a sheet of five thousand cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def write_rows(
    model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], *, key: Sequence[str] = ()
) -> None:
    """Add rows of ``columns``; with ``key``, some of those columns, a row that is there already is changed. No two rows
    may have the same key.

    Values are as the database takes them; of numbers and moments see ``DecimalField.get_db_prep_save`` and
    ``connection.ops``.
    """
    if not rows:
        return
    quote = connection.ops.quote_name
    into = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) "
    upon = ""
    if key:
        news = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in columns if name not in key)
        upon = f" ON CONFLICT ({', '.join(map(quote, key))}) DO UPDATE SET {news}"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"{into}VALUES ({', '.join(['%s'] * len(columns))}){upon}", rows)
        else:
            # An array for each column: a placeholder for each value takes the driver longer than the database.
            arrays = ", ".join(f"%s::{kind}[]" for kind in _kinds(model, columns))
            cursor.execute(
                f"{into}SELECT * FROM unnest({arrays}){upon}", list(map(list, zip(*rows, strict=True)))
            )


def _kinds(model: type[Model], columns: Sequence[str]) -> Iterator[str]:
    """Types of PostgreSQL without their lengths: a cast would cut what the column refuses."""
    by_column = {field.column: field for field in model._meta.concrete_fields}
    for column in columns:
        yield str(by_column[column].db_type(connection)).partition("(")[0]
