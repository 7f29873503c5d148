"""Terms of one and two columns under a Gaussian of correlated columns: orthogonal polynomials, and their covariances.

The Wick power of a monomial is orthogonal to every polynomial of lower degree (Janson, Gaussian Hilbert Spaces, 1997,
chapter 3); those of at most two columns are sums of monomials of at most two. Of ``V = sum_k v_k : y^k / k!``, in Wick
powers, the averages under exp(-V) are ``-R^(k) v_k`` to first order, R of the columns along every index. So the first
order of the couplings is a linear equation for each degree, here for its entries of one and two columns alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.polynomial.wide.form import Pairs

Floats = NDArray[np.float64]

_CLOSE = 1e-9  # of the residual of the equations, over their right side
_MOST = 500  # steps of conjugate gradients
_AT_ONCE = 16  # columns of which the covariances are held


@dataclass(frozen=True)
class Gaussian:
    """Of columns with variance 1 and ``correlation`` (d, d)."""

    correlation: Floats

    @cached_property
    def inverse(self) -> Floats:
        return np.asarray(np.linalg.inv(self.correlation))

    @cached_property
    def triangle(self) -> Floats:
        """(d, d) L with L L^T the correlation."""
        return np.asarray(np.linalg.cholesky(self.correlation))

    def wick(self, averages: Pairs, constant: float = 1.0) -> Pairs:
        """Averages of the Wick powers from those of the monomials, of which that of 1 is ``constant``."""
        r, m, s = self.correlation, averages.first, averages.second
        square = np.diagonal(s)
        crossed = averages.crossed - square[:, None] - square - 4.0 * r * s + constant * (1.0 + 2.0 * r * r)
        np.fill_diagonal(crossed, 0.0)
        return Pairs(
            m,
            s - constant * r,
            averages.third - m - 2.0 * r * m[:, None],
            averages.fourth - 3.0 * s - 3.0 * r * square[:, None] + 3.0 * constant * r,
            crossed,
        )

    def monomials(self, v: Pairs) -> Pairs:
        """Couplings of the monomials, from those of the Wick powers: these take half of their traces off."""
        third, fourth = v.traced(self.correlation)
        return Pairs(v.first - 0.5 * third, v.second - 0.5 * fourth, v.third, v.fourth, v.crossed)

    def covariance(self, v: Pairs) -> Pairs:
        """R along every index of the tensors of ``v``, at the entries of one and two columns."""
        r = self.correlation
        fourth, crossed = self._of_fourth(v.fourth, v.crossed)
        return Pairs(r @ v.first, r @ v.second @ r, self._of_third(v.third), fourth, crossed)

    def _of_third(self, g: Floats) -> Floats:
        r = self.correlation
        own = np.diag(np.diagonal(g))
        apart = g - own
        out: Floats = ((r * r) @ (own + apart) + 2.0 * r * (r @ apart.T)) @ r
        return out

    def _of_fourth(self, u: Floats, w: Floats) -> tuple[Floats, Floats]:
        r = self.correlation
        r2 = r * r
        top = np.diag(np.diagonal(u))
        apart = u - top
        back = r * (r @ apart.T)
        fourth = ((r2 * r) @ u + 3.0 * r * back + 3.0 * r * (r2 @ w)) @ r
        crossed = r2 @ (top + w) @ r2 + 2.0 * (back @ r2 + r2 @ back.T)
        crossed += 2.0 * self._through(w)
        np.fill_diagonal(crossed, 0.0)
        return fourth, crossed

    def _through(self, w: Floats) -> Floats:
        """(d, d) sum_ij w_ij r_ki r_li r_kj r_lj of k and l."""
        r = self.correlation
        out = np.empty_like(w)
        for start in range(0, len(r), _AT_ONCE):
            clock.check()
            some = r[start : start + _AT_ONCE]
            around = some[:, :, None] * w * some[:, None, :]
            out[start : start + _AT_ONCE] = ((r @ around) * r).sum(axis=2)
        return out

    def solve(self, right: Pairs) -> Pairs:
        """v whose ``covariance`` is ``right``."""
        q, weights = self.inverse, norms(len(self.correlation))
        (third,) = _conjugate((right.third,), lambda x: (self._of_third(x[0]),), (weights.third,))
        fourth, crossed = _conjugate(
            (right.fourth, right.crossed), lambda x: self._of_fourth(*x), (weights.fourth, weights.crossed)
        )
        return Pairs(q @ right.first, q @ right.second @ q, third, fourth, crossed)


def norms(d: int) -> Pairs:
    """(d, d) what stands before each term in F, over both orders of two columns where it is symmetric."""
    third, fourth = np.full((d, d), 1.0 / 2.0), np.full((d, d), 1.0 / 6.0)
    np.fill_diagonal(third, 1.0 / 6.0)
    np.fill_diagonal(fourth, 1.0 / 24.0)
    return Pairs(np.ones(d), np.full((d, d), 0.5), third, fourth, np.full((d, d), 0.125))


def inner(v: Pairs, k: Pairs) -> float:
    """``sum_k v_k : k_k / k!`` over all terms, of couplings and averages of the Wick powers."""
    parts = zip(norms(len(v.first)).parts, v.parts, k.parts, strict=True)
    return sum(float((w * x * y).sum()) for w, x, y in parts)


def _conjugate(
    right: tuple[Floats, ...], times: Callable[[tuple[Floats, ...]], tuple[Floats, ...]], weights: tuple[Floats, ...]
) -> tuple[Floats, ...]:
    """Conjugate gradients (Hestenes & Stiefel 1952) in the inner product in which the equations are symmetric."""

    def dot(a: tuple[Floats, ...], b: tuple[Floats, ...]) -> float:
        return sum(float((w * x * y).sum()) for w, x, y in zip(weights, a, b, strict=True))

    found = tuple(np.zeros_like(one) for one in right)
    left = tuple(one.copy() for one in right)
    along, size = left, dot(left, left)
    goal = _CLOSE**2 * size
    for _ in range(_MOST):
        if size <= goal:
            break
        moved = times(along)
        step = size / dot(along, moved)
        found = tuple(x + step * a for x, a in zip(found, along, strict=True))
        left = tuple(x - step * a for x, a in zip(left, moved, strict=True))
        before, size = size, dot(left, left)
        along = tuple(x + (size / before) * a for x, a in zip(left, along, strict=True))
    return found
