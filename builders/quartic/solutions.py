"""The table of integrals a person reads: certified parameters on a grid of kurtosis, with bounds rounded outwards."""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from builders.base import Row, number
from builders.quartic.ball import State, pure_quartic_kurtosis, solve, state_at
from builders.tools.bounds import columns

# Fractions x of the valid range; kurtosis is 1 + 2 x / N.
_FRACTIONS = "0.001 0.01 0.05 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 0.95 0.99 0.999".split()
# In one dimension people think in kurtosis itself.
_KURTOSIS = (
    "1.001 1.002 1.005 1.01 1.02 1.05 1.1 1.15 1.2 1.25 1.3 1.35 1.4 1.45 1.5 1.55 1.6 1.65 1.7 1.75 1.8 1.85 1.9 1.95 "
    "2 2.05 2.1 2.15 2.2 2.25 2.3 2.35 2.4 2.45 2.5 2.55 2.6 2.65 2.7 2.75 2.8 2.85 2.9 2.95 2.98 2.99 "
    "2.995 2.998 2.999 2.9999"
).split()
PURE_QUARTIC = "pure_quartic"


def grid(dimension: int) -> list[tuple[float, float]]:
    """(fraction, kurtosis) of the rows, both as the nearest doubles."""
    if dimension == 1:
        return [(float((Fraction(k) - 1) / 2), float(Fraction(k))) for k in _KURTOSIS]
    return [(float(x), float(1 + 2 * Fraction(x) / dimension)) for x in _FRACTIONS]


def state_of(dimension: int, row: Row) -> State:
    """The certified state a row of ``solutions`` stands for."""
    if row["point"] == PURE_QUARTIC:
        return state_at(dimension, arb(0))
    return solve(dimension, arb(number(row["kurtosis"])))


def values(state: State) -> dict[str, arb]:
    """The balls of a state by the names of the columns."""
    return {"r": state.r, "u": state.u, "log_z": state.log_z, "entropy": state.entropy}


def _row(label: str, point: str | None, fraction: float | None, kurtosis: float, state: State) -> Row:
    where: Row = {"label": label, "point": point, "fraction": fraction, "kurtosis": kurtosis, "rigor": "certified"}
    return {**where, **columns(values(state))}


def solution_rows(label: str, dimension: int) -> list[Row]:
    """Rows of ``solutions``: the grid, and the pure quartic (r = 0) at its exact kurtosis."""
    rows = [_row(label, None, x, k, solve(dimension, arb(k))) for x, k in grid(dimension)]
    pure = float(pure_quartic_kurtosis(dimension).mid())
    return [*rows, _row(label, PURE_QUARTIC, None, pure, state_at(dimension, arb(0)))]
