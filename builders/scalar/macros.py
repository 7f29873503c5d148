"""The SQL macros that read the tables of the polynomials of one column."""

from __future__ import annotations

from collections.abc import Sequence

from builders.base import Row
from builders.scalar import quartic_sql, sextic_sql

_BY_LABEL = {"scalar.quartic": quartic_sql.statements, "z2.sextic": sextic_sql.statements}


def statements(label: str, coverage: Sequence[Row], segments: Sequence[Row]) -> list[str]:
    """The SQL that makes the macro of one entry; rows of ``segments`` in order."""
    return _BY_LABEL[label](label, coverage, segments)
