"""Classes as tests make them: by label, for columns of one kind or a schema, with the catalogue's tables."""

from __future__ import annotations

from typing import Any

from symcat import catalogue
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Options


def names(dimension: int) -> tuple[str, ...]:
    return ("x",) if dimension == 1 else tuple(f"x{j}" for j in range(dimension))


def real(dimension: int) -> Schema:
    """So many real columns."""
    return Schema.real(names(dimension))


def two_valued(dimension: int) -> Schema:
    """So many columns of -1 and +1."""
    return Schema.two_valued(names(dimension))


def model(label: str, columns: int | Schema, **options: Any) -> Any:
    """The class ``label`` for a schema, or for so many columns of the kind it describes."""
    if not isinstance(columns, Schema):
        columns = real(columns) if registry.kinds_of(label) == {"real"} else two_valued(columns)
    return registry.model(label, columns, Options(**options), catalogue.default())
