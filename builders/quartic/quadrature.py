"""The second method: rigorous integration of the radial density (``acb.integral``), with a proven bound on the tail.

Independent of the closed forms in ``ball.py``: only the parameters are taken from there. With ``y = t^2``, ``M_nu(z)
e^(-z^2/2) = 2 int_0^inf t^(2 nu - 1) exp(-(t^2 + z)^2 / 2) dt``, whose integrand is entire for whole ``2 nu``.
"""

from __future__ import annotations

from flint import acb, arb

from builders.quartic.ball import Averages, Method
from builders.tools.checks import CannotCertify

_BITS = 150  # relative accuracy asked of the integrals; the tail is cut e^-150 below the top


def _log_integrand(power: int, z: arb, t: arb) -> arb:
    shift = z * z / 2 if z > 0 else arb(0)  # z^2 / 2 would cancel against most of the square
    return power * t.log() - (t * t + z) ** 2 / 2 + shift


def _tail(power: int, z: arb, end: arb) -> arb:
    """An upper bound of the integral beyond ``end`` over the integrand there, whose logarithm falls at a rate c > 0.

    The rate ``2 t (t^2 + z) - power / t`` increases with t once ``t^2 > -z / 3``, so its value at ``end`` serves.
    """
    rate = 2 * end * (end * end + z) - power / end
    if not (rate > 0 and 3 * end * end + z > 0):
        raise CannotCertify("the tail of the density is not yet falling at the end of the integration")
    return 1 / rate


def _top_and_end(power: int, z: arb) -> tuple[arb, arb]:
    """The logarithm of the largest integrand, and a point where it has fallen by ``_BITS`` nats (both approximate)."""
    z = z.mid()
    mode = ((z * z + 2 * power).sqrt() - z) / 2  # t^2 there: 2 t^2 (t^2 + z) = power
    start = mode.max(arb(2) ** -64).sqrt().mid()
    top = _log_integrand(power, z, start).mid()
    step = 1 / (abs(z) + 1).sqrt().mid()
    end = start + step
    while top - _log_integrand(power, z, end) < _BITS:
        end = (end + step).mid()
    return top, end


def log_integral(power: int, z: arb) -> arb:
    """``log 2 int_0^inf t^power exp(-(t^2 + z)^2 / 2 [+ z^2 / 2 for z > 0]) dt`` as a ball."""
    top, end = _top_and_end(power, z)
    zc, shift = acb(z), acb((z * z / 2 if z > 0 else 0) - top)

    def integrand(t: acb, _analytic: bool) -> acb:
        return t**power * (shift - (t * t + zc) ** 2 / 2).exp()

    # The top is one; so far from it, nothing below this is worth resolving.
    small = arb(2) ** -_BITS / (abs(z.mid()) + power + 1)
    body = acb.integral(integrand, 0, acb(end), rel_tol=arb(2) ** -_BITS, abs_tol=small).real
    tail = (_log_integrand(power, z, end) - top).exp() * _tail(power, z, end)
    half = tail.abs_upper() / 2
    return (2 * (body + arb(half, half))).log() + top


def integrate(dimension: int, z: arb) -> Averages:
    """The averages of the density in N dimensions at the (ball) z."""
    zeroth, first, second = (log_integral(dimension - 1 + 2 * k, z) for k in range(3))
    shift = arb(0) if z > 0 else z * z / 2
    return Averages(zeroth + shift, (first - zeroth).exp(), (second + zeroth - 2 * first).exp())


QUADRATURE = Method(integrate, 120)
