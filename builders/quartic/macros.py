"""SQL macros of the radial quartics: ``(m2, m4, n) -> struct`` in the units of the data.

Those of two and more dimensions are one macro, which takes the dimension: what a macro holds is read whenever the
catalogue is opened, whether it is called or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from builders.base import Row, number, numbers
from builders.quartic.centre_sql import centred
from builders.quartic.radial_sql import Further, Segment, Tables, answer, joined, tables_of
from builders.tools.sql import Entry, double, let, macro

_COMMENT = (
    "{label} from m2 = <rho^2> and m4 = <rho^4> about the known centre, and n := the number of rows: struct(r, u, "
    "r_se, u_se, log_z, log_likelihood, reason) in data units; standard errors and log_likelihood are null without n, "
    "and all numbers where reason says why there is no answer."
)
_ONE_COLUMN = "z2.quartic"


def _tables(label: str, coverage: Sequence[Row], segments: Sequence[Row]) -> Tables:
    parts: dict[str, list[Segment]] = {}
    for row in segments:
        segment = Segment(number(row["lo"]), number(row["hi"]), numbers(row["coefficients"]))
        parts.setdefault(str(row["quantity"]), []).append(segment)
    (covered,) = coverage
    return tables_of(_dimension(label), parts, number(covered["lo"]), number(covered["hi"]))


def _dimension(label: str) -> int:
    return 1 if label == _ONE_COLUMN else int(label.removeprefix("o").removesuffix(".quartic"))


def statements(entries: Mapping[str, Entry]) -> list[str]:
    """The SQL that makes the macros of the family."""
    read = {label: _tables(label, *entry) for label, entry in entries.items()}
    given = {"a": "m2::DOUBLE", "b": "m4::DOUBLE", "n": "n::DOUBLE"}
    found = []
    if _ONE_COLUMN in read:
        table = read.pop(_ONE_COLUMN)
        known = let(given, "m", answer(table, Further()))
        found += macro(_ONE_COLUMN, "m2, m4, n := NULL", known, _COMMENT.format(label=_ONE_COLUMN))
        found += centred(_ONE_COLUMN, table)
    if read:
        tables, by_dimension = joined({_dimension(label): table for label, table in read.items()})
        place = f"CASE WHEN m.d BETWEEN 1e0 AND {double(max(map(_dimension, read)))} AND m.d = floor(m.d) THEN"
        kept = {name: f"m.{name}" for name in (*given, "d")}
        chosen = {**kept, "p": f"{place} {by_dimension}[m.d::INTEGER] END"}
        body = let({**given, "d": "dimension::DOUBLE"}, "m", let(chosen, "m", answer(tables, Further())))
        comment = _COMMENT.format(label=f"The quartic of {tables.offered} dimensions, o2.quartic to o64.quartic,")
        found += macro("on.quartic", "dimension, m2, m4, n := NULL", body, comment)
    return found
