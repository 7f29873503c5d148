"""Does a combination of columns decide the target? Then a coefficient of the logistic likelihood is infinite.

Found exactly by a linear program (Albert & Anderson 1984, Biometrika 71:1; Konis 2007), its constraints added as the
rows that break them are found.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcat.data.moments import Floats

TOLERANCE = 1e-7
_FIRST, _ADDED = 512, 256  # rows
_MOST_NAMED, _MOST_TRIED = 12, 10  # columns


def separated(design: Floats, total: Floats, up: Floats, names: Sequence[str], *, intercept: bool = True) -> str:
    """In words, the columns of which a combination is never against the target and sometimes decides it; or empty.

    ``design`` (m, d) are distinct rows, the constant first where there is an ``intercept``; each stands for ``total``
    rows (m,), of which the target is +1 in ``up`` (m,).
    """
    down = total - up
    signed = np.concatenate([design[up > 0.0], -design[down > 0.0]])
    direction = direction_of(signed)
    if direction is None:
        return ""
    strict = direction_of(signed, strict=True)
    direction = fewest(signed, direction if strict is None else strict, int(intercept), strict=strict is not None)
    margin = signed @ direction
    counts = np.concatenate([up[up > 0.0], down[down > 0.0]])
    decides = margin > TOLERANCE
    decided, rows = float(counts[decides].sum()), float(counts.sum())
    involved = [repr(names[j]) for j in np.flatnonzero(direction[int(intercept) :]).tolist()]
    if not involved:
        return ""
    named = ", ".join(involved[:_MOST_NAMED])
    if len(involved) > _MOST_NAMED:
        named += f" and {len(involved) - _MOST_NAMED} more"
    what = named if len(involved) == 1 else f"a combination of {named}"
    some = f"{decided:g} of {rows:g} rows" if rows == np.floor(rows) else f"{decided / rows:.0%} of the weighted rows"
    where = "in all rows" if decides.all() else f"in {some}, and is nowhere against it"
    return f"{what} separates the two values of the target {where}"


def fewest(signed: Floats, direction: Floats, first: int, *, strict: bool) -> Floats:
    """A direction of the same kind along none of the columns that can be left out, the least involved tried first.

    The columns before ``first`` are kept; where very many are involved, all are.
    """
    spread = np.abs(direction) * np.sqrt((signed**2).mean(axis=0))
    kept = np.union1d(np.arange(first), np.flatnonzero(spread > 1e-9 * spread.max()))
    if len(kept) > _MOST_TRIED:
        return direction
    for column in kept[np.argsort(spread[kept], kind="stable")].tolist():
        rest = kept[kept != column]
        if column < first or not len(rest):
            continue
        found = direction_of(signed[:, rest], strict=strict)
        if found is not None:
            direction, kept = np.zeros(len(direction)), rest
            direction[rest] = found
    return direction


def direction_of(signed: Floats, *, strict: bool = False) -> Floats | None:
    """(d,) a combination that is negative in none of the rows (m, d) and positive in some; None if there is none.

    ``strict`` asks for one that is positive in all of them, as large as can be in the least.
    """
    from scipy.optimize import linprog

    d = signed.shape[1]
    rows = np.column_stack([signed, np.full(len(signed), -1.0)]) if strict else signed
    towards = np.append(np.zeros(d), 1.0) if strict else signed.sum(axis=0)
    chosen = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _FIRST), dtype=np.intp))
    while True:
        part = rows[chosen]
        found = linprog(-towards, A_ub=-part, b_ub=np.zeros(len(part)), bounds=(-1.0, 1.0))
        if not found.success or -found.fun < TOLERANCE:  # with more rows it would be no larger
            return None
        margin = rows @ found.x
        worst = np.argsort(margin)[:_ADDED]
        more = np.setdiff1d(worst[margin[worst] < -TOLERANCE], chosen)
        if not len(more):
            direction: Floats = found.x[:d]
            margin = signed @ direction
            return direction if (margin.min() > 0.0 if strict else margin.max() > TOLERANCE) else None
        chosen = np.union1d(chosen, more)
