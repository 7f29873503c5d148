"""Polynomials of the symmetric Ising classes on equal segments of the reduced variable x."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from flint import arb

from builders.ising.lattice.ball import Ensemble, solve
from builders.tools.chebyshev import fit_segment
from builders.tools.checks import CannotCertify
from builders.tools.segments import Segment
from symcat.models.ising.lattice.reduced import Reduced

DEGREE = 19
CHECKS = 12  # points a segment on which its error is measured, none of them a node
BOUND = 3e-11  # on the error of both polynomials: of J / q relative, of the entropy relative above one
EDGE = 14.0  # the table spans |t| <= EDGE, t = log((q - least) / (1 - q))
FEWEST, MOST = 4, 128
QUANTITIES = ("J", "entropy")
_DIGITS = 1e-13  # coefficients are written to this part of the least value on the segment
Values = dict[str, arb]
Function = Callable[[arb], Values]


def stored(ensemble: Ensemble, form: Reduced) -> Function:
    """What the table stores, ``J / q`` and the entropy, as certified functions of x."""

    def at(x: arb) -> Values:
        t = arb(form.center) + arb(form.width) * x.sinh()
        growth = t.exp()
        state = solve(ensemble, (ensemble.least + growth) / (1 + growth))
        return {"J": state.j / state.q, "entropy": state.entropy}

    return at


def span(form: Reduced) -> tuple[float, float]:
    """The ends of the table in x."""
    lo, hi = ((t - form.center) / form.width for t in (0.0 if form.symmetric else -EDGE, EDGE))
    return math.asinh(lo), math.asinh(hi)


def _rounded(coefficients: list[float], values: Sequence[arb]) -> list[float]:
    """Without the digits that a double of this size cannot hold anyway: shorter to store, as good to read."""
    least = max(min(float(abs(value).mid()) for value in values), 1e-3)
    places = 1 - math.floor(math.log10(least * _DIGITS))
    return [round(c, places) for c in coefficients]


def error(name: str, computed: float, exact: arb) -> float:
    """Relative for J / q; for the entropy relative above one, absolute below. Rounded up."""
    scale = abs(exact) if name == "J" else abs(exact).max(arb(1))
    return float((abs(arb(computed) - exact) / scale).abs_upper())


def fit(function: Function, form: Reduced) -> list[Segment]:
    """As few equal segments of x as meet the bound. Raises CannotCertify if none of the numbers tried does."""
    lo, hi = span(form)
    hardest = lo
    count = FEWEST
    while count <= MOST:
        breaks = [lo + (hi - lo) * i / count for i in range(count)] + [hi]
        # The segment in which the last try failed goes first: most tries end with it.
        order = sorted(range(count), key=lambda i: not breaks[i] <= hardest <= breaks[i + 1])
        pieces: dict[int, Segment] = {}
        for i in order:
            pieces[i] = fit_segment(
                function, breaks[i], breaks[i + 1], degree=DEGREE, checks=CHECKS, error=error, rounded=_rounded
            )
            if max(pieces[i].errors.values()) > BOUND:
                hardest = 0.5 * (breaks[i] + breaks[i + 1])
                break
        else:
            return [pieces[i] for i in range(count)]
        count = max(count + 1, count * 9 // 8)
    raise CannotCertify(f"{MOST} polynomials of degree {DEGREE} do not meet {BOUND} on x in [{lo}, {hi}]")
