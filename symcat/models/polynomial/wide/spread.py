"""Standard errors of the couplings of one and two columns: the diagonal of the inverse of Fisher's matrix.

There are too many couplings for the matrix itself. The diagonal of the inverse is found by random signs (Bekas,
Kokiopoulou & Saad 2007, Appl. Numer. Math. 57:1214), entry by entry for the Gaussian, whose matrix is known. Under the
model the matrix makes of couplings the covariance of the terms with their sum, over rows of the chains; few signs tell
by which factor the entries of a kind (h_i, K_ii, K_ij, g_iii, ...) are larger or smaller on average, and they are
taken times that.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.polynomial.wide.form import Pairs, averages
from symcat.models.polynomial.wide.wick import Gaussian, inner, norms

Floats = NDArray[np.float64]

_PROBES, _MOST_PROBES = 8, 128
_NOISE = 0.05  # of a variance
_OF_KINDS = 100  # entries of a row of couplings, of as many signs as have these
_CLOSE, _MOST = 0.1, 30  # of conjugate gradients: of a variance, the square
_AT_ONCE = 4096


@dataclass(frozen=True)
class Fisher:
    """Of the couplings of Wick powers, from ``rows`` (n, d) of the model and those of the Gaussian ``beside`` them."""

    gaussian: Gaussian
    rows: Floats
    beside: Floats

    def __call__(self, v: Pairs) -> Pairs:
        """Covariances of the Wick powers with ``V``."""
        form = self.gaussian.monomials(v)
        return self.gaussian.covariance(v) + self._sampled(form, self.rows) - self._sampled(form, self.beside)

    def _sampled(self, form: Pairs, rows: Floats) -> Pairs:
        values = form.values(rows)
        values -= values.mean()
        total = Pairs.zero(rows.shape[1])
        for start in range(0, len(rows), _AT_ONCE):
            clock.check()
            some = slice(start, start + _AT_ONCE)
            total = total + averages(rows[some], values[some]) * (len(rows[some]) / len(rows))
        return self.gaussian.wick(total, 0.0)

    def solve(self, right: Pairs) -> Pairs:
        """The couplings whose covariances these are, by conjugate gradients from those under the Gaussian."""
        found, left = Pairs.zero(len(right.first)), right
        along = near = self.gaussian.solve(left)
        size = first = inner(near, left)
        for _ in range(_MOST):
            if not size > _CLOSE**2 * first:
                break
            moved = self(along)
            step = size / inner(along, moved)
            found, left = found + along * step, left - moved * step
            near = self.gaussian.solve(left)
            before, size = size, inner(near, left)
            along = near + along * (size / before)
        return found


def variances(fisher: Fisher, rng: np.random.Generator) -> Pairs:
    """Of the couplings of the monomials, as one row tells them."""
    gaussian = fisher.gaussian
    d = len(gaussian.correlation)
    few = max(2, math.ceil(_OF_KINDS / d))
    parts: list[Floats] = []
    for of in (_of_lower, _of_higher):
        normal = _mean_of(partial(of, gaussian, gaussian.solve, rng))
        drawn = [of(gaussian, fisher.solve, rng) for _ in range(few)]
        model = [np.mean(each, axis=0) for each in zip(*drawn, strict=True)]
        parts += [_scaled(*both) for both in zip(normal, model, strict=True)]
    first, second, third, fourth, crossed = parts
    weights = norms(d)
    return Pairs(first, second, third / weights.third, fourth / weights.fourth, crossed * 4.0)


def _scaled(normal: Floats, model: Floats) -> Floats:
    """The entries for the Gaussian, those on the diagonal and the others each times the mean of the model's."""
    if normal.ndim == 1:
        return np.asarray(normal * (model.mean() / normal.mean()))
    apart = ~np.eye(len(normal), dtype=bool)
    out = normal * (model[apart].mean() / normal[apart].mean())
    own, other = np.diagonal(normal), np.diagonal(model)
    if own.any():
        np.fill_diagonal(out, own * (other.mean() / own.mean()))
    return np.asarray(out)


def _of_higher(gaussian: Gaussian, solve: Callable[[Pairs], Pairs], rng: np.random.Generator) -> list[Floats]:
    """Of degree three and four, over those of columns without correlation."""
    d = len(gaussian.correlation)
    scale = [np.sqrt(one) for one in norms(d).parts[2:]]
    z = [_signs((d, d), rng), _signs((d, d), rng), _symmetric_signs(d, rng)]
    right = Pairs(np.zeros(d), np.zeros((d, d)), *(a / b for a, b in zip(z, scale, strict=True)))
    found = solve(right).parts[2:]
    return [a * b * c for a, b, c in zip(z, scale, found, strict=True)]


def _of_lower(gaussian: Gaussian, solve: Callable[[Pairs], Pairs], rng: np.random.Generator) -> list[Floats]:
    """Of h (d,) and K (d, d), which are less by half the traces of g and u."""
    r = gaussian.correlation
    d = len(r)
    one, two = _signs((d,), rng), _symmetric_signs(d, rng)
    np.fill_diagonal(two, _signs((d,), rng))
    own = np.diagonal(two)
    # The transpose of ``Gaussian.monomials``, over the norms of the terms.
    second = two + np.diag(own)
    third = -2.0 * (r * one[:, None] + 0.5 * one)
    fourth = -6.0 * (0.5 * two + r * own[:, None])
    crossed = -4.0 * (two * r + 0.5 * own[:, None] + 0.5 * own)
    np.fill_diagonal(third, -6.0 * 0.5 * one)
    np.fill_diagonal(fourth, -24.0 * 0.5 * own)
    np.fill_diagonal(crossed, 0.0)
    found = gaussian.monomials(solve(Pairs(one, second, third, fourth, crossed)))
    return [one * found.first, two * found.second]


def _mean_of(probe: Callable[[], list[Floats]]) -> list[Floats]:
    """The mean of what random signs find, of as many as tell it well."""
    found: list[list[Floats]] = []
    while len(found) < _MOST_PROBES:
        found += [probe() for _ in range(_PROBES)]
        each = [np.stack(parts) for parts in zip(*found, strict=True)]
        noise = [np.sqrt(one.var(axis=0, ddof=1).mean() / len(found)) for one in each]
        if all(n <= _NOISE * one.mean() for n, one in zip(noise, each, strict=True)):
            break
    # Of few signs an entry may come out too small: none is less than half of what is usual.
    mean = [one.mean(axis=0) for one in each]
    return [np.maximum(one, 0.3 * np.median(one)) for one in mean]


def _signs(shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    return rng.choice((-1.0, 1.0), size=shape)


def _symmetric_signs(d: int, rng: np.random.Generator) -> Floats:
    upper = np.triu(_signs((d, d), rng), 1)
    return np.asarray(upper + upper.T)
