"""SQL macros of the radial quartics: ``(m2, m4, n) -> struct`` in the units of the data."""

from __future__ import annotations

from collections.abc import Sequence

from builders.base import Row, number, numbers
from builders.quartic.centre_sql import centred
from builders.quartic.radial_sql import Further, Segment, answer, tables_of
from builders.tools.sql import let, macro

_COMMENT = (
    "{label} from m2 = <rho^2> and m4 = <rho^4> about the known centre, and n := the number of rows: struct(r, u, "
    "r_se, u_se, log_z, log_likelihood, reason) in data units; standard errors and log_likelihood are null without n, "
    "and all numbers where reason says why there is no answer."
)


def statements(label: str, coverage: Sequence[Row], segments: Sequence[Row]) -> list[str]:
    """The SQL that makes the macro of one entry; rows of ``segments`` in order."""
    tables: dict[str, list[Segment]] = {}
    for row in segments:
        segment = Segment(number(row["lo"]), number(row["hi"]), numbers(row["coefficients"]))
        tables.setdefault(str(row["quantity"]), []).append(segment)
    dimension = 1 if label == "z2.quartic" else int(label.removeprefix("o").removesuffix(".quartic"))
    (covered,) = coverage
    lo, hi = number(covered["lo"]), number(covered["hi"])
    read = tables_of(dimension, tables)
    known = let({"a": "m2::DOUBLE", "b": "m4::DOUBLE", "n": "n::DOUBLE"}, "m", answer(read, lo, hi, Further()))
    found = macro(label, "m2, m4, n := NULL", known, _COMMENT.format(label=label))
    return found + (centred(label, read, lo, hi) if dimension == 1 else [])
