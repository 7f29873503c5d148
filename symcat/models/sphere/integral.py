"""Integrals of ``exp(b.x - sum_i l_i x_i^2)`` over the unit sphere in d dimensions, each as one integral over a line.

The condition ``|x|^2 = 1`` as an inverse Laplace transform leaves a Gaussian integral for every s,

``C(l, b) = 2 pi^(d/2) / (2 pi i) integral ds exp(s + sum_i b_i^2 / (4 (s + l_i))) prod_i (s + l_i)^(-1/2)``

(Kume & Wood 2005, Biometrika 92:465, whose saddlepoint approximation is its leading term; Chen & Tanaka 2021, Stat.
Comput. 31). All singularities lie on the real axis left of zero. On a parabola around them, through the saddle, the
trapezoidal rule converges geometrically (Weideman & Trefethen 2007, Math. Comp. 76:1341), so that a fixed number of
nodes gives C to rounding, in any dimension and at any strength: Bessel's functions (l = 0), Kummer's (b = 0, two
different l) and that of matrix argument (b = 0) are special cases.

Given a node, the coordinates are independent Gaussians with complex means and variances. So every average of monomials
is a sum over nodes of products of moments of Gaussians.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]

_NODES = 64
_LEAST = 2.0  # where the parabola crosses the real axis: nearer to zero it would have to be finer
_FINEST, _PER_WIDTH = 0.1, 2.7  # the step at most, and steps in a standard deviation at the saddle
_STEPS = 200


@dataclass(frozen=True)
class Integral:
    """Of G laws in d dimensions.

    ``log_c`` (G,) is the logarithm of the integral; ``weight`` (G, K) are the nodes' shares of it, which add up to one
    in their real parts, ``mean`` and ``variance`` (G, K, d) those of the Gaussians at the nodes. Averages are of powers
    of the coordinates less ``origin`` (G, d), so that narrow laws lose no digits about their own mean.
    """

    log_c: Floats
    weight: Complex
    mean: Complex
    variance: Complex
    origin: Floats

    @property
    def n_groups(self) -> int:
        return len(self.log_c)

    def about(self, point: Floats) -> Integral:
        """The same, of powers about ``point`` (G, d)."""
        return replace(self, origin=point)

    def average(self, powers: Sequence[int]) -> Floats:
        """(G,) of the product of ``(x_i - origin_i)^powers[i]``."""
        found = self.weight
        for j, power in enumerate(powers):
            if power:
                found = found * self._moments(power)[:, :, j]
        out: Floats = found.sum(axis=1).real
        return out

    @cached_property
    def _known(self) -> list[Complex]:
        return [np.ones_like(self.mean), self.mean - self.origin[:, None, :]]

    def _moments(self, power: int) -> Complex:
        """(G, K, d) of the Gaussians at the nodes."""
        known = self._known
        while len(known) <= power:
            order = len(known)
            known.append(known[1] * known[-1] + (order - 1.0) * self.variance * known[-2])
        return known[power]

    @property
    def squares(self) -> Floats:
        """(G, d) of the squares."""
        out: Floats = (self.weight[:, :, None] * self._moments(2)).sum(axis=1).real
        return out

    @property
    def products(self) -> Floats:
        """(G, d, d) of the products of two squares."""
        second = self._moments(2)
        out: Floats = np.einsum("gk,gki,gkj->gij", self.weight, second, second, optimize=True).real
        d = range(second.shape[2])
        out[:, d, d] = (self.weight[:, :, None] * self._moments(4)).sum(axis=1).real
        return out


def integral(decay: Floats, b: Floats) -> Integral:
    """Of ``l``, here ``decay``, and ``b`` (G, d); adding a number to all l of a law changes its ``log_c`` alone."""
    d = decay.shape[1]
    least = decay.min(axis=1, keepdims=True)
    above = decay - least
    quarter = 0.25 * b * b
    middle = np.maximum(saddle(above, b), _LEAST)
    # The widths of the integrand along the imaginary direction, and along the parabola
    curvature = (2.0 * quarter / (middle + above) ** 3 + 0.5 / (middle + above) ** 2).sum(axis=1, keepdims=True)
    step = np.minimum(_FINEST, 0.5 / (middle * np.sqrt(curvature)) / _PER_WIDTH)
    u = step * np.arange(_NODES)
    s = middle * (1.0 + 1j * u) ** 2
    shifted = s[:, :, None] + above[:, None, :]
    top = middle + (quarter / (middle + above) - 0.5 * np.log(middle + above)).sum(axis=1, keepdims=True)
    exponent = s - top + (quarter[:, None, :] / shifted - 0.5 * np.log(shifted)).sum(axis=2)
    # ds = 2 i middle (1 + i u) du; the other half of the line is the complex conjugate
    weight = np.exp(exponent) * (2.0 * middle * step / np.pi) * (1.0 + 1j * u)
    weight[:, 0] *= 0.5
    total = weight.sum(axis=1).real
    log_c = math.log(2.0) + 0.5 * d * math.log(math.pi) + (top - least)[:, 0] + np.log(total)
    return Integral(log_c, weight / total[:, None], 0.5 * b[:, None, :] / shifted, 0.5 / shifted, np.zeros_like(b))


def saddle(above: Floats, b: Floats) -> Floats:
    """(G, 1) where ``s + sum_i b_i^2 / (4 (s + l_i)) - sum_i log(s + l_i) / 2`` is least, of l >= 0 (G, d) with a zero.

    Its slope rises and bends downwards, so that Newton's method from the left stays there.
    """
    of_one = 0.25 + np.sqrt(0.0625 + 0.25 * b * b)
    s: Floats = np.maximum((of_one - above).max(axis=1, keepdims=True), 0.5)
    for _ in range(_STEPS):
        near = 1.0 / (s + above)
        slope = 1.0 - (0.25 * (b * near) ** 2 + 0.5 * near).sum(axis=1, keepdims=True)
        bend = (0.5 * b * b * near**3 + 0.5 * near**2).sum(axis=1, keepdims=True)
        moved = slope / bend
        s = s - moved
        if not (np.abs(moved) > 1e-9 * s).any():
            break
    return s
