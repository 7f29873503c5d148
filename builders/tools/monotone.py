"""The solution of an equation with a monotone side, enclosed."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, ctx

from builders.tools.checks import CannotCertify

_STEPS = 60


def root(function: Callable[[arb], arb], target: arb, start: float) -> arb:
    """A ball that holds the x > 0 with ``function(x) = target``, for a strictly monotone ``function``.

    Secants from ``start``; then the function is shown to lie on either side of the target at both ends of the ball.
    Raises CannotCertify where it does not.
    """
    before, here = arb(start) * (1 + arb(2) ** -20), arb(start)
    of_before = function(before) - target
    for _ in range(_STEPS):
        of_here = function(here) - target
        slope = of_here - of_before
        if slope.contains(0):
            break
        step = (of_here * (here - before) / slope).mid()
        before, of_before = here, of_here
        moved = (here - step).mid()
        here = moved if moved > 0 else here / 2
        if abs(step) < abs(here) * arb(2) ** (-3 * ctx.prec // 4):
            break
    radius = here * arb(2) ** (-ctx.prec // 2)
    low, high = (function(end) - target for end in (here - radius, here + radius))
    if not ((low < 0 and high > 0) or (low > 0 and high < 0)):
        raise CannotCertify(f"no sign change about {here.str(20)}")
    return arb(here, radius)
