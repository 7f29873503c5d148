"""The second method: the averages of certified couplings by rigorous integration (``acb.integral``), tails bounded.

Independent of the trapezoid rule and of Krawczyk's test in ``ball.py``: only the couplings are taken from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from flint import acb, arb

from builders.scalar.quartic.ball import State
from builders.tools.checks import CannotCertify

_BITS = 110  # relative accuracy asked of the integrals
_CUT = 100.0  # nats below the value at the mean at which integrals are cut
_STEP = 0.25

Number = TypeVar("Number", arb, acb)


def _free_energy(state: State, y: Number) -> Number:
    return y * (state.h + y * (state.r / 2 + y * (state.g / 6 + y * state.u / 24)))


def _end(state: State, side: int) -> arb:
    """A point beyond which F is convex and ``_CUT`` above its least value on the way."""
    end, least = arb(0), arb(0)
    while True:
        end += side * _STEP
        f = _free_energy(state, end)
        least = least.min(f).mid()
        bent = state.r + end * (state.g + end * state.u / 2)
        if f > least + _CUT and bent > 0 and side * (state.g + state.u * end) > 0 and state.u > 0:
            return end


def _integral(state: State, power: int, least: arb, ends: Sequence[arb]) -> arb:
    """``integral y^power exp(least - F)``."""

    def integrand(y: acb, _analytic: bool) -> acb:
        return (least - _free_energy(state, y)).exp() * y**power

    small = arb(2) ** -_BITS
    total = acb.integral(integrand, acb(ends[0]), acb(ends[1]), rel_tol=small, abs_tol=small).real
    for side, end in zip((-1, 1), ends, strict=True):
        rising = side * (state.h + end * (state.r + end * (state.g / 2 + end * state.u / 6)))
        rate = rising - power / abs(end)
        if not rate > 0:
            raise CannotCertify("the tail of the density is not yet falling at the end of the integration")
        tail = (abs(end) ** power * (least - _free_energy(state, end)).exp() / rate).abs_upper()
        total += arb(0, tail)
    return total


def averages(state: State) -> list[arb]:
    """Balls of ``<y>, <y^2>, <y^3>, <y^4>`` and log Z of the couplings of a state."""
    ends = [_end(state, -1), _end(state, 1)]
    count = 64
    at = [ends[0] + (ends[1] - ends[0]) * i / count for i in range(count + 1)]
    least = min((_free_energy(state, y).mid() for y in at), key=float)
    sums = [_integral(state, power, least, ends) for power in range(5)]
    return [*(s / sums[0] for s in sums[1:]), sums[0].log() - least]
