"""Levels that are numbers: whether columns of them rise together in a way that a class without an order misses.

The linear-by-linear association (Mantel 1963, J. Am. Stat. Assoc. 58:690; Agresti 2013, Categorical Data Analysis,
section 3.4): the average of the product of two columns' numbers against what the class says of it, one degree of
freedom where the whole table of the two columns has ``(L - 1) (K - 1)``. So it sees a trend that the table, all cells
alike, hides; and where the class has fitted the table, it says how much of that was the trend.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from symcat.data.schema import Schema
from symcat.models.fit import CheckResult
from symcat.models.potts.counted import Counted
from symcat.models.potts.layout import Floats
from symcat.models.tails import chi_square_of, smallest_of

ORDERED = "ordered association"

_FEWEST = 20.0  # rows
_LEVEL = 1e-3
_FITTED = 1e-6  # rows: a smaller difference of tables is rounding
_MOST_PAIRS = 1 << 12
_MOST_NAMED = 4


@dataclass(frozen=True)
class _Trend:
    """Of a pair of columns: how their numbers correlate, and chi-squares of the trend and of the whole table."""

    pair: tuple[int, int]
    correlation: float
    linear: float
    whole: float
    degrees: int


def ordered(seen: Counted, implied: Callable[[], Floats], prior: float, schema: Schema) -> CheckResult | None:
    """The check of a batch of one: it decides where a class leaves tables of pairs to follow, else it is told.

    ``implied`` are the shares (Q, Q) of two levels under the class, and ``prior`` the rows that it was given besides.
    None where fewer than two columns have numbers as
    levels, one of them three or more, and where no trend is seen.
    """
    numbers = {j: _numbers(schema, j) for j in range(len(schema))}
    columns = [j for j, own in numbers.items() if own is not None]
    pairs = [p for p in combinations(columns, 2) if max(len(numbers[j] or ()) for j in p) > 2]
    if not pairs or len(pairs) > _MOST_PAIRS or seen.count[0] < _FEWEST:
        return None
    count, rows, shares = float(seen.count[0]), seen.pairs[0], implied()
    missed, found = [], []
    for pair in pairs:
        at = tuple(seen.layout.at(j) for j in pair)
        u, v = (np.array(numbers[j]) for j in pair)
        table = rows[at]
        if (table.sum(axis=0) > 0.0).sum() < 2 or (table.sum(axis=1) > 0.0).sum() < 2:
            continue
        found.append(_trend(pair, table, u, v))
        due = count * shares[at]
        if np.abs(table - due).max() > _FITTED * count + prior:
            missed.append((_score(table, due, u, v), found[-1]))
    if not found:
        return None
    strongest = max(found, key=lambda one: one.linear)
    seen_at_all = smallest_of(chi_square_of(strongest.linear, 1), len(found)) < _LEVEL
    cure = f"; {_cure(schema, columns)}" if seen_at_all else ""
    if missed:
        score, worst = max(missed, key=lambda one: abs(one[0]))
        p = float(smallest_of(chi_square_of(score * score, 1), len(missed)))
        left = f"the class leaves {abs(score):.2g} standard errors of it"
        return CheckResult.single(ORDERED, score, p, f"{_words(worst, schema)}; {left}{cure}")
    if not cure:
        return None
    detail = _words(strongest, schema) + cure
    return CheckResult.single(ORDERED, strongest.linear, float("nan"), detail, weight="told", verdict=True)


def _numbers(schema: Schema, j: int) -> tuple[float, ...] | None:
    levels = schema.levels[j]
    if levels is None or any(isinstance(one, str | bool) for one in levels):
        return None
    return tuple(float(one) for one in levels)


def _score(table: Floats, due: Floats, u: Floats, v: Floats) -> float:
    """How far the sum of products of two columns' numbers is from that of the class, in its standard errors."""
    total = due.sum()
    u, v = u - due.sum(axis=1) @ u / total, v - due.sum(axis=0) @ v / total
    product = np.outer(u, v)
    mean = float((due * product).sum()) / total
    variance = float((due * product**2).sum()) - total * mean * mean
    return float(((table - due) * product).sum()) / np.sqrt(variance) if variance > 0.0 else 0.0


def _trend(pair: tuple[int, int], table: Floats, u: Floats, v: Floats) -> _Trend:
    n = table.sum()
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    u, v = u - rows @ u / n, v - columns @ v / n
    r = float(u @ table @ v) / float(np.sqrt((rows @ u**2) * (columns @ v**2)))
    due = np.outer(rows, columns) / n
    some = due > 0.0
    degrees = ((rows > 0.0).sum() - 1) * ((columns > 0.0).sum() - 1)
    whole = float(((table - due)[some] ** 2 / due[some]).sum())
    return _Trend(pair, r, (n - 1.0) * r * r, whole, int(degrees))


def _words(one: _Trend, schema: Schema) -> str:
    first, second = (repr(schema.columns[j]) for j in one.pair)
    how = "rises" if one.correlation > 0.0 else "falls"
    return (
        f"{second} {how} with {first}: correlation {one.correlation:.2f} of their numbers, chi-square {one.linear:.3g} "
        f"with 1 of the {one.degrees} degrees of freedom of their table, which has {one.whole:.3g}"
    )


def _cure(schema: Schema, columns: list[int]) -> str:
    several = [schema.columns[j] for j in columns if len(schema.levels[j] or ()) > 2]
    named = ", ".join(f"{name!r}: 'real'" for name in several[:_MOST_NAMED])
    more = ", ..." if len(several) > _MOST_NAMED else ""
    return f"levels stand in no order here: kinds={{{named}{more}}} takes the numbers"
