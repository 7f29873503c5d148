"""SQL macros that read the tables of the symmetric Ising classes: ``(size, q) -> struct(J, log_z, reason)``.

The numbers of every size stand in one list, and the
polynomials of all sizes one after another in another; the segments of a size are equal in x, so theirs is found by
arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from builders.base import Row, number, numbers
from builders.tools.sql import Entry, case, double, horner, let, macro, struct

_COMMENT = (
    "{label} without field from {size} and q, the average of s_i s_j over the coupled pairs: struct(J, log_z, reason); "
    "J and log_z (natural logarithm of the sum over all states{infinite}) are null where reason says why."
)


class Table(NamedTuple):
    """One size: the covered q, the reduced variable x, its range, and the polynomials of equal segments."""

    size: int
    pairs: int
    least: float
    center: float
    width: float
    lo: float
    hi: float
    start: float
    end: float
    couplings: Sequence[Sequence[float]]
    entropies: Sequence[Sequence[float]]


# Places in the list of a size's numbers, from 1.
_LEAST, _CENTER, _WIDTH, _LO, _HI, _START, _DENSITY, _FIRST, _COUNT, _PAIRS = range(1, 11)


def _numbers(tables: Sequence[Table]) -> str:
    """A list by size, from 0, of the numbers of each; null where there is no table."""
    rows: dict[int, list[float]] = {}
    first = 0
    for table in tables:
        count = len(table.couplings)
        density = count / (table.end - table.start)
        rows[table.size] = [table.least, table.center, table.width, table.lo, table.hi, table.start, density]
        rows[table.size] += [first, count, table.pairs]
        first += count
    texts = [f"[{','.join(repr(float(v)) for v in rows[n])}]" if n in rows else "NULL" for n in range(max(rows) + 1)]
    return f"('[{','.join(texts)}]'::DOUBLE[][])"


def _reason(name: str, offered: str) -> str:
    reasons = (
        ("v.a IS NOT NULL", None),
        ("v.n IS NULL OR v.q IS NULL", f"{name} or q is null: no rows, or a missing value"),
        ("v.p IS NULL", f"{name} is not one of the sizes in the table: {offered}"),
        ("NOT isfinite(v.q)", "q is not a finite number"),
        ("abs(v.q) > 1e0", "q is not between -1 and 1: it is no average of s_i s_j"),
        (f"v.q > v.p[{_HI}]", "q is too close to 1: nearly all coupled spins agree, and J is infinite or poorly known"),
        (f"v.q < v.p[{_LEAST}]", "q is below the least average that so many spins can have"),
    )
    return case(reasons, "q is too close to its least value: J is minus infinity or poorly known")


def answer(name: str, tables: Sequence[Table]) -> str:
    """The body of the macro of one class, tables by size; ``name`` is what its first argument is called."""
    sizes = [table.size for table in tables if table.size]
    infinite = tables[0].size == 0
    offered = f"{sizes[0]} to {sizes[-1]}" + (", or 0 for the infinite one" if infinite else "")
    rows_j = [row for table in tables for row in table.couplings]
    rows_s = [row for table in tables for row in table.entropies]
    known = f"m.n = floor(m.n) AND m.n BETWEEN 0e0 AND {double(sizes[-1])}"
    chosen = {"n": "m.n", "q": "m.q", "p": f"CASE WHEN {known} THEN {_numbers(tables)}[m.n::INTEGER + 1] END"}
    # Null outside the coverage, and null goes through all that follows. J is odd in q where the least q is -1.
    inside = (
        f"CASE WHEN s.q BETWEEN s.p[{_LO}] AND s.p[{_HI}] THEN "
        f"CASE WHEN s.p[{_LEAST}] = -1e0 THEN abs(s.q) ELSE s.q END END"
    )
    at = {"n": "s.n", "q": "s.q", "p": "s.p", "a": inside}
    x = f"asinh((ln((c.a - c.p[{_LEAST}]) / (1e0 - c.a)) - c.p[{_CENTER}]) / c.p[{_WIDTH}])"
    place = {"n": "c.n", "q": "c.q", "p": "c.p", "a": "c.a", "u": f"({x} - c.p[{_START}]) * c.p[{_DENSITY}]"}
    segment = f"greatest(least(floor(w.u), w.p[{_COUNT}] - 1e0), 0e0)"
    found = {
        "n": "w.n",
        "q": "w.q",
        "p": "w.p",
        "a": "w.a",
        "i": f"(w.p[{_FIRST}] + {segment})::INTEGER + 1",
        "t": f"2e0 * (w.u - {segment}) - 1e0",
    }
    values = {
        "n": "f.n",
        "q": "f.q",
        "p": "f.p",
        "a": "f.a",
        "j": f"f.q * {horner(rows_j, 'f.i', 'f.t')}",
        "s": horner(rows_s, "f.i", "f.t"),
    }
    results = {"J": "v.j", "log_z": f"v.s + v.p[{_PAIRS}] * v.q * v.j", "reason": _reason(name, offered)}
    body = struct(results)
    for fields, step in ((values, "v"), (found, "f"), (place, "w"), (at, "c"), (chosen, "s")):
        body = let(fields, step, body)
    return let({"n": f"{name}::DOUBLE", "q": "q::DOUBLE"}, "m", body)


def _table(covered: Row, segments: Sequence[Row]) -> Table:
    """The table of one size, from its row of ``coverage`` and the rows of ``segments`` of all."""
    own = [row for row in segments if row["size"] == covered["size"]]
    by_quantity = {name: [row for row in own if row["quantity"] == name] for name in ("J", "entropy")}
    polynomials = {name: [numbers(row["coefficients"]) for row in rows] for name, rows in by_quantity.items()}
    least, center, width, lo, hi = (number(covered[name]) for name in ("least", "center", "width", "lo", "hi"))
    ends = number(by_quantity["J"][0]["lo"]), number(by_quantity["J"][-1]["hi"])
    size, pairs = (int(number(covered[name])) for name in ("size", "pairs"))
    return Table(size, pairs, least, center, width, lo, hi, *ends, polynomials["J"], polynomials["entropy"])


def statements(entries: Mapping[str, Entry]) -> list[str]:
    """The SQL that makes the macros of the family."""
    return [statement for label, entry in entries.items() for statement in _of_entry(label, *entry)]


def _of_entry(label: str, coverage: Sequence[Row], segments: Sequence[Row]) -> list[str]:
    tables = sorted((_table(covered, segments) for covered in coverage), key=lambda table: table.size)
    name, meaning = ("l", "the side l") if label == "ising.square" else ("d", "the number d of spins")
    infinite = "; per spin for size 0, the infinite one" if tables[0].size == 0 else ""
    comment = _COMMENT.format(label=label, size=meaning, infinite=infinite)
    return macro(label, f"{name}, q", answer(name, tables), comment)
