"""The table of integrals of the symmetric Ising classes: certified J, log Z and entropy on a grid of q."""

from __future__ import annotations

from flint import arb

from builders.base import Row, number
from builders.ising.lattice.ball import Ensemble, State, solve
from builders.ising.lattice.infinite import critical_state
from builders.tools.bounds import columns
from symcat.models.ising.lattice.reduced import INFINITE, SQUARE, Reduced

CRITICAL = "critical"
_ABOVE = (0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.99)
_BELOW = (-0.9, -0.7, -0.5, -0.3, -0.1)  # where J is not odd in q


def grid(form: Reduced) -> list[float]:
    """The q of the rows. Where the range ends above -0.1, half of the least q stands below zero."""
    if form.symmetric:
        return list(_ABOVE)
    below = [q for q in _BELOW if q > float(form.least) * 0.999]
    return [*(below or [float(form.least / 2)]), *_ABOVE]


def values(state: State) -> dict[str, arb]:
    """The balls of a state by the names of the columns."""
    return {"J": state.j, "log_z": state.log_z, "entropy": state.entropy}


def state_of(ensemble: Ensemble, row: Row) -> State:
    """The certified state a row of ``solutions`` stands for."""
    return critical_state() if row["point"] == CRITICAL else solve(ensemble, arb(number(row["q"])))


def _row(label: str, size: int, point: str | None, q: float, state: State) -> Row:
    where: Row = {"label": label, "size": size, "point": point, "q": q, "rigor": "certified"}
    return {**where, **columns(values(state))}


def solution_rows(label: str, size: int, ensemble: Ensemble, form: Reduced) -> list[Row]:
    """Rows of ``solutions`` of one size; for the infinite square lattice also its critical point."""
    rows = [_row(label, size, None, q, solve(ensemble, arb(q))) for q in grid(form)]
    if (label, size) == (SQUARE, INFINITE):
        state = critical_state()
        rows.append(_row(label, size, CRITICAL, float(state.q.mid()), state))
    return rows
