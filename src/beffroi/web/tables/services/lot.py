"""Write many rows at once: prepared statements, no object per row. Same columns and conversions as the models."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import connection, models

Ligne = Sequence[Any]


@contextmanager
def sans_ramassage() -> Iterator[None]:
    """Pause the collector of cycles while tens of thousands of rows are built: it would scan them all, again and again,
    and find none (a fifth of the time of an import). Memory is freed as usual, by counting references."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _convertir(field: models.Field) -> Callable[[Any], Any] | None:
    """How a value of this field is given to the database; None when it goes as it is."""
    ops = connection.ops
    if isinstance(field, models.DateTimeField):
        return lru_cache(maxsize=8)(ops.adapt_datetimefield_value)
    if isinstance(field, models.DateField):
        return lru_cache(maxsize=8)(ops.adapt_datefield_value)
    if isinstance(field, models.DecimalField):
        digits, places = field.max_digits, field.decimal_places
        return lru_cache(maxsize=4096)(lambda v: ops.adapt_decimalfield_value(v, digits, places))
    if isinstance(field, models.JSONField):
        return lambda v: None if v is None else ops.adapt_json_value(v, None)
    if isinstance(field, models.UUIDField) and not connection.features.has_native_uuid_field:
        return lambda v: v.hex
    return None


def _preparer(
    model: type[models.Model], noms: Sequence[str], lignes: Sequence[Ligne]
) -> tuple[list[str], list[list[Any]]]:
    fields = [model._meta.get_field(n) for n in noms]
    columns = [list(x) for x in zip(*lignes, strict=True)]
    for i, field in enumerate(fields):
        convert = _convertir(field)
        if convert is not None:
            columns[i] = [convert(v) for v in columns[i]]
    return [connection.ops.quote_name(f.column) for f in fields], columns


def inserer(model: type[models.Model], noms: Sequence[str], lignes: Sequence[Ligne]) -> None:
    """Insert rows; ``noms``: fields of the model in the order of each row. Every field without a default is named."""
    if not lignes:
        return
    names, columns = _preparer(model, noms, lignes)
    table = connection.ops.quote_name(model._meta.db_table)
    marks = ", ".join(["%s"] * len(names))
    sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 — noms des modèles, valeurs liées
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(zip(*columns, strict=True)))


def remplacer(model: type[models.Model], noms: Sequence[str], lignes: Sequence[Ligne]) -> None:
    """Update rows; the last field named is the one that finds each row."""
    if not lignes:
        return
    names, columns = _preparer(model, noms, lignes)
    table = connection.ops.quote_name(model._meta.db_table)
    sets = ", ".join(f"{n} = %s" for n in names[:-1])
    sql = f"UPDATE {table} SET {sets} WHERE {names[-1]} = %s"  # noqa: S608 — noms des modèles, valeurs liées
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(zip(*columns, strict=True)))
