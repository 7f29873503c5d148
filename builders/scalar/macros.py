"""The SQL macros that read the tables of the polynomials of one column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from builders.base import Row
from builders.scalar import quartic_sql, sextic_sql
from builders.tools.sql import Entry

_BY_LABEL = {"scalar.quartic": quartic_sql.statements, "z2.sextic": sextic_sql.statements}


def statements(entries: Mapping[str, Entry]) -> list[str]:
    """The SQL that makes the macros of the family."""
    return [statement for label, entry in entries.items() for statement in _of_entry(label, *entry)]


def _of_entry(label: str, coverage: Sequence[Row], segments: Sequence[Row]) -> list[str]:
    return _BY_LABEL[label](label, coverage, segments)
